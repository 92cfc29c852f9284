"""The time and the event ids: the only place that asks the machine for either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

Clock = Callable[[], datetime]

NEVER = "0001-01-01T00:00:00"


def now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """A clock of its own: it showed `start` when the other one showed `since`; at scale 0 it stands still."""

    clock: Clock
    start: datetime
    since: datetime
    scale: float = 1.0

    def __call__(self) -> datetime:
        return self.start + (self.clock() - self.since) * self.scale


def scale_of(clock: Clock) -> float:
    """How many seconds of a clock pass in one of the machine's."""
    return clock.scale if isinstance(clock, Pace) else 1.0


def stamp(moment: datetime) -> str:
    """As Registered and Updated show a moment: UTC, whole seconds, no offset."""
    return moment.isoformat()[:19]


def ticks(moment: datetime) -> str:
    """As deliveries show a moment: seven digits of a second, as .NET counts them."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z"


def new_event_id() -> str:
    """A fresh GUID."""
    return str(uuid4())
