"""Wrong ways to read and to apply the operations of a JSON Patch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


def _loose(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, list) and isinstance(theirs, list):
        return sorted(map(str, ours)) == sorted(map(str, theirs))
    return str(ours) == str(theirs)


def _edit(fault_id: str, clause: str, says: str, change: Callable[..., Any]) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, editing(change))


def _dialect(fault_id: str, clause: str, says: str, **decisions: Any) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, speaks(**decisions))


FAULTS = (
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
)
