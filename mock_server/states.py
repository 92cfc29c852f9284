"""What follows from a change of State: what was queued is dropped, and whoever waits for it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server import signals
from mock_server.clock import new_event_id, ticks
from mock_server.deliveries.payload import Event
from mock_server.service import Entity, Service, context_of

ACTIVE = "Active"
VERBS = {ACTIVE: "started", "Stopped": "stopped", "TooManyErrors": "errors"}
NUMBERS = {ACTIVE: 1, "Stopped": 2, "TooManyErrors": 3}


def settle(service: Service, tenant: str, before: Entity, after: Entity) -> None:
    """Draws the consequences once a change is stored."""
    if before["State"] == after["State"]:
        return
    if not service.behaviour.may_deliver(after):
        service.dispatch.drop(tenant, after["WebhookId"])
    if after["State"] in VERBS:
        service.behaviour.announce(service, tenant, after)


def announce(service: Service, tenant: str, webhook: Entity) -> None:
    """Tells those who wait for events of this very webhook."""
    signals.tell(service, tenant, state_event(service, tenant, webhook))


def state_event(service: Service, tenant: str, webhook: Entity) -> Event:
    """The event as the samples show it: nobody is said to have caused it."""
    verb = VERBS[webhook["State"]]
    return Event(
        id=new_event_id(),
        timestamp=ticks(service.clock()),
        name=f"webhook{webhook['WebhookId']}.{verb}",
        primary_key=webhook["WebhookId"],
        changes=(),
        context=context_of(tenant),
        associate_id=0,
        told=f"webhook.{verb}",
        field_values=told(webhook),
    )


def told(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """The webhook in the field names of the database."""
    return {
        "events": len(webhook["Events"]),
        "registered": webhook["Registered"],
        "registered_associate_id": _id_of(webhook["RegisteredAssociate"]),
        "state": NUMBERS[webhook["State"]],
        "updated": webhook["Updated"],
        "updated_associate_id": _id_of(webhook["UpdatedAssociate"]),
    }


def _id_of(associate: Mapping[str, Any] | None) -> int:
    return associate["AssociateId"] if associate else 0
