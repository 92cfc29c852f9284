"""How fast a run asks: so many requests a second, and patience with a target that asks for it."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from contract_tests.kit.exchange import Exchange
from contract_tests.kit.verdicts import Blocked

PATIENCE = 300.0  # seconds; what a request waits for at most, all its repetitions together
FIRST, LONGEST = 0.25, 30.0  # seconds between repetitions where the target does not say


class Busy(Blocked):
    """The target keeps asking to come back later, so nothing more is asked."""


@dataclass(slots=True)
class Pace:
    """Requests a second, the patience with one of them, and the seconds that were waited for each status."""

    rate: float | None = None
    patience: float = PATIENCE
    waited: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    busy: str = ""
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take_turn(self) -> None:
        """Wait until the next request may go out, threads one after the other; Busy when none may."""
        if self.busy:
            raise Busy(self.busy)
        if self.rate is None:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + 1 / self.rate
        time.sleep(turn - now)

    def pause(self, exchange: Exchange, attempt: int, spent: float) -> float | None:
        """The seconds to wait before the same request is sent again; None for an answer that counts."""
        told = delay(exchange)
        if told is None:
            return None
        pause: float = max(told, min(FIRST * 2.0**attempt, LONGEST))
        if spent + pause > self.patience:
            self.busy = (
                f"{exchange.request} is answered {exchange.status} after {spent:.0f} s of waiting, "
                f"and is to wait {pause:.0f} s more"
            )
            return 0.0  # whoever takes a turn now is told
        self.waited[exchange.status] += pause
        return pause


def delay(exchange: Exchange) -> float | None:
    """The seconds that an answer asks to wait (RFC 9110, 10.2.3, RFC 6585, 4); None where it does not."""
    told = exchange.headers.get("Retry-After", "").strip()
    if (exchange.status == 503 and not told) or exchange.status not in {429, 503}:
        return None
    if told.isdecimal():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - exchange.server_time).total_seconds())
    except (TypeError, ValueError):
        return 0.0
