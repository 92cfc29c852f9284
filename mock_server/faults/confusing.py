"""Deliveries with the values of another time, or of another webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, Entity, Fault, decides


def _taking(taken: Callable[[Entity], Entity]) -> Change:
    """Another webhook than the one that is stored, for whatever its deliveries show of it."""

    def applied(behaviour: Behaviour) -> Behaviour:
        payload, headers = behaviour.payload, behaviour.headers
        return decides(
            payload=lambda webhook, event: payload(taken(webhook), event),
            headers=lambda webhook, event, **values: headers(taken(webhook), event, **values),
        )(behaviour)

    return applied


def _as_at_first(name: str) -> Change:
    """A member is what it was when the webhook heard of something for the first time."""

    def applied(behaviour: Behaviour) -> Behaviour:
        first: dict[int, Any] = {}

        def known(webhook: Entity) -> Entity:
            return {**webhook, name: first.setdefault(webhook["WebhookId"], webhook[name])}

        return _taking(known)(behaviour)

    return applied


def _left_in_place(name: str) -> Change:
    """The entries of one delivery are still there for the next, of whichever webhook."""

    def applied(behaviour: Behaviour) -> Behaviour:
        left: dict[str, Any] = {}

        def filled(webhook: Entity) -> Entity:
            left.update(webhook[name] or {})
            return {**webhook, name: {**left}}

        return _taking(filled)(behaviour)

    return applied


def _told(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"delivery.{clause}", says, change)


FAULTS = (
    _told(
        "custom-headers-stale",
        "custom-headers",
        "deliveries have the Headers that a webhook had at its first event",
        _as_at_first("Headers"),
    ),
    _told(
        "custom-headers-spread",
        "custom-headers",
        "the Headers of one webhook are sent with the deliveries of all others, too",
        _left_in_place("Headers"),
    ),
    _told(
        "properties-stale",
        "properties",
        "deliveries have the Properties that a webhook had at its first event",
        _as_at_first("Properties"),
    ),
    _told(
        "properties-spread",
        "properties",
        "the Properties of one webhook are sent with the deliveries of all others, too",
        _left_in_place("Properties"),
    ),
    _told(
        "webhook-name-stale",
        "webhook-name",
        "deliveries have the Name that a webhook had at its first event",
        _as_at_first("Name"),
    ),
)
