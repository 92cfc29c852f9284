"""Wrong ways to patch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from mock_server.faults.fault import Entity, Fault, around, keeping, speaks
from mock_server.filters import EVERYTHING
from mock_server.patch import json_patch, pointer
from mock_server.patch.operations import ADD, REMOVE, REPLACE, TEST, Operation
from mock_server.problems import Conflict, Invalid, NotFound, Problem
from mock_server.service import Caller, Service

Patch = Callable[..., Entity]


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


def _case_sensitive(names: Any, token: str) -> str | None:
    return token if token in names else None


def _slash_required(path: str) -> pointer.Tokens:
    if not path.startswith("/"):
        raise Invalid(f"path: expected a slash in front, got {path!r}")
    return pointer.split(path)


def _tilde_first(path: str) -> pointer.Tokens:
    tokens = path.removeprefix("/").split("/")
    return tuple(token.replace("~1", "~").replace("~0", "/") for token in tokens)


def editing(change: Callable[[Any, pointer.Tokens, Operation], Any]) -> Any:
    """Another way to edit what is inside a member; NotImplemented leaves a place to the good way."""

    def edit(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
        changed = change(value, tokens, operation)
        return json_patch.edit(value, tokens, operation) if changed is NotImplemented else changed

    return speaks(edit=edit)


def _overwrite_last(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and tokens == (pointer.APPEND,) and value:
        return [*value[:-1], operation.value]
    return NotImplemented


def _insert_overwrites(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and isinstance(value, list) and tokens and tokens[0].isdigit():
        return json_patch.edit(value, tokens, Operation(REPLACE, operation.tokens, operation.value))
    return NotImplemented


def _replace_first(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == REPLACE and isinstance(value, list) and tokens:
        return [operation.value, *value[1:]]
    return NotImplemented


def _remove_all(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    return [] if operation.op == REMOVE and isinstance(value, list) and tokens else NotImplemented


def _remove_nothing(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    return value if operation.op == REMOVE and not tokens else NotImplemented


def _entry_replaces_all(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if isinstance(value, dict) and len(tokens) == 1 and operation.op in (ADD, REPLACE):
        return {tokens[0]: operation.value}
    return NotImplemented


def _loose(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, list) and isinstance(theirs, list):
        return sorted(map(str, ours)) == sorted(map(str, theirs))
    return str(ours) == str(theirs)


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


def _reregisters(entity: Mapping[str, Any]) -> Entity:
    return {"Registered": entity["Updated"]} if entity["UpdatedAssociate"] else {}


def _patch(fault_id: str, clause: str, says: str, wrap: Callable[[Patch], Patch]) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, around("patch", wrap))


def _edit(fault_id: str, clause: str, says: str, change: Callable[..., Any]) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, editing(change))


def _dialect(fault_id: str, clause: str, says: str, **decisions: Any) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, speaks(**decisions))


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
    _dialect("test-passes", "test-conflict", "every test holds", equal=lambda *_: True),
    _dialect("test-fails", "test-holds", "no test holds", equal=lambda *_: False),
    _dialect("test-coerces", "test-exact", "a test compares texts, and arrays in any order", equal=_loose),
    _dialect("escapes-swapped", "escapes", "~1 stands for a tilde and ~0 for a slash", split=_tilde_first),
    _dialect(
        "path-case-sensitive",
        "path-any-case",
        "paths need the documented letter case",
        property_name=_case_sensitive,
    ),
    _dialect(
        "path-slash-required", "path-without-slash", "paths need a slash in front", split=_slash_required
    ),
    _edit("append-overwrites", "append", "add at - overwrites the last element", _overwrite_last),
    _edit("insert-overwrites", "insert", "add at an index replaces that element", _insert_overwrites),
    _edit(
        "replace-first", "replace-element", "replace at an index changes the first element", _replace_first
    ),
    _edit("remove-empties", "remove-element", "remove of an element empties the whole array", _remove_all),
    _edit("remove-ignored", "remove", "remove of a member changes nothing", _remove_nothing),
    _edit(
        "entry-replaces",
        "dictionary-entry",
        "setting one entry of Headers or Properties drops the other ones",
        _entry_replaces_all,
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
)
