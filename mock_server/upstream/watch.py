"""What becomes of exchanges once they have passed: a thread checks, learns and writes them down."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from queue import Queue
from threading import Event, Thread
from typing import Literal

import orjson

from mock_server.errors import UpstreamError
from mock_server.service import Service
from mock_server.settings import Settings
from mock_server.upstream.address import Address, parsed
from mock_server.upstream.archive import Archive, private
from mock_server.upstream.checking import findings
from mock_server.upstream.learning import Learned
from mock_server.upstream.passed import Passed
from mock_server.upstream.violations import Tally, Violation, Violations, summary

# How many exchanges may wait for their check; then their requests wait, too, and none is left out.
WAITING = 256

Counted = Literal["server", "all", "none"]


class Upstream:
    """Everything about the server behind the proxy but the way to it."""

    def __init__(self, settings: Settings) -> None:
        self.address: Address = parsed(settings.upstream or "")
        self.violations = Violations()
        self.learned = Learned()
        self._settings = settings
        self._archive = Archive(settings.har, self.address) if settings.har else None
        if settings.record:
            # What cannot be written should be known before anything is recorded.
            _write(settings.record, b"")
        self._line = LINES[settings.log]
        self._queue: Queue[Passed | Event] = Queue(WAITING)
        Thread(target=self._work, name="webhook-mock-checks", daemon=True).start()

    def see(self, passed: Passed) -> None:
        """Takes an exchange that ends now."""
        self._queue.put(passed)

    def settle(self) -> None:
        """Waits until everything that has passed is checked."""
        done = Event()
        self._queue.put(done)
        done.wait()

    def forget(self, tenant: str) -> None:
        """Lets a tenant begin anew."""
        self.settle()
        self.violations.clear(tenant)
        self.learned.forget(tenant)

    def close(self, service: Service) -> None:
        """Finishes the files."""
        self.settle()
        if self._archive:
            self._archive.close()
        if self._settings.record:
            tenants = sorted(self.learned.counts()) or [""]
            found = [self.learned.snapshot(service, tenant) for tenant in tenants]
            _write(self._settings.record, orjson.dumps(found[0] if len(found) == 1 else found))

    def summary(self) -> str:
        """What is said at the end."""
        return summary(self.violations.tally(), self.address)

    def exit_status(self) -> int:
        """1 when what counts was found, or could not be looked for."""
        return int(is_bad(self.violations.tally(), self._settings.violations))

    def _work(self) -> None:
        while True:
            item = self._queue.get()
            if isinstance(item, Event):
                item.set()
            else:
                self._guarded(item)

    def _guarded(self, passed: Passed) -> None:
        """One exchange that cannot be checked must not keep the others from it."""
        try:
            self._checked(passed)
        except Exception:  # noqa: BLE001, RUF100  # whatever it is, it is told and counted
            traceback.print_exc()
            self.violations.fail()

    def _checked(self, passed: Passed) -> None:
        for each in self.violations.add(passed, findings(passed), self.address):
            self._line(each)
        self.learned.see(passed)
        if self._archive:
            self._archive.add(passed)


def is_bad(tally: Tally, counted: str) -> bool:
    """Whether the end is a bad one, by what counts."""
    found = tally.faults["server"] if counted == "server" else tally.faults.total()
    return counted != "none" and bool(found or tally.unchecked)


def _write(file: object, content: bytes) -> None:
    try:
        with open(str(file), "wb", opener=private) as opened:  # pathlib knows no opener
            opened.write(content)
    except OSError as error:
        raise UpstreamError(f"--record: {file}: {error.strerror}") from None


def _said(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201  # what --log is for


LINES: dict[str, Callable[[Violation], None]] = {
    "off": lambda _: None,
    "text": lambda violation: _said(violation.line()),
    "json": lambda violation: _said(orjson.dumps({"violation": violation.shown()}).decode()),
}
