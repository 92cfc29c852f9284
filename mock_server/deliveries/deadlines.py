"""Cuts connections whose time is over; one thread does it for all of them."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Thread

REST = 1.0  # seconds; whoever watches looks at least that often, and ends when there is nothing to see


@dataclass(eq=False, slots=True)
class Deadline:
    """A connection, and the moment of the monotonic clock at which it is cut."""

    connected: socket.socket
    at: float
    is_over: bool = False

    def cut(self) -> None:
        """End the connection under whoever still uses it."""
        self.is_over = True
        with suppress(OSError):
            self.connected.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class Deadlines:
    """The connections under way. A timer for each would cost a thread for each."""

    _under_way: set[Deadline] = field(default_factory=set)
    _changed: Condition = field(default_factory=Condition)
    _looks_at: float = 0.0  # when whoever watches wakes up; 0 while nobody does

    def set(self, connected: socket.socket, seconds: float) -> Deadline:
        """Give a connection so many seconds from now."""
        deadline = Deadline(connected, time.monotonic() + seconds)
        with self._changed:
            self._under_way.add(deadline)
            if not self._looks_at:
                self._looks_at = deadline.at
                Thread(target=self._watch, name="webhook-mock-deadlines", daemon=True).start()
            elif deadline.at < self._looks_at:
                self._changed.notify()
        return deadline

    def lift(self, deadline: Deadline) -> None:
        """The connection is done."""
        with self._changed:
            self._under_way.discard(deadline)

    def _watch(self) -> None:
        with self._changed:
            while self._under_way:
                now = time.monotonic()
                self._looks_at = min(now + REST, *(each.at for each in self._under_way))
                self._changed.wait(self._looks_at - now)
                self._cut_what_is_due()
            self._looks_at = 0.0

    def _cut_what_is_due(self) -> None:
        now = time.monotonic()
        over = {each for each in self._under_way if each.at <= now}
        self._under_way -= over
        for each in over:
            each.cut()
