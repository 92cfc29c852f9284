"""Wrong ways to write a delivery: its headers and its body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from mock_server.faults.fault import Change, Entity, Fault, around, decides

Webhook = Mapping[str, Any]
NOBODY = "00000000-0000-0000-0000-000000000001"
EVENT_ID = "X-SuperOffice-EventId"


def _headed(change: Callable[[dict[str, str]], Mapping[str, str | None]]) -> Change:
    """Other headers; None leaves one out."""

    def around_headers(headers: Any) -> Any:
        def wrong(webhook: Webhook, event: Any, **values: Any) -> dict[str, str]:
            found = headers(webhook, event, **values)
            return {name: value for name, value in {**found, **change(found)}.items() if value is not None}

        return wrong

    return around("headers", around_headers)


def _own_headers(kept: Callable[[str], bool]) -> Change:
    """Some of the webhook's own Headers are not sent."""

    def around_headers(headers: Any) -> Any:
        return lambda webhook, event, **values: headers(
            {
                **webhook,
                "Headers": {
                    name: webhook["Headers"][name] for name in webhook["Headers"] or () if kept(name)
                },
            },
            event,
            **values,
        )

    return around("headers", around_headers)


def _telling(change: Callable[[Entity, Webhook], Entity]) -> Change:
    """Another body."""

    def around_payload(payload: Any) -> Any:
        def wrong(webhook: Webhook, event: Any) -> Entity:
            members: Entity = payload(webhook, event)
            return {**members, **change(members, webhook)}

        return wrong

    return around("payload", around_payload)


def _tells(change: Callable[[Any], Any]) -> Change:
    """Another JSON value."""
    return around("payload", lambda payload: lambda webhook, event: change(payload(webhook, event)))


def _lacking(name: str) -> Change:
    """A body without a member."""
    return _tells(lambda members: {each: members[each] for each in members if each != name})


def _numbered(change: Callable[[str], str]) -> Change:
    """Another EventId, the same in header and body."""

    def changed(event: Any) -> Any:
        return replace(event, id=change(event.id))

    def both(behaviour: Any) -> Any:
        payload, headers = behaviour.payload, behaviour.headers
        return decides(
            payload=lambda webhook, event: payload(webhook, changed(event)),
            headers=lambda webhook, event, **values: headers(webhook, changed(event), **values),
        )(behaviour)

    return both


def _own_properties(change: Callable[[Any], Any]) -> Change:
    """Other Properties of the webhook are sent."""
    return around(
        "payload",
        lambda payload: (
            lambda webhook, event: payload(
                {**webhook, "Properties": change(webhook["Properties"] or {})}, event
            )
        ),
    )


def _told(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"delivery.{clause}", says, change)


FAULTS = (
    _told(
        "delivery-in-array", "json", "the body of a delivery is an array", _tells(lambda members: [members])
    ),
    _told("custom-headers-dropped", "custom-headers", "Headers are not sent", _own_headers(lambda _: False)),
    _told(
        "custom-headers-x-only",
        "custom-headers",
        "Headers are sent when their names begin with a capital X",
        _own_headers(lambda name: name.startswith("X-")),
    ),
    _told("properties-dropped", "properties", "Properties are not sent", _own_properties(lambda _: {})),
    _told(
        "properties-ascii",
        "properties",
        "Properties are sent when their names are ASCII",
        _own_properties(lambda own: {name: value for name, value in own.items() if name.isascii()}),
    ),
    _told(
        "properties-as-text",
        "properties",
        "the values of Properties are sent as texts",
        _own_properties(lambda own: {name: str(value) for name, value in own.items()}),
    ),
    _told(
        "delivery-as-text",
        "content-type",
        "a delivery is labelled as plain text",
        _headed(lambda _: {"Content-Type": "text/plain; charset=utf-8"}),
    ),
    _told(
        "sender-anonymous",
        "user-agent",
        "the sender does not name itself",
        _headed(lambda _: {"User-Agent": "python-urllib3"}),
    ),
    _told(
        "event-header-missing",
        "event-header",
        "no X-SuperOffice-Event",
        _headed(lambda _: {"X-SuperOffice-Event": None}),
    ),
    _told(
        "event-header-short",
        "event-header",
        "X-SuperOffice-Event is the verb alone",
        _headed(lambda found: {"X-SuperOffice-Event": found["X-SuperOffice-Event"].rpartition(".")[2]}),
    ),
    _told(
        "event-id-short",
        "event-id",
        "an EventId has eight characters",
        _numbered(lambda event_id: event_id[:8]),
    ),
    _told(
        "event-id-header-missing",
        "event-id",
        "no X-SuperOffice-EventId",
        _headed(lambda _: {EVENT_ID: None}),
    ),
    _told(
        "event-id-two",
        "event-id-agrees",
        "the body has another EventId than the header",
        _headed(lambda _: {EVENT_ID: str(uuid4())}),
    ),
    _told("event-id-constant", "event-id-new", "all events have one EventId", _numbered(lambda _: NOBODY)),
    _told(
        "event-raised",
        "event",
        "the body tells the event in upper case",
        _telling(lambda members, _: {"Event": members["Event"].upper()}),
    ),
    _told("event-missing", "event", "the body does not name the event", _lacking("Event")),
    _told(
        "entity-whole",
        "entity",
        "Entity is the whole event name",
        _telling(lambda members, _: {"Entity": members["Event"]}),
    ),
    _told(
        "entity-verb",
        "entity",
        "Entity is the part of the event name behind the dot",
        _telling(lambda members, _: {"Entity": members["Event"].rpartition(".")[2]}),
    ),
    _told(
        "primary-key-text",
        "primary-key",
        "PrimaryKey is a text",
        _telling(lambda members, _: {"PrimaryKey": str(members["PrimaryKey"])}),
    ),
    _told(
        "primary-key-of-webhook",
        "primary-key",
        "PrimaryKey is the id of the webhook",
        _telling(lambda _, webhook: {"PrimaryKey": webhook["WebhookId"]}),
    ),
    _told(
        "changes-null",
        "changes",
        "Changes is null when there are none",
        _telling(lambda members, _: {"Changes": members["Changes"] or None}),
    ),
    _told(
        "changes-by-name",
        "changes",
        "Changes is an object",
        _telling(lambda members, _: {"Changes": dict.fromkeys(members["Changes"])}),
    ),
    _told(
        "webhook-name-id",
        "webhook-name",
        "WebhookName is the id",
        _telling(lambda _, webhook: {"WebhookName": str(webhook["WebhookId"])}),
    ),
    _told(
        "webhook-name-ascii",
        "webhook-name",
        "WebhookName has question marks for characters beyond ASCII",
        _telling(
            lambda members, _: {"WebhookName": members["WebhookName"].encode("ascii", "replace").decode()}
        ),
    ),
    _told("timestamp-missing", "timestamp", "the body has no Timestamp", _lacking("Timestamp")),
    _told(
        "timestamp-never",
        "timestamp",
        "Timestamp is the zero date",
        _telling(lambda *_: {"Timestamp": "0001-01-01T00:00:00Z"}),
    ),
    _told("context-missing", "context", "the body has no ContextIdentifier", _lacking("ContextIdentifier")),
    _told(
        "associate-named",
        "context",
        "ChangedByAssociateId is a text",
        _telling(lambda members, _: {"ChangedByAssociateId": str(members["ChangedByAssociateId"])}),
    ),
)
