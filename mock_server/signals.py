"""Events: who is told, how a target is tried, and what its last answer was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mock_server import catalogue
from mock_server.clock import new_event_id, ticks
from mock_server.deliveries.payload import TEST_EVENT, Event
from mock_server.entity import checked, is_script, is_url_hook, new
from mock_server.filters import Filter, has_event
from mock_server.problems import unknown_webhook
from mock_server.rows import Rows
from mock_server.service import Caller, Entity, Service

FAILURES = 9
GONE = 410


def signal(service: Service, caller: Caller, name: str, primary_key: int, data: Mapping[str, Any]) -> None:
    """Queues an event for every hook that waits for it."""
    tell(service, caller.tenant, event_of(service, caller, name, primary_key, data))


def tell(service: Service, tenant: str, event: Event) -> None:
    """Queues it for those who are to be told of it."""
    with service.store.reading() as rows:
        waiting = service.behaviour.subscribers(rows, tenant, event.name)
    if waiting and not any(map(is_script, waiting)):
        # Nobody else is told the values; a long queue need not hold them.
        event = replace(event, data={})
    if waiting:
        service.dispatch.send(tenant, [webhook["WebhookId"] for webhook in waiting], event)


def event_of(service: Service, caller: Caller, name: str, primary_key: int, data: Mapping[str, Any]) -> Event:
    """The event as it is told: of the data, a URL hook learns the names, unless a record's event has more."""
    return Event(
        id=new_event_id(),
        timestamp=ticks(service.clock()),
        name=name,
        primary_key=primary_key,
        changes=tuple(data),
        context=caller.context,
        associate_id=caller.associate_id,
        values=catalogue.values(name, data),
        field_values=catalogue.field_values(name, data),
        data=data,
    )


def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
    """The active hooks that wait for an event of this name, in any case; there are no wildcards."""
    active = rows.find(tenant, Filter(event=name, state="Active"))
    return [webhook for webhook in active if has_event(webhook, name) and _is_known(webhook)]


def _is_known(webhook: Entity) -> bool:
    return is_url_hook(webhook) or is_script(webhook)


def may_deliver(webhook: Mapping[str, Any]) -> bool:
    """Whether a queued event may still go out: its hook may have been stopped meanwhile."""
    return bool(webhook["State"] == "Active")


def succeeded(status: int | None) -> bool:
    """Whether an answer counts as a delivery: only 200 does, as the documentation says."""
    return status == 200


def any_2xx(status: int | None) -> bool:
    """The same for receivers that answer 201, 202 or 204."""
    return status is not None and 200 <= status < 300


def disables(failures: int, status: int | None) -> bool:
    """Whether a failed attempt is the last: so many failed in a row, or the target is gone for good."""
    return failures >= FAILURES or status == GONE


def test(service: Service, caller: Caller, sent: Mapping[str, Any]) -> Entity:
    """Sends the test event to a target, once, without saving anything."""
    webhook = checked(new(sent))
    if is_url_hook(webhook):
        event = event_of(service, caller, TEST_EVENT, 0, {})
        outcome = service.courier.post(caller.tenant, webhook, event, retry=0, ping=True)
        success, message = outcome.success, outcome.text
    else:
        success, message = (
            False,
            f"Only a {webhook['Type']!r} plug-in could try this target; the mock has none.",
        )
    return {"Success": success, "Message": message, "TableRight": None, "FieldProperties": {}}


def last_error(service: Service, caller: Caller, webhook_id: int) -> str:
    """What the last failing attempt met; empty when none has failed."""
    with service.store.reading() as rows:
        webhook = rows.get(caller.tenant, webhook_id)
    if webhook is None:
        raise unknown_webhook(webhook_id)
    return str(webhook["LastError"])
