"""A webhook and an event that it is told of: what most checks of deliveries begin with."""

from __future__ import annotations

import time
from dataclasses import dataclass

from contract_tests.kit import arrange
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json, Members

KEY = 952
HIGHEST_KEY = 2**31 - 1  # PrimaryKey is an int32


@dataclass(frozen=True, slots=True)
class Told:
    """A webhook, the event it was told of, and since when."""

    hook: Members
    event: str
    since: float

    def delivery(self, run: Run) -> Delivery:
        """The delivery; Blocked when there is none."""
        return run.delivery(arrange.mailbox(self.hook), since=self.since)


def tell(run: Run, data: Json | None = None, key: int = KEY, **members: Json) -> Told:
    """Save a webhook and signal its event."""
    hook = arrange.saved(run, **members)
    since = time.monotonic()
    arrange.signalled(run, hook["Events"][0], key, data)
    return Told(hook, hook["Events"][0], since)
