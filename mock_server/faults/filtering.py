"""Wrong ways to filter a list, and lists that are not looked up anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, Entity, Fault, Save, around, decides, posting
from mock_server.filters import EVERYTHING, Filter, folded, has_event, has_name, has_state, matches
from mock_server.service import Caller, Service


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


def _beginning_of_name(entity: Mapping[str, Any], wanted: Filter) -> bool:
    begins = folded(entity["Name"] or "").startswith(folded(wanted.name or ""))
    return begins and matches(entity, replace(wanted, name=None))


def _ascii_name(entity: Mapping[str, Any], wanted: Filter) -> bool:
    """A collation of Latin letters only, to which any other name is unknown."""
    return matches(entity, wanted) and (wanted.name or "").isascii()


def _part_of_event(entity: Mapping[str, Any], wanted: Filter) -> bool:
    part = any(folded(wanted.event or "") in folded(event) for event in entity["Events"])
    return (wanted.event is None or part) and matches(entity, replace(wanted, event=None))


def _first_event(entity: Mapping[str, Any], wanted: Filter) -> bool:
    return matches({**entity, "Events": entity["Events"][:1]}, wanted)


def _any_filter(entity: Mapping[str, Any], wanted: Filter) -> bool:
    asked = [
        judge(entity, each)
        for judge, each in ((has_name, wanted.name), (has_event, wanted.event), (has_state, wanted.state))
        if each is not None
    ]
    return any(asked) or not asked


def _first_filter(entity: Mapping[str, Any], wanted: Filter) -> bool:
    if wanted.name is not None:
        return has_name(entity, wanted.name)
    return matches(entity, wanted)


def _active_by_default(entity: Mapping[str, Any], wanted: Filter) -> bool:
    return matches(entity, wanted if wanted.state else replace(wanted, state="Active"))


def _kept(behaviour: Behaviour) -> Behaviour:
    """What a list shows is kept until a webhook is made or deleted."""
    lists: dict[tuple[str, Filter], list[Entity]] = {}

    def forgetting(change: Any) -> Any:
        def changed(*values: Any, **condition: Any) -> Any:
            lists.clear()
            return change(*values, **condition)

        return changed

    def find(service: Service, caller: Caller, wanted: Filter) -> list[Entity]:
        key = caller.tenant, wanted
        if key not in lists:
            lists[key] = behaviour.find(service, caller, wanted)
        return lists[key]

    for name in ("create", "delete"):
        behaviour = around(name, forgetting)(behaviour)
    return decides(find=find)(behaviour)


def _kept_ids(behaviour: Behaviour) -> Behaviour:
    """The same of the ids alone."""
    kept = _kept(behaviour)

    def find(service: Service, caller: Caller, wanted: Filter) -> list[Entity]:
        ids = {each["WebhookId"] for each in kept.find(service, caller, wanted)}
        everything = behaviour.find(service, caller, EVERYTHING)
        return [each for each in everything if each["WebhookId"] in ids]

    return decides(find=find)(kept)


def _as_created(behaviour: Behaviour) -> Behaviour:
    """An index of what webhooks were created with, which the filters look at."""
    first: dict[tuple[str, int], Entity] = {}

    def created(save: Save) -> Entity:
        entity = save.done()
        return first.setdefault((save.caller.tenant, entity["WebhookId"]), entity)

    def find(service: Service, caller: Caller, wanted: Filter) -> list[Entity]:
        everything = behaviour.find(service, caller, EVERYTHING)
        return [
            entity
            for entity in everything
            if matches(first.get((caller.tenant, entity["WebhookId"]), entity), wanted)
        ]

    return decides(find=find)(posting(created)(behaviour))


def _list(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"agent.list.{clause}", says, change)


FAULTS = (
    _list(
        "unknown-means-active",
        "null-filters",
        "without a status filter the list has active webhooks only",
        _judging(_active_by_default),
    ),
    _list("name-filter-ignored", "name-filter", "the name filter is ignored", _blind(name=None)),
    _list(
        "name-filter-ascii",
        "name-filter",
        "a name filter with other than ASCII letters finds nothing",
        _judging(_ascii_name),
    ),
    _list(
        "name-filter-part",
        "name-filter-whole",
        "the name filter finds parts of names",
        _judging(_part_of_name),
    ),
    _list(
        "name-filter-prefix",
        "name-filter-whole",
        "the name filter finds names that begin with it",
        _judging(_beginning_of_name),
    ),
    _list("event-filter-ignored", "event-filter", "the event filter is ignored", _blind(event=None)),
    _list(
        "event-filter-first",
        "event-filter",
        "the event filter looks at the first of Events only",
        _judging(_first_event),
    ),
    _list(
        "event-filter-part",
        "event-filter-whole",
        "the event filter finds parts of event names",
        _judging(_part_of_event),
    ),
    _list("status-filter-ignored", "status-filter", "the status filter is ignored", _blind(state=None)),
    _list(
        "filters-alternate",
        "filters-combine",
        "a webhook that passes one of several filters is listed",
        _judging(_any_filter),
    ),
    _list(
        "name-filter-alone",
        "filters-combine",
        "beside a name filter no other counts",
        _judging(_first_filter),
    ),
    _list(
        "filters-look-back",
        "filters-follow-changes",
        "filters look at webhooks as they were created",
        _as_created,
    ),
    _list(
        "list-kept",
        "agrees",
        "a list shows webhooks as they were when it was asked for before",
        _kept,
    ),
    _list(
        "ids-kept",
        "filters-follow-changes",
        "a filter finds the webhooks that it found when it was asked for before, as they are now",
        _kept_ids,
    ),
)
