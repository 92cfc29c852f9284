"""Wrong ways to hold the `test` of a JSON Patch against what is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from mock_server.faults.fault import Fault, speaks
from mock_server.patch import json_patch

STATES = frozenset({"Active", "Stopped", "TooManyErrors", "Unknown"})


def _loose(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, list) and isinstance(theirs, list):
        return sorted(map(str, ours)) == sorted(map(str, theirs))
    return str(ours) == str(theirs)


def _as_sets(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, list) and isinstance(theirs, list):
        return sorted(map(str, ours)) == sorted(map(str, theirs))
    return json_patch.equal(ours, theirs)


def _truth_is_one(ours: Any, theirs: Any) -> bool:
    return bool(ours == theirs)


def _begins_so(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.startswith(theirs)
    return json_patch.equal(ours, theirs)


def _has_at_least(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return theirs.items() <= ours.items()
    return json_patch.equal(ours, theirs)


def _null_fits(ours: Any, theirs: Any) -> bool:
    return theirs is None or json_patch.equal(ours, theirs)


def _blanks_aside(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.strip() == theirs.strip()
    return json_patch.equal(ours, theirs)


def _same_text(ours: Any, theirs: Any) -> bool:
    return json_patch.equal(ours, theirs) and orjson.dumps(ours) == orjson.dumps(theirs)


def _nothing_is_null(ours: Any, theirs: Any) -> bool:
    return json_patch.equal(None if ours is json_patch.ABSENT else ours, theirs)


def _no_objects(ours: Any, theirs: Any) -> bool:
    return not isinstance(ours, dict) and json_patch.equal(ours, theirs)


def _states_alike(ours: Any, theirs: Any) -> bool:
    return (
        {ours, theirs} <= STATES
        if isinstance(ours, str) and isinstance(theirs, str) and ours in STATES
        else (json_patch.equal(ours, theirs))
    )


def _test(fault_id: str, clause: str, says: str, equal: Callable[[Any, Any], bool]) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, speaks(equal=equal))


FAULTS = (
    _test("test-passes", "test-conflict", "every test holds", lambda *_: True),
    _test("test-passes-state", "test-conflict", "every test of State holds", _states_alike),
    _test("test-fails", "test-holds", "no test holds", lambda *_: False),
    _test("test-fails-objects", "test-holds", "no test of an object holds", _no_objects),
    _test("test-coerces", "test-exact", "a test compares texts, and arrays in any order", _loose),
    _test("test-any-order", "test-exact", "a test compares arrays in any order", _as_sets),
    _test("test-truth-is-one", "test-exact", "a test takes true for 1", _truth_is_one),
    _test("test-prefix", "test-exact", "a test holds for the beginning of a text", _begins_so),
    _test("test-part", "test-exact", "a test holds for some entries of an object", _has_at_least),
    _test("test-null-holds", "test-exact", "a test for null holds for every value", _null_fits),
    _test("test-trims", "test-exact", "a test does not look at blanks around a text", _blanks_aside),
    _test("test-by-text", "test-equal", "test compares values as they are written", _same_text),
    _test("test-absent-null", "test-missing", "test takes what is not there for null", _nothing_is_null),
)
