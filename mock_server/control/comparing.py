"""Compares JSON values, and says where they differ, a line for each place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_server.problems import shown

ABSENT = object()


def differences(expected: Any, got: Any, place: str, *, part: bool) -> Iterator[str]:
    """Where a value is another one; with `part`, objects may have more members than expected."""
    if isinstance(expected, dict) and isinstance(got, dict):
        yield from _members(expected, got, place, part)
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (wanted, found) in enumerate(zip(expected, got, strict=True)):
            yield from differences(wanted, found, f"{place}/{index}", part=part)
    elif not _same(expected, got):
        yield f"{place}: expected {_said(expected)}, got {_said(got)}"


def _members(expected: dict[str, Any], got: dict[str, Any], place: str, part: bool) -> Iterator[str]:
    for name in expected if part else {**expected, **got}:
        wanted, found = expected.get(name, ABSENT), got.get(name, ABSENT)
        yield from differences(wanted, found, f"{place}/{name}", part=part)


def _same(expected: Any, got: Any) -> bool:
    """JSON knows true from 1, and 1.0 as 1."""
    return bool(expected == got and isinstance(expected, bool) == isinstance(got, bool))


def _said(value: Any) -> str:
    return "nothing" if value is ABSENT else shown(value)
