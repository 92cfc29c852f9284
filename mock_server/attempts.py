"""The life of a delivery: an attempt is made, counted, and may be the one that disables its webhook."""

from __future__ import annotations

from mock_server.deliveries.courier import Outcome
from mock_server.deliveries.payload import Event
from mock_server.notices import notify
from mock_server.service import Entity, Service
from mock_server.states import settle

DISABLED = "TooManyErrors"


def attempt(service: Service, tenant: str, webhook_id: int, event: Event, retry: int) -> bool:
    """Tries a delivery; true when there is nothing left to try."""
    with service.store.reading() as rows:
        webhook = rows.get(tenant, webhook_id)
    if webhook is None or not service.behaviour.may_deliver(webhook):
        return True
    outcome = service.courier.carry(tenant, webhook, event, retry=retry)
    if outcome.success:
        _succeeded(service, tenant, webhook_id)
    else:
        _failed(service, tenant, webhook_id, event, outcome)
    return outcome.success


def _succeeded(service: Service, tenant: str, webhook_id: int) -> None:
    with service.store.writing() as rows:
        rows.count(tenant, webhook_id, None)


def _failed(service: Service, tenant: str, webhook_id: int, event: Event, outcome: Outcome) -> None:
    """Counts it, and disables the webhook in the same transaction: two attempts may fail at once."""
    with service.store.writing() as rows:
        before = rows.claim(tenant, webhook_id)
        if before is None:
            return
        rows.count(tenant, webhook_id, outcome.text)
        after = _after(service, before, outcome)
        if after is not before:
            rows.put(tenant, after)
    settle(service, tenant, before, after)
    notify(service, tenant, before, after, event=event, outcome=outcome)


def _after(service: Service, before: Entity, outcome: Outcome) -> Entity:
    failures = before["ConsecutiveErrors"] + 1
    ends = before["State"] == "Active" and service.behaviour.disables(failures, outcome.status)
    return {**before, "State": DISABLED} if ends else before
