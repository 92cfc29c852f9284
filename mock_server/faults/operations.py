"""Wrong ways to read and to apply the operations of a JSON Patch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server.faults.fault import Fault, rewriting, speaks
from mock_server.patch import json_patch, pointer
from mock_server.patch.operations import ADD, REMOVE, REPLACE, Operation
from mock_server.problems import Invalid


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


def _append_before_last(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    """As `insert(-1, …)` does."""
    if operation.op == ADD and tokens == (pointer.APPEND,):
        return [*value[:-1], operation.value, *value[-1:]]
    return NotImplemented


def _append_in_front(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and tokens == (pointer.APPEND,):
        return [operation.value, *value]
    return NotImplemented


def _insert_at_end(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and isinstance(value, list) and tokens:
        return [*value, operation.value]
    return NotImplemented


def _insert_before_last(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and isinstance(value, list) and tokens == (str(len(value)),):
        return [*value[:-1], operation.value, *value[-1:]]
    return NotImplemented


def _insert_behind(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and isinstance(value, list) and tokens and tokens[0].isdigit():
        place = int(tokens[0]) + 1
        return [*value[:place], operation.value, *value[place:]]
    return NotImplemented


def _add_if_absent(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    return value if operation.op == ADD and not tokens and value else NotImplemented


def _replace_merges(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if (
        operation.op == REPLACE
        and not tokens
        and isinstance(value, dict)
        and isinstance(operation.value, dict)
    ):
        return {**value, **operation.value}
    return NotImplemented


def _state_stays(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    return (
        value if operation.op == REPLACE and operation.tokens == ("State",) and not tokens else NotImplemented
    )


def _from_one(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == REPLACE and isinstance(value, list) and tokens and tokens[0].isdigit():
        place = max(int(tokens[0]) - 1, 0)
        return [*value[:place], operation.value, *value[place + 1 :]]
    return NotImplemented


def _remove_equals(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == REMOVE and isinstance(value, list) and tokens:
        gone = json_patch.find(value, tokens[:1])
        return [each for each in value if each != gone]
    return NotImplemented


def _remove_first_equal(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    """As `remove(value)` does."""
    if operation.op == REMOVE and isinstance(value, list) and tokens:
        gone = json_patch.find(value, tokens[:1])
        place = value.index(gone) if gone in value else len(value)
        return json_patch.edit(value, (str(place),), operation)
    return NotImplemented


def _remove_rest(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    """As `splice(index)` does."""
    if operation.op == REMOVE and isinstance(value, list) and tokens and tokens[0].isdigit():
        return value[: int(tokens[0])]
    return NotImplemented


def _remove_last(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    return value[:-1] if operation.op == REMOVE and isinstance(value, list) and tokens else NotImplemented


def _dictionaries_stay(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    remains = operation.op == REMOVE and not tokens and isinstance(value, dict)
    return value if remains else NotImplemented


def _entry_emptied(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == REMOVE and isinstance(value, dict) and len(tokens) == 1 and tokens[0] in value:
        return {**value, tokens[0]: ""}
    return NotImplemented


def _entry_added_only(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == REPLACE and isinstance(value, dict) and len(tokens) == 1 and tokens[0] in value:
        return value
    return NotImplemented


def _entry_added_once(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and isinstance(value, dict) and len(tokens) == 1 and tokens[0] in value:
        raise Invalid(f"path: expected an entry that is not there, got {tokens[0]!r}")
    return NotImplemented


def _nulls_left_out(sent: Any) -> Any:
    if not isinstance(sent, list):
        return sent
    return [
        each
        for each in sent
        if not isinstance(each, dict) or each.get("value", "") is not None or each.get("op") == "test"
    ]


def _edit(fault_id: str, clause: str, says: str, change: Callable[..., Any]) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, editing(change))


FAULTS = (
    _edit("replace-merges", "replace", "replace of an object adds to what is there", _replace_merges),
    _edit("replace-leaves-state", "replace", "replace of State changes nothing", _state_stays),
    _edit("add-only-absent", "add", "add leaves a member alone that has a value", _add_if_absent),
    _edit("append-overwrites", "append", "add at - overwrites the last element", _overwrite_last),
    _edit("append-in-front", "append", "add at - puts the element first", _append_in_front),
    _edit(
        "append-before-last", "append", "add at - puts the element before the last one", _append_before_last
    ),
    _edit("insert-overwrites", "insert", "add at an index replaces that element", _insert_overwrites),
    _edit("insert-at-end", "insert", "add at an index appends", _insert_at_end),
    _edit("insert-behind", "insert", "add at an index inserts behind that element", _insert_behind),
    _edit(
        "insert-before-last",
        "insert",
        "add at the index behind the last element inserts before that element",
        _insert_before_last,
    ),
    _edit(
        "replace-first", "replace-element", "replace at an index changes the first element", _replace_first
    ),
    _edit("replace-from-one", "replace-element", "replace counts elements from one", _from_one),
    _edit("remove-ignored", "remove", "remove of a member changes nothing", _remove_nothing),
    _edit(
        "remove-leaves-objects",
        "remove",
        "remove of Headers or Properties changes nothing",
        _dictionaries_stay,
    ),
    _edit("remove-empties", "remove-element", "remove of an element empties the whole array", _remove_all),
    _edit("remove-last", "remove-element", "remove of an element takes out the last one", _remove_last),
    _edit(
        "remove-equals", "remove-element", "remove of an element takes out all that equal it", _remove_equals
    ),
    _edit(
        "remove-first-equal",
        "remove-element",
        "remove of an element takes out the first that equals it",
        _remove_first_equal,
    ),
    _edit(
        "remove-rest",
        "remove-element",
        "remove of an element takes out those behind it, too",
        _remove_rest,
    ),
    _edit(
        "entry-replaces",
        "dictionary-entry",
        "setting one entry of Headers or Properties drops the other ones",
        _entry_replaces_all,
    ),
    _edit("entry-emptied", "dictionary-entry", "a removed entry stays, with an empty text", _entry_emptied),
    _edit(
        "entry-added-only", "dictionary-entry", "replace of an entry leaves it as it is", _entry_added_only
    ),
    _edit(
        "entry-added-once",
        "dictionary-entry",
        "add of an entry that is there is refused",
        _entry_added_once,
    ),
    Fault(
        "null-values-dropped",
        "webhook.patch.replace-null",
        "an operation whose value is null is passed over",
        rewriting(_nulls_left_out),
    ),
)
