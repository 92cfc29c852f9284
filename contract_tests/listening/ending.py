"""The end of a run that goes on until somebody ends it."""

from __future__ import annotations

import signal
import socket
from contextlib import suppress


class Ending:
    """Waits for SIGINT or SIGTERM, or for a thread that asks for the end; further signals change nothing."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        # Python writes to the socket when a signal comes, whatever the main thread is busy with.
        signal.set_wakeup_fd(self._writer.fileno())
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: None)

    def ask(self) -> None:
        """End the wait."""
        with suppress(BlockingIOError):  # so much was asked already
            self._writer.send(b"\0")

    def wait(self) -> None:
        """Return when the end has come."""
        self._reader.recv(1)
