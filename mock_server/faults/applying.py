"""Wrong ways to go through the operations of a PATCH, and to end when one of them is refused."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from mock_server.clock import stamp
from mock_server.faults.fault import Change, Entity, Fault, Save, patching, rewriting
from mock_server.patch.operations import TEST
from mock_server.problems import Conflict, Invalid, Problem


def is_test(operation: Any) -> bool:
    """Whether one element of a JSON Patch changes nothing."""
    return isinstance(operation, dict) and str(operation.get("op")).casefold() == TEST


def _parts(changes: Any) -> list[Any]:
    if isinstance(changes, dict):
        return [{key: value} for key, value in changes.items()]
    return [[operation] for operation in changes] if isinstance(changes, list) else []


def keeps_what_worked(refusal: type[Problem], shape: type) -> Change:
    """Stores what stands before the part that was refused."""

    def wrong(save: Save) -> Entity:
        try:
            return save.done()
        except refusal:
            with suppress(Problem):
                for part in _parts(save.sent) if isinstance(save.sent, shape) else ():
                    save.good(part)
            raise

    return patching(wrong)


def stores_in_spite_of(refusal: type[Problem]) -> Change:
    """Refuses, and stores all the same."""

    def wrong(save: Save) -> Entity:
        try:
            return save.done()
        except refusal:
            rest = (
                [each for each in save.sent if not is_test(each)]
                if isinstance(save.sent, list)
                else save.sent
            )
            with suppress(Problem):
                save.unconditionally(rest)
            raise

    return patching(wrong)


def _conflict_stamped(save: Save) -> Entity:
    try:
        return save.done()
    except Conflict:
        if before := save.stored():
            save.store({**before, "Updated": stamp(save.service.clock())})
        raise


def _without_moves(changes: Any) -> Any:
    if not isinstance(changes, list):
        return changes
    return [each for each in changes if not isinstance(each, dict) or each.get("op") not in ("move", "copy")]


def _copying(save: Save) -> Entity:
    before = save.stored()
    if not isinstance(save.sent, list) or before is None:
        return save.done()
    return save.good([_as_replace(each, before) for each in save.sent])


def _as_replace(operation: Any, before: Entity) -> Any:
    if not isinstance(operation, dict) or operation.get("op") != "copy":
        return operation
    source = before.get(str(operation.get("from")).strip("/"))
    return {"op": "replace", "path": operation.get("path"), "value": source}


def _tests_first(changes: Any) -> Any:
    return sorted(changes, key=lambda each: not is_test(each)) if isinstance(changes, list) else changes


def _last_of_each(changes: Any) -> Any:
    if not isinstance(changes, list) or not all(isinstance(each, dict) for each in changes):
        return changes
    return list({str(each.get("path")): each for each in changes}.values())


def _backwards(changes: Any) -> Any:
    return changes[::-1] if isinstance(changes, list) else changes


def _patch(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, change)


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
    _patch(
        "conflict-stamped",
        "conflict-changes-nothing",
        "a PATCH with a failed test moves Updated",
        patching(_conflict_stamped),
    ),
    _patch("backwards", "in-order", "operations are applied last to first", rewriting(_backwards)),
    _patch("tests-first", "in-order", "tests look at the webhook before the PATCH", rewriting(_tests_first)),
    _patch(
        "last-of-each-path",
        "in-order",
        "of several operations with one path the last alone is applied",
        rewriting(_last_of_each),
    ),
    _patch("moves-skipped", "unsupported-op", "move and copy are passed over", rewriting(_without_moves)),
    _patch("copy-carried-out", "unsupported-op", "copy copies", patching(_copying)),
)
