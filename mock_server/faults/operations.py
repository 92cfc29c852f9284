"""Wrong ways to read and to apply the operations of a JSON Patch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server.entity import DEFAULT
from mock_server.faults.fault import Fault, speaks
from mock_server.patch import json_patch, pointer
from mock_server.patch.operations import ADD, REMOVE, REPLACE, Operation
from mock_server.problems import Invalid


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


def _append_in_front(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and tokens == (pointer.APPEND,):
        return [operation.value, *value]
    return NotImplemented


def _insert_at_end(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
    if operation.op == ADD and isinstance(value, list) and tokens:
        return [*value, operation.value]
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


def _unescaped_not(path: str) -> pointer.Tokens:
    return tuple(path.removeprefix("/").split("/"))


def _tilde_before_slash(path: str) -> pointer.Tokens:
    """RFC 6901 warns of it: `~01` would be read as a slash."""
    return tuple(token.replace("~0", "~").replace("~1", "/") for token in path.removeprefix("/").split("/"))


def _inner_slash_required(path: str) -> pointer.Tokens:
    if "/" in path and not path.startswith("/"):
        raise Invalid(f"path: expected a slash in front, got {path!r}")
    return pointer.split(path)


def _inner_case_sensitive(path: str) -> pointer.Tokens:
    tokens = pointer.split(path)
    if len(tokens) > 1 and tokens[0] not in DEFAULT:
        raise Invalid(f"path: expected a property of Webhook, got {path!r}")
    return tokens


def _edit(fault_id: str, clause: str, says: str, change: Callable[..., Any]) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, editing(change))


def _dialect(fault_id: str, clause: str, says: str, **decisions: Any) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, speaks(**decisions))


FAULTS = (
    _edit("replace-merges", "replace", "replace of an object adds to what is there", _replace_merges),
    _edit("replace-leaves-state", "replace", "replace of State changes nothing", _state_stays),
    _edit("add-only-absent", "add", "add leaves a member alone that has a value", _add_if_absent),
    _edit("append-overwrites", "append", "add at - overwrites the last element", _overwrite_last),
    _edit("append-in-front", "append", "add at - puts the element first", _append_in_front),
    _edit("insert-overwrites", "insert", "add at an index replaces that element", _insert_overwrites),
    _edit("insert-at-end", "insert", "add at an index appends", _insert_at_end),
    _edit("insert-behind", "insert", "add at an index inserts behind that element", _insert_behind),
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
        "entry-replaces",
        "dictionary-entry",
        "setting one entry of Headers or Properties drops the other ones",
        _entry_replaces_all,
    ),
    _edit("entry-emptied", "dictionary-entry", "a removed entry stays, with an empty text", _entry_emptied),
    _edit(
        "entry-added-only", "dictionary-entry", "replace of an entry leaves it as it is", _entry_added_only
    ),
    _dialect("escapes-swapped", "escapes", "~1 stands for a tilde and ~0 for a slash", split=_tilde_first),
    _dialect("escapes-unread", "escapes", "~0 and ~1 stand for themselves", split=_unescaped_not),
    _dialect("escapes-in-turn", "escapes", "~01 stands for a slash", split=_tilde_before_slash),
    _dialect(
        "path-case-sensitive",
        "path-any-case",
        "paths need the documented letter case",
        property_name=_case_sensitive,
    ),
    _dialect(
        "inner-path-case-sensitive",
        "path-any-case",
        "paths into a member need the documented letter case",
        split=_inner_case_sensitive,
    ),
    _dialect(
        "path-slash-required", "path-without-slash", "paths need a slash in front", split=_slash_required
    ),
    _dialect(
        "inner-path-slash-required",
        "path-without-slash",
        "paths into a member need a slash in front",
        split=_inner_slash_required,
    ),
)
