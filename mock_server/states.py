"""What follows from a change of State: what was queued is dropped."""

from __future__ import annotations

from mock_server.service import Entity, Service

ACTIVE = "Active"


def settle(service: Service, tenant: str, before: Entity, after: Entity) -> None:
    """Draws the consequences once the change is stored."""
    if before["State"] != after["State"] and after["State"] != ACTIVE:
        service.dispatch.drop(tenant, after["WebhookId"])
