"""Turns a merge patch into JSON Patch operations, as the documentation says the server does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mock_server.patch import pointer
from mock_server.patch.json_patch import Dialect, Members, named
from mock_server.patch.operations import ADD, REMOVE, REPLACE, Operation
from mock_server.patch.pointer import Tokens

Entity = dict[str, Any]

# A caller may send back what it read; the addresses in it are no part of the webhook.
IGNORED = frozenset({"_links"})


def operations(entity: Entity, changes: list[tuple[str, Any]]) -> list[Operation]:
    """The operations that a merge patch stands for."""
    return [operation for name, value in changes for operation in _member(entity, name, value)]


def known(body: Mapping[str, Any], members: Members, dialect: Dialect) -> list[tuple[str, Any]]:
    """The members of a merge patch under their documented names."""
    return [
        (named(key, members, dialect), value) for key, value in body.items() if key.casefold() not in IGNORED
    ]


def _member(entity: Entity, name: str, value: Any) -> Iterator[Operation]:
    current = entity[name]
    if isinstance(current, list) and value is not None and not isinstance(value, list):
        # Not RFC 7396, but documented: what is no array is appended to one.
        yield Operation(ADD, (name, pointer.APPEND), value)
    else:
        yield from _merge(current, value, (name,))


def _merge(current: Any, value: Any, place: Tokens) -> Iterator[Operation]:
    if value is None:
        yield Operation(REMOVE, place)
    elif isinstance(value, dict) and isinstance(current, dict):
        for key, inner in value.items():
            yield from _entry(current, key, inner, place)
    else:
        yield Operation(REPLACE, place, _without_nulls(value))


def _entry(current: Entity, key: str, value: Any, place: Tokens) -> Iterator[Operation]:
    if key in current:
        yield from _merge(current[key], value, (*place, key))
    elif value is not None:
        yield Operation(ADD, (*place, key), _without_nulls(value))


def _without_nulls(value: Any) -> Any:
    """RFC 7396, section 2: an object that meets no object is merged into an empty one."""
    if not isinstance(value, dict):
        return value
    return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
