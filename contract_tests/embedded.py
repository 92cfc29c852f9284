"""The mock in a process of its own: the suite reaches it over HTTP, like any other implementation."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from contract_tests.kit.opening import CannotStart


@contextmanager
def mock(*options: str) -> Iterator[str]:
    """Serve the mock on a free port of loopback for as long as the block runs; its URL."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own module
        try:
            yield _url(process)
        finally:
            process.terminate()


def _url(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    words = [word for word in line.split() if word.startswith("http")]
    if not words:
        raise CannotStart("the embedded mock did not start; `webhook-mock` says why")
    return words[0]
