"""Wrong ways to follow the path of an operation, and to read the index that it ends with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from mock_server.entity import DEFAULT
from mock_server.faults.fault import Fault, speaks
from mock_server.faults.operations import editing
from mock_server.patch import json_patch, pointer
from mock_server.patch.operations import ADD, REPLACE, Operation
from mock_server.problems import Invalid

_NEGATIVE = re.compile("-[1-9][0-9]*")


def _case_sensitive(names: Any, token: str) -> str | None:
    return token if token in names else None


def _inner_case_sensitive(path: str) -> pointer.Tokens:
    tokens = pointer.split(path)
    if len(tokens) > 1 and tokens[0] not in DEFAULT:
        raise Invalid(f"path: expected a property of Webhook, got {path!r}")
    return tokens


def _slash_required(path: str) -> pointer.Tokens:
    if not path.startswith("/"):
        raise Invalid(f"path: expected a slash in front, got {path!r}")
    return pointer.split(path)


def _inner_slash_required(path: str) -> pointer.Tokens:
    if "/" in path and not path.startswith("/"):
        raise Invalid(f"path: expected a slash in front, got {path!r}")
    return pointer.split(path)


def _tilde_first(path: str) -> pointer.Tokens:
    tokens = path.removeprefix("/").split("/")
    return tuple(token.replace("~1", "~").replace("~0", "/") for token in tokens)


def _unescaped_not(path: str) -> pointer.Tokens:
    return tuple(path.removeprefix("/").split("/"))


def _tilde_before_slash(path: str) -> pointer.Tokens:
    """RFC 6901 warns of it: `~01` would be read as a slash."""
    return tuple(token.replace("~0", "~").replace("~1", "/") for token in path.removeprefix("/").split("/"))


def _first_escapes(path: str) -> pointer.Tokens:
    """Of several escapes in a step, the first of each kind is undone."""
    steps = path.removeprefix("/").split("/")
    return tuple(step.replace("~1", "/", 1).replace("~0", "~", 1) for step in steps)


def _as_url(path: str) -> pointer.Tokens:
    return pointer.split(unquote(path))


# ---- the index of an element


def _element(change: Callable[[list[Any], str, Operation], Any]) -> Any:
    """Another way to edit an element of an array, whose index is given as it is written."""

    def edited(value: Any, tokens: pointer.Tokens, operation: Operation) -> Any:
        if isinstance(value, list) and len(tokens) == 1:
            return change(value, tokens[0], operation)
        return NotImplemented

    return editing(edited)


def _at(value: list[Any], place: int, operation: Operation) -> Any:
    return json_patch.edit(value, (str(place),), operation)


def _beyond_is_last(value: list[Any], token: str, operation: Operation) -> Any:
    beyond = operation.op == ADD and token.isdigit() and int(token) > len(value)
    return [*value, operation.value] if beyond else NotImplemented


def _assigned_beyond(value: list[Any], token: str, operation: Operation) -> Any:
    beyond = operation.op == REPLACE and token.isdigit() and int(token) >= len(value)
    return [*value, operation.value] if beyond else NotImplemented


def _from_the_end(value: list[Any], token: str, operation: Operation) -> Any:
    counted = _NEGATIVE.fullmatch(token) and len(value) + int(token) >= 0
    return _at(value, len(value) + int(token), operation) if counted else NotImplemented


def _dash_is_last(value: list[Any], token: str, operation: Operation) -> Any:
    last = operation.op != ADD and token == pointer.APPEND and value
    return _at(value, len(value) - 1, operation) if last else NotImplemented


def _without_zeros(value: list[Any], token: str, operation: Operation) -> Any:
    return _at(value, int(token), operation) if token.isascii() and token.isdigit() else NotImplemented


def _trimmed(value: list[Any], token: str, operation: Operation) -> Any:
    digits = token.strip().removeprefix("+")
    return _at(value, int(digits), operation) if digits != token and digits.isdecimal() else NotImplemented


def _in_any_script(value: list[Any], token: str, operation: Operation) -> Any:
    foreign = token.isdecimal() and not token.isascii()
    return _at(value, int(token), operation) if foreign else NotImplemented


def _dialect(fault_id: str, clause: str, says: str, **decisions: Any) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, speaks(**decisions))


def _index(fault_id: str, clause: str, says: str, change: Callable[..., Any]) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, _element(change))


FAULTS = (
    _dialect("escapes-swapped", "escapes", "~1 stands for a tilde and ~0 for a slash", split=_tilde_first),
    _dialect("escapes-unread", "escapes", "~0 and ~1 stand for themselves", split=_unescaped_not),
    _dialect("escapes-in-turn", "escapes", "~01 stands for a slash", split=_tilde_before_slash),
    _dialect(
        "escapes-once",
        "escapes",
        "of several escapes in a name the first is undone",
        split=_first_escapes,
    ),
    _dialect("escapes-percent", "escapes", "a path is decoded as part of a URL first", split=_as_url),
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
    _index("add-beyond-appends", "index-range", "add beyond the end of an array appends", _beyond_is_last),
    _index(
        "replace-beyond-appends",
        "index-range",
        "replace of the element behind the last appends",
        _assigned_beyond,
    ),
    _index("index-negative", "index-range", "a negative index counts from the end", _from_the_end),
    _index("index-with-zeros", "index-form", "an index may have leading zeros", _without_zeros),
    _index("index-trimmed", "index-form", "an index may have a blank or a plus in front", _trimmed),
    _index("index-in-any-script", "index-form", "an index may have digits of any script", _in_any_script),
    _index("dash-is-last", "index-form", "replace and remove at - mean the last element", _dash_is_last),
)
