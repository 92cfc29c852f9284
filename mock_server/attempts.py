"""The life of a delivery: an attempt is made, counted, and may be the one that disables its webhook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mock_server.clock import scale_of
from mock_server.deliveries.courier import Outcome
from mock_server.deliveries.payload import Event
from mock_server.deliveries.work import Work
from mock_server.notices import notify
from mock_server.service import Entity, Service
from mock_server.states import settle

if TYPE_CHECKING:
    from mock_server.outbox import Hook
    from mock_server.rows import Rows

DISABLED = "TooManyErrors"


def work(service: Service) -> Work:
    """What the queue does with a delivery."""
    return Work(
        may_deliver=lambda tenant, webhook: service.of(tenant).behaviour.may_deliver(webhook),
        carry=lambda tenant, *what: service.of(tenant).courier.carry(tenant, *what),
        count=lambda rows, hook, *what: count(service.of(hook[0]), rows, hook, *what),
        scale=lambda tenant: scale_of(service.of(tenant).clock),
    )


def count(service: Service, rows: Rows, hook: Hook, event: Event, outcome: Outcome) -> Callable[[], None]:
    """Counts an attempt, and disables the webhook in the same transaction; returns what follows from that."""
    if outcome.success:
        rows.count(*hook, None)
        return _nothing
    before = rows.claim(*hook)
    if before is None:
        return _nothing
    rows.count(*hook, outcome.text)
    after = _after(service, before, outcome)
    if after is not before:
        rows.put(hook[0], after)
    return partial(_follow, service, hook[0], before, after, event=event, outcome=outcome)


def _nothing() -> None:
    """Nothing follows."""


def _follow(
    service: Service, tenant: str, before: Entity, after: Entity, *, event: Event, outcome: Outcome
) -> None:
    settle(service, tenant, before, after)
    notify(service, tenant, before, after, event=event, outcome=outcome)


def _after(service: Service, before: Entity, outcome: Outcome) -> Entity:
    failures = before["ConsecutiveErrors"] + 1
    ends = before["State"] == "Active" and service.behaviour.disables(failures, outcome.status)
    return {**before, "State": DISABLED} if ends else before
