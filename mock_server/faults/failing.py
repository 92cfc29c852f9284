"""Wrong ways to go on when targets fail, and to try them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, Entity, Fault, around, decides, showing
from mock_server.rows import Rows
from mock_server.service import Caller, Service
from mock_server.signals import FAILURES, GONE

DISABLED = "TooManyErrors"


def _fails(judge: Callable[[int, int | None], bool]) -> Change:
    return decides(disables=judge)


def _told_while_disabled(behaviour: Behaviour) -> Behaviour:
    """A webhook with too many errors counts as an active one."""

    def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
        return _Everybody(rows).told(behaviour, tenant, name)

    return replace(
        behaviour, subscribers=subscribers, may_deliver=lambda webhook: webhook["State"] != "Stopped"
    )


class _Everybody:
    """Rows in which webhooks with too many errors look active."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def told(self, behaviour: Behaviour, tenant: str, name: str) -> Sequence[Entity]:
        return behaviour.subscribers(self, tenant, name)  # type: ignore[arg-type]  # only `find` is called

    def find(self, tenant: str, asked: Any) -> Sequence[Entity]:
        found = [
            each
            for state in ("Active", DISABLED)
            for each in self._rows.find(tenant, replace(asked, state=state))
        ]
        return [{**each, "State": "Active"} for each in found]


def _dead_for_good(behaviour: Behaviour) -> Behaviour:
    """What once had too many errors is not told of anything again."""
    dead: set[tuple[str, int]] = set()

    def announce(service: Service, tenant: str, webhook: Entity) -> None:
        if webhook["State"] == DISABLED:
            dead.add((tenant, webhook["WebhookId"]))
        behaviour.announce(service, tenant, webhook)

    def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
        found = behaviour.subscribers(rows, tenant, name)
        return [webhook for webhook in found if (tenant, webhook["WebhookId"]) not in dead]

    return replace(behaviour, announce=announce, subscribers=subscribers)


def _unless_disabled(announce: Any) -> Any:
    def wrong(service: Service, tenant: str, webhook: Entity) -> None:
        if webhook["State"] != DISABLED:
            announce(service, tenant, webhook)

    return wrong


def _unmarked(headers: Any) -> Any:
    def wrong(*webhook_and_event: Any, **values: Any) -> dict[str, str]:
        return headers(*webhook_and_event, **values | {"ping": False})  # type: ignore[no-any-return]

    return wrong


def _unsigned(sign: Any) -> Any:
    def wrong(webhook: Mapping[str, Any], body: bytes) -> str | None:
        return None if json.loads(body)["Event"] == "test" else sign(webhook, body)

    return wrong


def _well(webhook: Entity) -> int:
    """How many calls went well."""
    return (webhook.get("TotalCalls") or 0) - (webhook.get("TotalErrors") or 0)


def _in_vain(reach: Any) -> Any:
    def wrong(service: Service, caller: Caller, entity: Entity) -> None:
        tolerant = replace(service.courier, behaviour=replace(service.behaviour, succeeded=lambda _: True))
        reach(replace(service, courier=tolerant), caller, entity)

    return wrong


FAULTS = (
    Fault(
        "never-disabled",
        "delivery.too-many-errors",
        "failures never disable a webhook",
        _fails(lambda _, status: status == GONE),
    ),
    Fault(
        "disabled-early",
        "delivery.too-many-errors",
        "three failures disable a webhook",
        _fails(lambda failures, status: failures >= 3 or status == GONE),
    ),
    Fault(
        "disabled-as-stopped",
        "delivery.too-many-errors",
        "a webhook that failures disable is shown as Stopped",
        showing(lambda webhook: {"State": "Stopped"} if webhook.get("State") == DISABLED else {}),
    ),
    Fault(
        "disabled-delivers",
        "delivery.too-many-errors-silent",
        "a webhook with too many errors is told of events",
        _told_while_disabled,
    ),
    Fault(
        "disabled-for-good",
        "delivery.reactivation",
        "a webhook that had too many errors stays silent when it is active again",
        _dead_for_good,
    ),
    Fault(
        "errors-unannounced",
        "delivery.state-event-errors",
        "nobody is told that a webhook has too many errors",
        around("announce", _unless_disabled),
    ),
    Fault(
        "gone-repeated",
        "delivery.gone",
        "410 is a failure like any other",
        _fails(lambda failures, _: failures >= FAILURES),
    ),
    Fault(
        "errors-uncounted",
        "delivery.counters",
        "TotalErrors is always 0",
        showing(lambda webhook: {"TotalErrors": 0} if webhook.get("TotalErrors") else {}),
    ),
    Fault(
        "errors-never-over",
        "delivery.counters",
        "ConsecutiveErrors counts all errors",
        showing(lambda webhook: {"ConsecutiveErrors": webhook.get("TotalErrors")}),
    ),
    Fault(
        "failed-calls-uncounted",
        "delivery.counters",
        "TotalCalls counts successes only",
        showing(lambda webhook: {"TotalCalls": _well(webhook)}),
    ),
    Fault(
        "test-unmarked",
        "delivery.test-event",
        "the test event has no X-Hook-Test",
        around("headers", _unmarked),
    ),
    Fault(
        "test-unsigned",
        "delivery.test-event-signed",
        "the test event is not signed",
        around("sign", _unsigned),
    ),
    Fault(
        "tried-in-vain",
        "webhook.post.tries-target",
        "a webhook is saved whatever its target answers to the test event",
        around("reach", _in_vain),
        ("--ping-on-save",),
    ),
)
