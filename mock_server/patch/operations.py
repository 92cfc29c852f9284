"""The operations of a patch, read from the body before anything else is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mock_server.patch.pointer import Tokens
from mock_server.problems import Invalid, shown

ADD: Final = "add"
REPLACE: Final = "replace"
REMOVE: Final = "remove"
TEST: Final = "test"
SUPPORTED = (ADD, REPLACE, REMOVE, TEST)


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a patch; remove has no value."""

    op: str
    tokens: Tokens
    value: Any = None

    @property
    def path(self) -> str:
        """Where it points, for people."""
        return "/" + "/".join(self.tokens)


def read(item: Any, place: str) -> tuple[str, str, Any]:
    """The op, path and value of one element of a JSON Patch."""
    if not isinstance(item, dict):
        raise Invalid(f"{place}: expected an object with op and path, got {shown(item)}")
    members = {key.casefold(): value for key, value in item.items()}
    op, path = _op(members, place), members.get("path")
    if not isinstance(path, str):
        raise Invalid(f"{place}.path: expected a text, got {shown(path)}")
    if op != REMOVE and "value" not in members:
        raise Invalid(f"{place}: expected a value beside {op}, got none")
    return op, path, members.get("value")


def _op(members: Mapping[str, Any], place: str) -> str:
    op = members.get("op")
    if not isinstance(op, str) or op.casefold() not in SUPPORTED:
        raise Invalid(f"{place}.op: expected one of {', '.join(SUPPORTED)}, got {shown(op)}")
    return op.casefold()
