"""Webhooks that are some seconds old: what stamps can only show then."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from contract_tests.kit import arrange, expect, stamps
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.run import Run
from contract_tests.kit.values import Members
from contract_tests.kit.verdicts import Unproved

AGE = timedelta(seconds=3)  # more than the second that stamps are told apart by, and some more for rounding
PATIENCE = 15.0  # seconds; a Date may stand still


@dataclass(frozen=True, slots=True)
class Aged:
    """A webhook made when the run began, as it was read back then, and the server's time."""

    before: Members
    made: datetime

    @property
    def id(self) -> int:
        """Its WebhookId."""
        return int(self.before["WebhookId"])


def make(run: Run) -> Aged:
    """A new webhook to come back to."""
    exchange = arrange.make(run, arrange.rich_hook(run))
    return Aged(arrange.read(run, expect.webhook_id(exchange)), exchange.server_time)


def grow_old(run: Run, aged: Aged) -> None:
    """Wait until the server's clock has moved on; the run has mostly taken care of it."""
    until = time.monotonic() + PATIENCE
    while arrange.signalled(run, f"{run.tag}.tick").server_time < aged.made + AGE:
        if time.monotonic() > until:
            raise Unproved(f"the target's Date has not moved on by {AGE.seconds} s in {PATIENCE:g} s")
        time.sleep(0.2)


def moved_on(aged: Aged, exchange: Exchange) -> None:
    """A word: Updated in the answer is later than Registered was."""
    __tracebackhide__ = True
    registered, updated = aged.before.get("Registered"), expect.members(exchange).get("Updated")
    moved = stamps.elapsed(registered, updated) > AGE / 2
    expect.that(moved, f"Updated later than Registered, {expect.show(registered)}", updated, exchange)
