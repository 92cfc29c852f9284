"""Events: who is told, how a target is tried, and what its last answer was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mock_server.clock import new_event_id, ticks
from mock_server.deliveries.payload import TEST_EVENT, Event
from mock_server.entity import checked, is_url_hook, new
from mock_server.filters import Filter, has_event
from mock_server.problems import unknown_webhook
from mock_server.service import Caller, Entity, Service
from mock_server.store import Rows


def signal(service: Service, caller: Caller, name: str, primary_key: int, data: Mapping[str, Any]) -> None:
    """Queues an event for every hook that waits for it."""
    event = event_of(service, caller, name, primary_key, data)
    with service.store.reading() as rows:
        waiting = service.behaviour.subscribers(rows, caller.tenant, name)
    for webhook in waiting:
        if not service.dispatch.send(caller.tenant, webhook["WebhookId"], event):
            service.courier.count(caller.tenant, webhook["WebhookId"], "the queue of the mock is full")


def event_of(service: Service, caller: Caller, name: str, primary_key: int, data: Iterable[str]) -> Event:
    """The event as its payloads tell it: of the data, a URL hook learns only the names."""
    return Event(
        id=new_event_id(),
        timestamp=ticks(service.clock()),
        name=name,
        primary_key=primary_key,
        changes=tuple(data),
        context=caller.context,
        associate_id=caller.associate_id,
    )


def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
    """The active URL hooks that wait for an event of this name, in any case; there are no wildcards."""
    active = rows.find(tenant, Filter(event=name, state="Active"))
    return [webhook for webhook in active if has_event(webhook, name) and is_url_hook(webhook)]


def may_deliver(webhook: Mapping[str, Any]) -> bool:
    """Whether a queued event may still go out: its hook may have been stopped meanwhile."""
    return bool(webhook["State"] == "Active")


def succeeded(status: int | None) -> bool:
    """Whether an answer counts as a delivery: only 200 does, as the documentation says."""
    return status == 200


def test(service: Service, caller: Caller, sent: Mapping[str, Any]) -> Entity:
    """Sends the test event to a target, once, without saving anything."""
    webhook = checked(new(sent))
    if is_url_hook(webhook):
        event = event_of(service, caller, TEST_EVENT, 0, ())
        outcome = service.courier.post(webhook, event, retry=0, ping=True)
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
