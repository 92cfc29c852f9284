"""Wrong ways to heed If-Unmodified-Since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mock_server import conditions
from mock_server.clock import stamp
from mock_server.faults.applying import stores_in_spite_of
from mock_server.faults.fault import Change, Entity, Fault, Save, decides, patching
from mock_server.faults.wire import Answer, Environ, answering, asks
from mock_server.problems import Changed

PATCH = asks("PATCH /Webhook/{id}")


def _unconditional(*, when: Callable[[Any], bool]) -> Change:
    return patching(lambda save: save.unconditionally(save.sent) if when(save.sent) else save.done())


def _created_since(entity: Mapping[str, Any], moment: datetime) -> bool:
    return datetime.fromisoformat(entity["Registered"]).replace(tzinfo=UTC) > moment


def _by_day(entity: Mapping[str, Any], moment: datetime) -> bool:
    return conditions.last_change(entity).date() > moment.date()


def _with_patience(entity: Mapping[str, Any], moment: datetime) -> bool:
    return conditions.last_change(entity) > moment + timedelta(minutes=5)


def _as_conflict(_: Environ, answer: Answer) -> Answer:
    return replace(answer, status=409) if answer.status == 412 else answer


def _stamped(save: Save) -> Entity:
    try:
        return save.done()
    except Changed:
        if before := save.stored():
            save.store({**before, "Updated": stamp(save.service.clock())})
        raise


FAULTS = (
    Fault(
        "stale-ignored",
        "webhook.patch.stale",
        "If-Unmodified-Since is ignored",
        _unconditional(when=lambda _: True),
    ),
    Fault(
        "stale-ignored-by-merge",
        "webhook.patch.stale",
        "If-Unmodified-Since is ignored for merge patches",
        _unconditional(when=lambda changes: isinstance(changes, dict)),
    ),
    Fault(
        "stale-ignored-by-json-patch",
        "webhook.patch.stale",
        "If-Unmodified-Since is ignored for JSON Patches",
        _unconditional(when=lambda changes: isinstance(changes, list)),
    ),
    Fault(
        "stale-by-day",
        "webhook.patch.stale",
        "the day of If-Unmodified-Since is compared, and not its time",
        decides(changed_since=_by_day),
    ),
    Fault(
        "stale-with-patience",
        "webhook.patch.stale",
        "an If-Unmodified-Since may be five minutes old",
        decides(changed_since=_with_patience),
    ),
    Fault(
        "stale-as-conflict",
        "webhook.patch.stale",
        "a stale PATCH is answered with 409",
        answering(PATCH, _as_conflict),
    ),
    Fault(
        "stale-stored",
        "webhook.patch.stale-changes-nothing",
        "a PATCH answered with 412 is stored all the same",
        stores_in_spite_of(Changed),
    ),
    Fault(
        "stale-stamped",
        "webhook.patch.stale-changes-nothing",
        "a PATCH answered with 412 moves Updated",
        patching(_stamped),
    ),
    Fault(
        "stale-by-creation",
        "webhook.patch.stale-counts-updates",
        "If-Unmodified-Since is compared with Registered only",
        decides(changed_since=_created_since),
    ),
    Fault(
        "always-stale",
        "webhook.patch.fresh",
        "every If-Unmodified-Since is answered with 412",
        decides(changed_since=lambda *_: True),
    ),
    Fault(
        "same-second-stale",
        "webhook.patch.fresh-same-second",
        "a change in the very second of If-Unmodified-Since counts as later",
        decides(changed_since=lambda entity, moment: conditions.last_change(entity) >= moment),
    ),
)
