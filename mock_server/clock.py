"""The time and the event ids: the only place that asks the machine for either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

Clock = Callable[[], datetime]

NEVER = "0001-01-01T00:00:00"


def now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """As Registered and Updated show a moment: UTC, whole seconds, no offset."""
    return moment.isoformat()[:19]


def ticks(moment: datetime) -> str:
    """As deliveries show a moment: seven digits of a second, as .NET counts them."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z"


def new_event_id() -> str:
    """A fresh GUID."""
    return str(uuid4())
