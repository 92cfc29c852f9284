"""Applies JSON Patch operations to a webhook; the webhook it is given stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.entity import SERVER_SET, filled
from mock_server.fields import Reader
from mock_server.patch import pointer
from mock_server.patch.operations import ADD, REMOVE, TEST, Operation, read
from mock_server.patch.pointer import Tokens
from mock_server.problems import Conflict, Invalid, shown

Entity = dict[str, Any]
Members = Mapping[str, Reader]

ABSENT = object()


def equal(ours: Any, theirs: Any) -> bool:
    """Whether two JSON values are the same; true is not 1."""
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(equal(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(equal, ours, theirs))
    return bool(ours == theirs)


def edit(value: Any, tokens: Tokens, operation: Operation) -> Any:
    """A copy of a value with one place in it added, replaced or removed."""
    if not tokens:
        return None if operation.op == REMOVE else operation.value
    if isinstance(value, list):
        return _edit_array(value, tokens, operation)
    if isinstance(value, dict):
        return _edit_dictionary(value, tokens, operation)
    raise Invalid(f"path: expected a place, got {shown(operation.path)}: {shown(value)} has no parts")


def _edit_array(array: list[Any], tokens: Tokens, operation: Operation) -> list[Any]:
    token, inner = tokens[0], tokens[1:]
    if operation.op == ADD and not inner:
        place = len(array) if token in (pointer.APPEND, str(len(array))) else _index(array, token, operation)
        return [*array[:place], operation.value, *array[place:]]
    place = _index(array, token, operation)
    if operation.op == REMOVE and not inner:
        return array[:place] + array[place + 1 :]
    return [*array[:place], edit(array[place], inner, operation), *array[place + 1 :]]


def _edit_dictionary(dictionary: Entity, tokens: Tokens, operation: Operation) -> Entity:
    token, inner = tokens[0], tokens[1:]
    if operation.op == ADD and not inner:
        return {**dictionary, token: operation.value}
    key = pointer.key(dictionary, token)
    if key is None:
        raise _nowhere(operation)
    if operation.op == REMOVE and not inner:
        return {name: value for name, value in dictionary.items() if name != key}
    return {**dictionary, key: edit(dictionary[key], inner, operation)}


def _index(array: list[Any], token: str, operation: Operation) -> int:
    place = pointer.index(array, token)
    if place is None:
        raise _nowhere(operation)
    return place


def _nowhere(operation: Operation) -> Invalid:
    return Invalid(f"path: expected an existing place to {operation.op}, got {shown(operation.path)}")


def find(value: Any, tokens: Tokens) -> Any:
    """What is at a place, or ABSENT."""
    for token in tokens:
        if isinstance(value, list):
            place = pointer.index(value, token)
            value = ABSENT if place is None else value[place]
        elif isinstance(value, dict):
            value = value.get(pointer.key(value, token), ABSENT)
        else:
            return ABSENT
    return value


@dataclass(frozen=True, slots=True)
class Dialect:
    """The decisions of the patch language."""

    split: Callable[[str], Tokens] = pointer.split
    property_name: Callable[[Iterable[str], str], str | None] = pointer.property_name
    edit: Callable[[Any, Tokens, Operation], Any] = edit
    equal: Callable[[Any, Any], bool] = equal


def operations(body: list[Any], members: Members, dialect: Dialect) -> list[Operation]:
    """The operations of a JSON Patch, with the documented names of their properties."""
    found = []
    for number, item in enumerate(body):
        op, path, value = read(item, f"[{number}]")
        first, *inner = dialect.split(path)
        found.append(Operation(op, (named(first, members, dialect), *inner), value))
    return found


def named(token: str, members: Members, dialect: Dialect) -> str:
    """The documented name of a property, or a refusal."""
    name = dialect.property_name(members, token)
    if name is None:
        raise Invalid(f"path: expected a property of Webhook, got {shown(token)}")
    return name


def applied(entity: Entity, operation: Operation, members: Members, dialect: Dialect) -> Entity:
    """The webhook after one operation."""
    name, *inner = operation.tokens
    read_member = members[name]
    if operation.op == TEST:
        _test(entity, operation, read_member, dialect)
        return entity
    value = read_member(dialect.edit(entity[name], tuple(inner), operation), name)
    # The server keeps its own members to itself, whoever writes them.
    return entity if name in SERVER_SET else filled({**entity, name: value})


def _test(entity: Entity, operation: Operation, read_member: Reader, dialect: Dialect) -> None:
    name, *inner = operation.tokens
    expected = operation.value if inner else _readable(operation.value, name, read_member)
    found = find(entity[name], tuple(inner))
    if not dialect.equal(found, expected):
        came = "nothing" if found is ABSENT else shown(found)
        raise Conflict(f"{operation.path}: expected {shown(operation.value)}, got {came}")


def _readable(value: Any, name: str, read_member: Reader) -> Any:
    """An enum is tested by name whichever way it is written; what cannot be read equals nothing."""
    try:
        return read_member(value, name)
    except Invalid:
        return ABSENT if value is not None else None
