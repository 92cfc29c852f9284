"""Wrong ways to read a merge patch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server.entity import DEFAULT
from mock_server.faults.fault import Change, Entity, Fault, Save, patching, rewriting


def _merged(change: Any) -> Change:
    """Another merge patch than the one that was sent."""
    return rewriting(lambda sent: change(sent) if isinstance(sent, dict) else sent)


def _merging(change: Any) -> Change:
    """Another merge patch, made from the webhook that it is for."""

    def wrong(save: Save) -> Entity:
        before = save.stored()
        if not isinstance(save.sent, dict) or before is None:
            return save.done()
        return save.good({name: change(before.get(name), value) for name, value in save.sent.items()})

    return patching(wrong)


def _appended(before: Any, value: Any) -> Any:
    return [*before, *value] if isinstance(before, list) and isinstance(value, list) else value


def _by_index(before: Any, value: Any) -> Any:
    if isinstance(before, list) and isinstance(value, list):
        return [*value, *before[len(value) :]]
    return value


def _adding(before: Any, value: Any) -> Any:
    return {**value, **before} if isinstance(before, dict) and isinstance(value, dict) else value


def _nothing(_: Any) -> Any:
    return {}


def _without_nulls(sent: Any) -> Any:
    return {name: value for name, value in sent.items() if value is not None}


def _nulls_of_texts(before: Any, value: Any) -> Any:
    return {} if value is None and isinstance(before, dict) else value


def _without_objects(sent: Any) -> Any:
    return {name: value for name, value in sent.items() if not isinstance(value, dict)}


def _first_member(sent: Any) -> Any:
    return dict(list(sent.items())[:1])


def _documented_case(sent: Any) -> Any:
    return {name: value for name, value in sent.items() if name in DEFAULT}


def _entries(change: Callable[[Entity], Entity]) -> Change:
    """Other entries of the objects in a merge patch."""
    return _merged(
        lambda sent: {
            name: change(value) if isinstance(value, dict) else value for name, value in sent.items()
        }
    )


def _without_falsy(sent: Entity) -> Entity:
    """What a bare `if value:` lets through, and null."""
    return {name: value for name, value in sent.items() if value or value is None}


def _truthy(inner: Entity) -> Entity:
    """The same at every level."""
    return {
        name: _truthy(value) if isinstance(value, dict) else value
        for name, value in _without_falsy(inner).items()
    }


def _nulls_emptied(inner: Entity) -> Entity:
    return {name: "" if value is None else value for name, value in inner.items()}


def _emptied_by_nothing(sent: Any) -> Any:
    return sent or {"Secret": None}


def _drops_secret(save: Save) -> Entity:
    answer = save.done()
    if not isinstance(save.sent, dict) or "Secret" in save.sent:
        return answer
    return save.store({**answer, "Secret": ""})


def _keeps_updated(save: Save) -> Entity:
    before, answer = save.stored(), save.done()
    if not isinstance(save.sent, dict) or before is None:
        return answer
    return save.store({**answer, "Updated": before["Updated"]})


def _patch(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, change)


FAULTS = (
    _patch(
        "merge-ignored", "merge", "a merge patch is answered with 200 and changes nothing", _merged(_nothing)
    ),
    _patch(
        "merge-first-only", "merge", "a merge patch changes its first member only", _merged(_first_member)
    ),
    _patch(
        "merge-case-sensitive",
        "path-any-case",
        "a merge patch needs the documented letter case",
        _merged(_documented_case),
    ),
    _patch(
        "merge-array-appends", "merge-array", "an array in a merge patch is appended", _merging(_appended)
    ),
    _patch(
        "merge-array-by-index",
        "merge-array",
        "an array in a merge patch leaves the rest of a longer one",
        _merging(_by_index),
    ),
    _patch(
        "merge-null-ignored", "merge-null", "a null in a merge patch is passed over", _merged(_without_nulls)
    ),
    _patch(
        "merge-null-leaves-objects",
        "merge-null",
        "a null in a merge patch leaves Headers and Properties",
        _merging(_nulls_of_texts),
    ),
    _patch(
        "merge-nested-ignored",
        "merge-nested",
        "an object in a merge patch is passed over",
        _merged(_without_objects),
    ),
    _patch(
        "merge-nested-adds-only",
        "merge-nested",
        "an object in a merge patch adds entries and changes none",
        _merging(_adding),
    ),
    _patch(
        "merge-drops-secret",
        "forms-agree",
        "a merge patch that does not name Secret empties it",
        patching(_drops_secret),
    ),
    _patch(
        "updated-not-by-merge",
        "updated-now",
        "a merge patch leaves Updated as it was",
        patching(_keeps_updated),
    ),
    _patch(
        "merge-falsy-ignored",
        "merge",
        "an empty text in a merge patch is passed over",
        _merged(_without_falsy),
    ),
    _patch(
        "merge-inner-falsy-ignored",
        "merge-nested",
        "zeros, empty texts and false inside an object of a merge patch are passed over",
        _entries(_truthy),
    ),
    _patch(
        "merge-inner-null-ignored",
        "merge-inner-null",
        "a null inside an object of a merge patch is passed over",
        _entries(_without_nulls),
    ),
    _patch(
        "merge-inner-null-emptied",
        "merge-inner-null",
        "a null inside an object of a merge patch leaves an empty text",
        _entries(_nulls_emptied),
    ),
    Fault(
        "empty-patch-empties",
        "webhook.patch.empty",
        "a patch of nothing empties Secret",
        rewriting(_emptied_by_nothing),
    ),
)
