"""Clocks of tenants: set, stopped, stepped, or faster than the machine's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mock_server.clock import Clock, Pace, ticks
from mock_server.problems import Invalid, shown

# A clock that runs may get no further than datetime knows.
YEARS = range(1900, 9000)


class Timing:
    """The clock of one tenant, over the one of the mock."""

    def __init__(self, machine: Clock) -> None:
        self.machine = machine
        self.pace: Clock = machine
        self.frozen = False
        self.scale = 1.0

    def shown(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {"now": ticks(self.pace()), "frozen": self.frozen, "scale": self.scale}

    def changed(self, said: Mapping[str, Any]) -> Timing:
        """Another clock, which goes on as is said."""
        after = Timing(self.machine)
        since = self.machine()
        start = _moment(said["now"]) if "now" in said else _known(self.pace())
        after.frozen, after.scale = said.get("frozen", self.frozen), float(said.get("scale", self.scale))
        start = _known(start, said.get("step", 0))
        after.pace = Pace(self.machine, start, since, 0.0 if after.frozen else after.scale)
        return after


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return _known(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"now: expected a moment such as 2026-11-21T13:00:00Z, got {shown(text)}") from None


def _known(moment: datetime, step: float = 0) -> datetime:
    """A moment, some seconds later, that a clock can show."""
    if moment.year in YEARS:
        later = moment + timedelta(seconds=step)
        if later.year in YEARS:
            return later
    raise Invalid(f"clock: expected a moment from {YEARS[0]} to {YEARS[-1]}, got another one")
