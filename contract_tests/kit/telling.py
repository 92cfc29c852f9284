"""A webhook and an event that it is told of: what most checks of deliveries begin with."""

from __future__ import annotations

import time
from dataclasses import dataclass

from contract_tests.kit import arrange
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json, Members
from contract_tests.kit.verdicts import ContractViolation

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
    return _told(run, arrange.saved(run, **members), data, key)


def tell_if_taken(run: Run, secret: str) -> Told | None:
    """The same with a secret; None where that is refused."""
    hook = arrange.taken(run, Secret=secret)
    return None if hook is None else _told(run, hook, None, KEY)


def tell_if_kept(run: Run, secret: str) -> Told | None:
    """The same with a secret; None where that is refused, or kept otherwise."""
    hook = arrange.kept(run, Secret=secret)
    return None if hook is None else _told(run, hook, None, KEY)


def _told(run: Run, hook: Members, data: Json | None, key: int) -> Told:
    since = time.monotonic()
    arrange.signalled(run, hook["Events"][0], key, data)
    return Told(hook, hook["Events"][0], since)


def is_told(run: Run, mailbox: str, count: int, since: float, whom: str) -> None:
    """So many events have come to a mailbox; the last of them is for such a webhook."""
    __tracebackhide__ = True
    if len(run.deliveries(mailbox, count, since=since)) < count:
        raise run.silence(ContractViolation(f"a delivery to {whom} within {run.wait:g} s", "none"))
