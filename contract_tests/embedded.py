"""A server in a process of its own: the suite reaches it over HTTP, like any other implementation."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from contract_tests.kit.verdicts import CannotStart

MOCK = (sys.executable, "-m", "mock_server")
OPTIONS = "WEBHOOK_MOCK_"
PATIENCE = 10.0  # seconds for a server to end
TRIES = "--ping-on-save"  # what the pages say of SuperOffice, and the mock does when it is told to


_begun: dict[tuple[str, ...], subprocess.Popen[str]] = {}


def command(*options: str, trusts: Path | None = None) -> list[str]:
    """The command of the mock, which trusts the certificates of a file (PEM) beside those of the system."""
    trust = [] if trusts is None else ["--ca", str(trusts)]
    return [*MOCK, "--port", "0", *trust, *options]


@contextmanager
def mock(*options: str, trusts: Path | None = None) -> Iterator[str]:
    """Serve the mock on a free port of loopback for as long as the block runs; its URL."""
    with serving(command(*options, trusts=trusts)) as url:
        yield url


@contextmanager
def begun(command: Sequence[str]) -> Iterator[None]:
    """Start a command now, for the `serving` of the same words inside the block: it starts meanwhile."""
    _begun[tuple(command)] = process = _started(command)
    try:
        yield
    finally:
        if _begun.pop(tuple(command), None):
            with process:
                _end(process)


@contextmanager
def serving(command: Sequence[str], *, stderr: IO[str] | None = None) -> Iterator[str]:
    """Run a server's command for as long as the block runs; the URL that its first line tells."""
    with _begun.pop(tuple(command), None) or _started(command, stderr) as process:
        try:
            yield _url(process)
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End a server, also one that misses the signal since it is just starting."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def _started(command: Sequence[str], stderr: IO[str] | None = None) -> subprocess.Popen[str]:
    # What somebody has set for a mock of theirs would make ours another one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OPTIONS)}
    environment[f"{OPTIONS}WITH_PARENT"] = str(os.getpid())  # it ends even when this process is killed
    return subprocess.Popen(  # noqa: S603  # our own module, or the caller's own command
        command,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env=environment,
        start_new_session=True,  # Ctrl-C is for the run, which still has to remove what it has made
    )


def _url(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    words = [word.rstrip(",") for word in line.split() if word.startswith("http")]
    if not words:
        raise CannotStart("the embedded mock did not start; `webhook-mock` says why")
    return words[0]
