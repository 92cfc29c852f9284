"""Wrong ways to filter and to select."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mock_server import selection
from mock_server.faults.fault import Change, Fault, decides
from mock_server.filters import EVERYTHING, Filter, folded, has_event, has_name, has_state, matches


def _blind(**gone: None) -> Change:
    """A list that does not look at some of its filters."""
    return decides(
        narrowed=lambda wanted: replace(wanted, **gone),
        matches=lambda entity, wanted: matches(entity, replace(wanted, **gone)),
    )


def _judging(judge: Callable[[Mapping[str, Any], Filter], bool]) -> Change:
    """A list that judges each webhook in another way."""
    return decides(narrowed=lambda _: EVERYTHING, matches=judge)


def _part_of_name(entity: Mapping[str, Any], wanted: Filter) -> bool:
    part = folded(wanted.name or "") in folded(entity["Name"] or "")
    return part and matches(entity, replace(wanted, name=None))


def _part_of_event(entity: Mapping[str, Any], wanted: Filter) -> bool:
    part = any(folded(wanted.event or "") in folded(event) for event in entity["Events"])
    return (wanted.event is None or part) and matches(entity, replace(wanted, event=None))


def _any_filter(entity: Mapping[str, Any], wanted: Filter) -> bool:
    asked = [
        judge(entity, value)
        for judge, value in ((has_name, wanted.name), (has_event, wanted.event), (has_state, wanted.state))
        if value is not None
    ]
    return any(asked) or not asked


def _as_written(text: str) -> selection.Tree:
    """Names in lower case, which is how they are matched, count only where they are documented so."""
    known = [part.strip() for part in text.split(",") if part.strip()[:1].isupper()]
    return selection.parse(",".join(known) or "-")


FAULTS = (
    Fault("name-filter-ignored", "agent.list.name-filter", "the name filter is ignored", _blind(name=None)),
    Fault(
        "name-filter-part",
        "agent.list.name-filter-whole",
        "the name filter finds parts of names",
        _judging(_part_of_name),
    ),
    Fault(
        "event-filter-ignored", "agent.list.event-filter", "the event filter is ignored", _blind(event=None)
    ),
    Fault(
        "event-filter-part",
        "agent.list.event-filter-whole",
        "the event filter finds parts of event names",
        _judging(_part_of_event),
    ),
    Fault(
        "status-filter-ignored",
        "agent.list.status-filter",
        "the status filter is ignored",
        _blind(state=None),
    ),
    Fault(
        "filters-alternate",
        "agent.list.filters-combine",
        "a webhook that passes one of several filters is listed",
        _judging(_any_filter),
    ),
    Fault(
        "select-ignored", "webhook.post.select", "$select is ignored", decides(select=lambda value, _: value)
    ),
    Fault(
        "select-case-sensitive",
        "webhook.post.select-any-case",
        "$select knows names in the documented letter case only",
        decides(parse_selection=_as_written),
    ),
)
