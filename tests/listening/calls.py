"""The commands of the receiving side as processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import urllib3

COMMAND = [sys.executable, "-m", "contract_tests"]
PATIENCE = 20  # seconds that nothing here comes near, except on a machine that is very busy


def environment(**more: str) -> Mapping[str, str]:
    """The variables of a command whose output is read by a test."""
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **more}


def call(*arguments: str, body: bytes = b"", **variables: str) -> subprocess.CompletedProcess[str]:
    """One finished call of a command; whatever it says, it says it without a traceback."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        input=body,
        capture_output=True,
        env=environment(**variables),
        timeout=PATIENCE,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@dataclass(slots=True)
class Listening:
    """A listener that runs, its ready line, and what it has printed since."""

    process: subprocess.Popen[str]
    ready: str = ""
    said: str = ""
    _news: threading.Condition = field(default_factory=threading.Condition)

    def read(self) -> None:
        """Keep what is printed, as it comes."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.ready, self.said = (self.ready, self.said + line) if self.ready else (line, "")
                self._news.notify_all()

    def wait(self, holds: Callable[[], object]) -> None:
        """Return as soon as what has been printed is as expected."""
        with self._news:
            assert self._news.wait_for(holds, PATIENCE), self.ready + self.said

    def blocks(self, word: str) -> list[str]:
        """The deliveries that have been printed, those that have a word in them."""
        return [each for each in self.said.split("\n\n")[:-1] if word in each]

    @property
    def url(self) -> str:
        """Its address, as soon as it is ready."""
        self.wait(lambda: self.ready)
        return self.ready.split()[3]

    def end(self, number: int = signal.SIGTERM) -> str:
        """The last line, after a signal; the exit status is 0."""
        self.wait(lambda: self.ready)
        self.process.send_signal(number)
        assert self.process.wait(PATIENCE) == 0, self.said
        self.wait(lambda: re.search(r"deliver(y|ies)\b.*\n\Z", self.said))
        return self.said.splitlines()[-1]


@contextmanager
def listening(*options: str, port: int = 0, **variables: str) -> Iterator[Listening]:
    """A listener on a port of its own."""
    command = [*COMMAND, "listen", f"--port={port}", *options]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=environment(**variables),
    ) as process:
        running = Listening(process)
        reader = threading.Thread(target=running.read, daemon=True)
        reader.start()
        try:
            yield running
        finally:
            process.kill()
            process.wait()
            reader.join(PATIENCE)


def send(url: str, body: bytes = b"{}", *, method: str = "POST", **headers: str) -> tuple[int, float]:
    """The status that a request gets, and after how many seconds; an underscore stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    began = time.monotonic()
    answer = urllib3.request(method, url, body=body, headers=named, retries=False, timeout=PATIENCE)
    return answer.status, time.monotonic() - began
