"""Wrong ways to send a delivery: its headers, and the EventId that header and body have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from mock_server.faults.fault import Change, Fault, around, decides

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


def _told(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"delivery.{clause}", says, change)


FAULTS = (
    _told("custom-headers-dropped", "custom-headers", "Headers are not sent", _own_headers(lambda _: False)),
    _told(
        "custom-headers-x-only",
        "custom-headers",
        "Headers are sent when their names begin with a capital X",
        _own_headers(lambda name: name.startswith("X-")),
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
)
