"""Wrong ways to go on after an attempt has failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import local
from time import sleep
from typing import Any
from uuid import uuid4

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, Fault, around, decides

Webhook = Mapping[str, Any]
RETRY = "X-SuperOffice-Retry"
TOO_LONG = 9.0


def _numbering(change: Any) -> Change:
    """Another X-SuperOffice-Retry."""

    def around_headers(headers: Any) -> Any:
        def wrong(webhook: Webhook, event: Any, *, retry: int, **values: Any) -> dict[str, str]:
            return {**headers(webhook, event, retry=retry, **values), RETRY: str(change(retry))}

        return wrong

    return around("headers", around_headers)


def _new_id_each_time(behaviour: Behaviour) -> Behaviour:
    """Every attempt has an EventId of its own, which its header and its body agree about."""
    here = local()

    def payload(webhook: Webhook, event: Any) -> Any:
        here.id = str(uuid4())
        return behaviour.payload(webhook, replace(event, id=here.id))  # type: ignore[arg-type]

    def headers(webhook: Webhook, event: Any, **values: Any) -> dict[str, str]:
        return behaviour.headers(webhook, replace(event, id=here.id), **values)

    return decides(payload=payload, headers=headers)(behaviour)


def _bare(headers: Any) -> Any:
    """The Headers of the webhook belong to the first attempt."""

    def wrong(webhook: Webhook, event: Any, *, retry: int, **values: Any) -> Any:
        return headers({**webhook, "Headers": {}} if retry else webhook, event, retry=retry, **values)

    return wrong


def _unsigned(headers: Any) -> Any:
    """The signature belongs to the first attempt."""

    def wrong(webhook: Webhook, event: Any, *, retry: int, signature: str | None, **values: Any) -> Any:
        return headers(webhook, event, retry=retry, signature=None if retry else signature, **values)

    return wrong


def _told_again(change: Callable[[Webhook], Webhook]) -> Change:
    """Attempts after the first tell of another webhook."""

    def around_payload(payload: Any) -> Any:
        told: set[tuple[int, str]] = set()

        def wrong(webhook: Webhook, event: Any) -> Any:
            key = webhook["WebhookId"], event.id
            shown = change(webhook) if key in told else webhook
            told.add(key)
            return payload(shown, event)

        return wrong

    return around("payload", around_payload)


def _late(headers: Any) -> Any:
    """The second attempt waits far longer than a second: it is written a good while before it is sent."""

    def wrong(webhook: Webhook, event: Any, *, retry: int, **values: Any) -> Any:
        if retry == 1:
            sleep(TOO_LONG)
        return headers(webhook, event, retry=retry, **values)

    return wrong


def _never_again(behaviour: Behaviour) -> Behaviour:
    """A success after a failure is taken for another failure."""
    here = local()

    def headers(webhook: Webhook, event: Any, *, retry: int, **values: Any) -> dict[str, str]:
        here.retry = retry
        return behaviour.headers(webhook, event, retry=retry, **values)

    def succeeded(status: int | None) -> bool:
        return behaviour.succeeded(status) and not here.retry

    return decides(headers=headers, succeeded=succeeded)(behaviour)


def _without_error(last_error: Any) -> Any:
    def wrong(*arguments: Any) -> str:
        last_error(*arguments)
        return ""

    return wrong


def _deaf(*_: Any) -> None:
    """Tells nobody."""


def _as_started(announce: Any) -> Any:
    """A webhook that was stopped is said to have been started."""
    return lambda service, tenant, webhook: announce(service, tenant, {**webhook, "State": "Active"})


def _told(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"delivery.{clause}", says, change)


FAULTS = (
    _told(
        "never-retried",
        "retry",
        "a delivery that fails is not attempted again",
        decides(
            may_deliver=lambda webhook: webhook["State"] == "Active" and webhook["ConsecutiveErrors"] < 1
        ),
    ),
    _told(
        "retried-once",
        "retry",
        "a delivery that fails is attempted twice",
        decides(
            may_deliver=lambda webhook: webhook["State"] == "Active" and webhook["ConsecutiveErrors"] < 2
        ),
    ),
    _told(
        "retried-late",
        "retry",
        "the second attempt comes ten seconds after the first",
        around("headers", _late),
    ),
    _told("retried-anew", "retry", "every attempt has an EventId of its own", _new_id_each_time),
    _told(
        "any-answer-counts",
        "retry",
        "every answer of a target counts as delivered",
        decides(succeeded=lambda status: status is not None),
    ),
    _told(
        "missing-counts",
        "retry",
        "a target that answers 404 counts as delivered to",
        decides(succeeded=lambda status: status in (200, 404)),
    ),
    _told(
        "retry-bare",
        "custom-headers",
        "attempts after the first lack the Headers of the webhook",
        around("headers", _bare),
    ),
    _told(
        "retry-without-properties",
        "properties",
        "attempts after the first lack the Properties of the webhook",
        _told_again(lambda webhook: {**webhook, "Properties": {}}),
    ),
    _told(
        "retry-nameless",
        "webhook-name",
        "attempts after the first lack the Name of the webhook",
        _told_again(lambda webhook: {**webhook, "Name": None}),
    ),
    _told(
        "retry-unsigned",
        "signature",
        "attempts after the first are not signed",
        around("headers", _unsigned),
    ),
    _told(
        "retry-from-one",
        "retry-count",
        "X-SuperOffice-Retry is 1 on the first attempt",
        _numbering(lambda retry: retry + 1),
    ),
    _told("retry-uncounted", "retry-count", "X-SuperOffice-Retry is always 0", _numbering(lambda _: 0)),
    _told(
        "retried-after-success",
        "success-ends-attempts",
        "a success after a failed attempt is followed by another attempt",
        _never_again,
    ),
    _told(
        "stopped-retried",
        "stop-ends-attempts",
        "a webhook that is stopped gets what was queued for it",
        decides(may_deliver=lambda _: True),
    ),
    _told(
        "last-error-empty",
        "last-error",
        "GetLastError is empty after a failed attempt",
        around("last_error", _without_error),
    ),
    _told(
        "state-event-missing",
        "state-event",
        "nobody hears of a webhook being stopped",
        decides(announce=_deaf),
    ),
    _told(
        "state-event-wrong",
        "state-event",
        "a webhook that is stopped is told of as started",
        around("announce", _as_started),
    ),
)
