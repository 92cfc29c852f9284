"""Wrong ways to tell of an event: the body of a delivery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from mock_server.faults.fault import Change, Entity, Fault, around
from mock_server.faults.wire import asks, only_during, parted

Webhook = Mapping[str, Any]
PIECE = 4096
SIGNAL_IN_PATH = asks("POST /Webhook/{event}/{key}")


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


def _in_pieces(members: Entity) -> Any:
    return orjson.loads(parted(orjson.dumps(members), PIECE))


def _once_an_event(payload: Any) -> Any:
    """The body is made for the first webhook that hears an event, and sent to all of them."""
    made: dict[str, Entity] = {}
    return lambda webhook, event: made.setdefault(event.id, payload(webhook, event))


def _as_text(signal: Any) -> Any:
    """The key of an event is handed on as it stands in a path."""
    return lambda service, caller, name, key, data: signal(service, caller, name, str(key), data)


def _told(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"delivery.{clause}", says, change)


FAULTS = (
    _told(
        "delivery-in-array", "json", "the body of a delivery is an array", _tells(lambda members: [members])
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
        "properties-parted",
        "properties",
        f"characters are lost where a body is written in pieces of {PIECE:,} bytes",
        _tells(_in_pieces),
    ),
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
        "primary-key-short",
        "primary-key",
        "PrimaryKey has the lower sixteen bits only",
        _telling(lambda members, _: {"PrimaryKey": members["PrimaryKey"] % 2**16}),
    ),
    _told(
        "primary-key-of-path-text",
        "primary-key",
        "PrimaryKey is a text when the event was signalled in a path",
        only_during(SIGNAL_IN_PATH, "signal", _as_text),
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
    _told(
        "webhook-name-of-first",
        "webhook-name",
        "of several webhooks that hear one event, all are told the WebhookName of the first",
        around("payload", _once_an_event),
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
