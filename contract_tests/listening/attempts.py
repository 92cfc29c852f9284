"""Counts the attempts to deliver one event, and says what each is answered."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from contract_tests.listening.incoming import Incoming

REMEMBERED = 10_000  # events; the oldest is forgotten first
FAILURE, SUCCESS = 500, 200


@dataclass(frozen=True, slots=True)
class Answers:
    """What deliveries are answered, and how long that takes."""

    status: int = SUCCESS
    failing: int = 0
    delay: float = 0.0

    def to(self, incoming: Incoming, number: int) -> int:
        """The status of an attempt; test deliveries do not fail at first, or no webhook could be saved."""
        if number <= self.failing and not incoming.is_test:
            return FAILURE
        return self.status


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of the attempts to deliver an event to a path."""

    number: int
    began: float
    at: float
    taken: bool

    @property
    def seconds(self) -> float:
        """How long after the first attempt it came."""
        return self.at - self.began


class Attempts:
    """The last attempt of each event, by path and id."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._last: OrderedDict[tuple[str, str], Attempt] = OrderedDict()
        self._lock = Lock()

    def count(self, incoming: Incoming, at: float) -> tuple[Attempt, int]:
        """Which attempt it is, with `taken` for one that was answered 200 before; the status to answer."""
        key = (incoming.delivery.path, incoming.event_id)
        with self._lock:
            last = self._last.pop(key, None) if incoming.event_id else None
            this = Attempt(last.number + 1, last.began, at, last.taken) if last else Attempt(1, at, at, False)
            status = self._answers.to(incoming, this.number)
            self._last[key] = replace(this, taken=this.taken or status == SUCCESS)
            if len(self._last) > REMEMBERED:
                self._last.popitem(last=False)
        return this, status
