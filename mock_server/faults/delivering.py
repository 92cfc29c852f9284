"""Wrong ways to deliver."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.deliveries.signature import sign
from mock_server.entity import is_url_hook
from mock_server.faults.fault import Change, Entity, Fault, around, decides
from mock_server.filters import Filter, folded, has_event
from mock_server.service import Caller, Service
from mock_server.store import Rows

Webhook = Mapping[str, Any]


def _told(choose: Callable[[Entity, str], bool]) -> Change:
    """Other webhooks are told of an event; what is queued goes out whatever their State."""

    def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
        everyone = rows.find(tenant, Filter())
        return [webhook for webhook in everyone if is_url_hook(webhook) and choose(webhook, name)]

    return decides(subscribers=subscribers, may_deliver=lambda _: True)


def _listens_or_begins_so(webhook: Entity, name: str) -> bool:
    same = any(folded(name).startswith(folded(event)) for event in webhook["Events"])
    return same and webhook["State"] == "Active"


def _twice(subscribers: Any) -> Any:
    return lambda rows, tenant, name: [each for each in subscribers(rows, tenant, name) for _ in range(2)]


def _first_only(subscribers: Any) -> Any:
    return lambda rows, tenant, name: subscribers(rows, tenant, name)[:1]


def _signing(signature: Callable[[str, bytes], str]) -> Change:
    """Another signature where there is a secret."""
    return decides(
        sign=lambda webhook, body: signature(webhook["Secret"], body) if webhook["Secret"] else None
    )


def _hex(secret: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()


def _written_anew(secret: str, body: bytes) -> str:
    return sign(secret, json.dumps(json.loads(body)).encode())


def _latin_key(secret: str, body: bytes) -> str:
    return b64encode(hmac.digest(secret.encode("latin-1", "replace"), body, "sha256")).decode()


def _first_secret(behaviour: Behaviour) -> Behaviour:
    """Signs with the Secret that a webhook had before its first change."""
    first: dict[int, str] = {}

    def remembering(change: Any) -> Any:
        def wrong(
            service: Service, caller: Caller, webhook_id: int, *values: Any, **condition: Any
        ) -> Entity:
            with service.store.reading() as rows:
                before = rows.get(caller.tenant, webhook_id)
            if before and before["Secret"]:
                first.setdefault(webhook_id, before["Secret"])
            return change(service, caller, webhook_id, *values, **condition)  # type: ignore[no-any-return]

        return wrong

    def signature(webhook: Webhook, body: bytes) -> str | None:
        secret: str = first.get(webhook["WebhookId"]) or webhook["Secret"]
        return sign(secret, body) if webhook["Secret"] else None

    patch, replaced = remembering(behaviour.patch), remembering(behaviour.replace)
    return replace(behaviour, patch=patch, replace=replaced, sign=signature)


def _without(*names: str) -> Change:
    """Headers that are left out."""

    def around_headers(headers: Any) -> Any:
        def wrong(webhook: Webhook, event: Any, **values: Any) -> dict[str, str]:
            found = headers(webhook, event, **values)
            return {name: value for name, value in found.items() if name not in names}

        return wrong

    return around("headers", around_headers)


def _no_custom_headers(headers: Any) -> Any:
    return lambda webhook, event, **values: headers({**webhook, "Headers": {}}, event, **values)


def _telling(change: Callable[[Entity, Webhook], Entity]) -> Change:
    """Another body."""

    def around_payload(payload: Any) -> Any:
        def wrong(webhook: Webhook, event: Any) -> Entity:
            members: Entity = payload(webhook, event)
            return {**members, **change(members, webhook)}

        return wrong

    return around("payload", around_payload)


def _no_properties(payload: Any) -> Any:
    return lambda webhook, event: payload({**webhook, "Properties": {}}, event)


def _deaf(*_: Any) -> None:
    """Tells nobody."""


def _first_events(behaviour: Behaviour) -> Behaviour:
    """Goes by the Events and State that a webhook was created with."""
    first: dict[int, Entity] = {}

    def create(service: Service, caller: Caller, sent: Entity) -> Entity:
        entity = behaviour.create(service, caller, sent)
        first[entity["WebhookId"]] = entity
        return entity

    def listens(webhook: Entity, name: str) -> bool:
        known = first.get(webhook["WebhookId"], webhook)
        return known["State"] == "Active" and has_event(known, name)

    return replace(_told(listens)(behaviour), create=create)


FAULTS = (
    Fault("signal-unheard", "agent.signal.notifies", "no event is delivered", decides(signal=_deaf)),
    Fault(
        "signal-first-only",
        "agent.signal.notifies-all",
        "only the first webhook that listens is told",
        around("subscribers", _first_only),
    ),
    Fault(
        "signal-by-prefix",
        "agent.signal.notifies-listeners-only",
        "a webhook hears of events that begin with a name it listens for",
        _told(_listens_or_begins_so),
    ),
    Fault(
        "stopped-delivers", "agent.signal.stopped-is-silent", "stopped webhooks get events", _told(has_event)
    ),
    Fault(
        "delivers-twice", "agent.signal.once", "every event is delivered twice", around("subscribers", _twice)
    ),
    Fault(
        "events-remembered",
        "agent.signal.follows-changes",
        "deliveries go by the Events and State a webhook was created with",
        _first_events,
    ),
    Fault("signature-hex", "delivery.signature", "the signature is hexadecimal", _signing(_hex)),
    Fault(
        "signature-over-copy",
        "delivery.signature-raw-body",
        "the signature is over the body as another writer of JSON spells it",
        _signing(_written_anew),
    ),
    Fault(
        "signature-latin-key",
        "delivery.signature-utf8-key",
        "the key of the signature is Secret in Latin-1",
        _signing(_latin_key),
    ),
    Fault(
        "signature-old-secret",
        "delivery.signature-new-secret",
        "deliveries are signed with the first Secret",
        _first_secret,
    ),
    Fault(
        "signature-always",
        "delivery.unsigned-without-secret",
        "deliveries are signed with an empty key when there is no Secret",
        decides(sign=lambda webhook, body: sign(webhook["Secret"], body)),
    ),
    Fault(
        "custom-headers-dropped",
        "delivery.custom-headers",
        "Headers are not sent",
        around("headers", _no_custom_headers),
    ),
    Fault(
        "properties-dropped",
        "delivery.properties",
        "Properties are not sent",
        around("payload", _no_properties),
    ),
    Fault(
        "event-header-missing",
        "delivery.event-header",
        "no X-SuperOffice-Event",
        _without("X-SuperOffice-Event"),
    ),
    Fault(
        "event-lowered",
        "delivery.event",
        "the body tells the event in upper case",
        _telling(lambda members, _: {"Event": members["Event"].upper()}),
    ),
    Fault(
        "entity-whole",
        "delivery.entity",
        "Entity is the whole event name",
        _telling(lambda members, _: {"Entity": members["Event"]}),
    ),
    Fault(
        "primary-key-text",
        "delivery.primary-key",
        "PrimaryKey is a text",
        _telling(lambda members, _: {"PrimaryKey": str(members["PrimaryKey"])}),
    ),
    Fault(
        "changes-null",
        "delivery.changes",
        "Changes is null when there are none",
        _telling(lambda members, _: {"Changes": members["Changes"] or None}),
    ),
    Fault(
        "webhook-name-missing",
        "delivery.webhook-name",
        "WebhookName is the id",
        _telling(lambda _, webhook: {"WebhookName": str(webhook["WebhookId"])}),
    ),
)
