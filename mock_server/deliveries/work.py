"""What the queue is given to do with a delivery, and what it has when its turn comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mock_server.deliveries.courier import Outcome
from mock_server.deliveries.payload import Event
from mock_server.lives import Life

if TYPE_CHECKING:
    from mock_server.outbox import Delivery, Hook
    from mock_server.rows import Rows

# Counts an attempt in a transaction, and returns what is to be done once that is kept.
Count = Callable[["Rows", "Hook", Event, Outcome], Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with a delivery whose turn it is."""

    # Takes the tenant and the webhook.
    may_deliver: Callable[[str, dict[str, Any]], bool]
    # (tenant, webhook, event, retries so far)
    carry: Callable[[str, dict[str, Any], Event, int], Outcome]
    count: Count
    # How many times faster than ours the clock of a tenant goes; 0 when it stands still.
    scale: Callable[[str], float] = lambda _: 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery in hand, and its webhook as it is stored now."""

    hook: Hook
    webhook: dict[str, Any]
    delivery: Delivery
    # Which life of the tenant it belongs to.
    life: Life
