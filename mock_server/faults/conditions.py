"""Wrong ways to heed If-Unmodified-Since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from mock_server import conditions
from mock_server.faults.fault import Fault, around, decides
from mock_server.faults.patching import stores_in_spite_of
from mock_server.problems import Changed


def _unconditional(*, when: Callable[[Any], bool]) -> Any:
    def around_patch(patch: Any) -> Any:
        def wrong(service: Any, caller: Any, webhook_id: int, changes: Any, *, unmodified: Any = None) -> Any:
            kept = None if when(changes) else unmodified
            return patch(service, caller, webhook_id, changes, unmodified=kept)

        return wrong

    return around("patch", around_patch)


def _created_since(entity: Mapping[str, Any], moment: datetime) -> bool:
    return datetime.fromisoformat(entity["Registered"]).replace(tzinfo=UTC) > moment


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
        "stale-stored",
        "webhook.patch.stale-changes-nothing",
        "a PATCH answered with 412 is stored all the same",
        around("patch", stores_in_spite_of(Changed)),
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
