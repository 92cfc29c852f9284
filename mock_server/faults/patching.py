"""Wrong ways to patch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from time import sleep
from typing import Any

from mock_server import webhooks
from mock_server.entity import checked
from mock_server.faults.fault import Entity, Fault, around, keeping
from mock_server.filters import EVERYTHING
from mock_server.patch import json_patch
from mock_server.patch.operations import TEST
from mock_server.problems import Conflict, Invalid, NotFound, Problem
from mock_server.service import Caller, Service

Patch = Callable[..., Entity]

PAUSE = 0.02


def _parts(changes: Any) -> list[Any]:
    if isinstance(changes, dict):
        return [{key: value} for key, value in changes.items()]
    return [[operation] for operation in changes] if isinstance(changes, list) else []


def _is_test(operation: Any) -> bool:
    return isinstance(operation, dict) and str(operation.get("op")).casefold() == TEST


def keeps_what_worked(refusal: type[Problem], shape: type) -> Callable[[Patch], Patch]:
    """Stores what stands before the part that was refused."""

    def around_patch(patch: Patch) -> Patch:
        def wrong(
            service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any
        ) -> Entity:
            try:
                return patch(service, caller, webhook_id, changes, **condition)
            except refusal:
                if isinstance(changes, shape):
                    with suppress(Problem):
                        for part in _parts(changes):
                            patch(service, caller, webhook_id, part)
                raise

        return wrong

    return around_patch


def stores_in_spite_of(refusal: type[Problem]) -> Callable[[Patch], Patch]:
    """Refuses, and stores all the same."""

    def around_patch(patch: Patch) -> Patch:
        def wrong(
            service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any
        ) -> Entity:
            try:
                return patch(service, caller, webhook_id, changes, **condition)
            except refusal:
                rest = (
                    [each for each in changes if not _is_test(each)] if isinstance(changes, list) else changes
                )
                with suppress(Problem):
                    patch(service, caller, webhook_id, rest)
                raise

        return wrong

    return around_patch


def rewritten(rewrite: Callable[[Any], Any]) -> Callable[[Patch], Patch]:
    """Another patch than the one that was sent."""

    def around_patch(patch: Patch) -> Patch:
        def wrong(
            service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any
        ) -> Entity:
            return patch(service, caller, webhook_id, rewrite(changes), **condition)

        return wrong

    return around_patch


def _without_moves(changes: Any) -> Any:
    if not isinstance(changes, list):
        return changes
    return [each for each in changes if not isinstance(each, dict) or each.get("op") not in ("move", "copy")]


def _without_nulls(changes: Any) -> Any:
    if not isinstance(changes, dict):
        return changes
    return {key: value for key, value in changes.items() if value is not None}


def _appending_arrays(patch: Patch) -> Patch:
    def wrong(service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any) -> Entity:
        if isinstance(changes, dict):
            before = service.behaviour.get(service, caller, webhook_id)
            changes = {
                key: before["Events"] + value if key == "Events" and isinstance(value, list) else value
                for key, value in changes.items()
            }
        return patch(service, caller, webhook_id, changes, **condition)

    return wrong


def _shallow_merge(changes: Any) -> Any:
    if not isinstance(changes, dict):
        return changes
    return {key: value for key, value in changes.items() if not isinstance(value, dict)}


def _answers_new_stores_old(patch: Patch) -> Patch:
    def wrong(service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any) -> Entity:
        with service.store.reading() as rows:
            before = rows.get(caller.tenant, webhook_id)
        answer = patch(service, caller, webhook_id, changes, **condition)
        if before is not None:
            with service.store.writing() as rows:
                rows.put(caller.tenant, before)
        return answer

    return wrong


def _answers_old_stores_new(patch: Patch) -> Patch:
    def wrong(service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any) -> Entity:
        with service.store.reading() as rows:
            before = rows.get(caller.tenant, webhook_id)
        return (
            before
            if (after := patch(service, caller, webhook_id, changes, **condition)) and before
            else after
        )

    return wrong


def _touches_another(patch: Patch) -> Patch:
    def wrong(service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any) -> Entity:
        answer = patch(service, caller, webhook_id, changes, **condition)
        with service.store.writing() as rows:
            others = [
                each for each in rows.find(caller.tenant, EVERYTHING) if each["WebhookId"] != webhook_id
            ]
            for other in others[-1:]:
                rows.put(caller.tenant, {**other, "Name": answer["Name"], "Secret": answer["Secret"]})
        return answer

    return wrong


def _creates_missing(patch: Patch) -> Patch:
    def wrong(service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any) -> Entity:
        try:
            return patch(service, caller, webhook_id, changes, **condition)
        except NotFound:
            return service.behaviour.create(service, caller, {"TargetUrl": "http://localhost/"})

    return wrong


def _backwards(changes: Any) -> Any:
    return changes[::-1] if isinstance(changes, list) else changes


def _refusing_merges(patch: Patch) -> Patch:
    def wrong(service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any) -> Entity:
        return patch(service, caller, webhook_id, [] if isinstance(changes, dict) else changes, **condition)

    return wrong


def _resets_secret(patch: Patch) -> Patch:
    def wrong(service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any) -> Entity:
        answer = patch(service, caller, webhook_id, changes, **condition)
        if "secret" in str(changes).casefold():
            return answer
        with service.store.writing() as rows:
            rows.put(caller.tenant, answer := {**answer, "Secret": ""})
        return answer

    return wrong


def _in_two_transactions(_: Patch) -> Patch:
    def wrong(
        service: Service, caller: Caller, webhook_id: int, changes: Any, *, unmodified: Any = None
    ) -> Entity:
        operations_on = webhooks.translation(service, changes)
        after = before = webhooks.get(service, caller, webhook_id, unmodified=unmodified)
        for operation in operations_on(before):
            after = json_patch.applied(after, operation, service.model.members, service.behaviour.dialect)
        sleep(PAUSE)
        with service.store.writing() as rows:
            return webhooks.keep(service, rows, caller, before, checked(after))

    return wrong


def _reregisters(entity: Mapping[str, Any]) -> Entity:
    return {"Registered": entity["Updated"]} if entity["UpdatedAssociate"] else {}


def _patch(fault_id: str, clause: str, says: str, wrap: Callable[[Patch], Patch]) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, around("patch", wrap))


FAULTS = (
    _patch(
        "json-patch-partial",
        "all-or-nothing",
        "what stands before a refused operation is stored",
        keeps_what_worked(Invalid, list),
    ),
    _patch(
        "merge-patch-partial",
        "all-or-nothing",
        "what stands before a refused member is stored",
        keeps_what_worked(Invalid, dict),
    ),
    _patch(
        "conflict-partial",
        "conflict-changes-nothing",
        "what stands before a failed test is stored",
        keeps_what_worked(Conflict, list),
    ),
    _patch(
        "conflict-stored",
        "conflict-changes-nothing",
        "a failed test is answered with 409, and everything else is stored",
        stores_in_spite_of(Conflict),
    ),
    _patch("backwards", "in-order", "operations are applied last to first", rewritten(_backwards)),
    _patch("moves-skipped", "unsupported-op", "move and copy are passed over", rewritten(_without_moves)),
    _patch(
        "merge-ignored", "merge", "a merge patch is answered with 200 and changes nothing", _refusing_merges
    ),
    _patch("merge-array-appends", "merge-array", "an array in a merge patch is appended", _appending_arrays),
    _patch(
        "merge-null-ignored",
        "merge-null",
        "a null in a merge patch is passed over",
        rewritten(_without_nulls),
    ),
    _patch(
        "merge-nested-ignored",
        "merge-nested",
        "an object in a merge patch is passed over",
        rewritten(_shallow_merge),
    ),
    _patch("secret-reset", "untouched", "a PATCH that does not name Secret empties it", _resets_secret),
    _patch(
        "neighbour-changed", "neighbours", "a PATCH changes the newest other webhook, too", _touches_another
    ),
    _patch(
        "patch-not-stored", "stores", "a PATCH answers the change and stores nothing", _answers_new_stores_old
    ),
    _patch(
        "patch-answers-old", "stores", "a PATCH answers the webhook as it was before", _answers_old_stores_new
    ),
    Fault(
        "registered-moves",
        "webhook.patch.keeps-identity",
        "a PATCH sets Registered anew",
        keeping(_reregisters),
    ),
    _patch("unknown-created", "unknown-id", "a PATCH of an unknown id creates a webhook", _creates_missing),
    _patch(
        "parallel-lost",
        "parallel",
        "a PATCH reads and writes apart, so that one of two at the same time is lost",
        _in_two_transactions,
    ),
)
