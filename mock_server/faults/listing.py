"""Wrong ways to list and to filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, Entity, Fault, Save, around, decides, posting
from mock_server.faults.wire import AGENT, answering, asks, instead, media_type, status, value
from mock_server.filters import EVERYTHING, Filter, folded, has_event, has_name, has_state, matches
from mock_server.service import Caller, Service

LIST = asks(f"POST {AGENT}/GetAllWebhooks")
PAGE = 50


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


def _paged(find: Any) -> Any:
    return lambda service, caller, wanted: find(service, caller, wanted)[:PAGE]


def _twice(find: Any) -> Any:
    """A join that shows a webhook once for each of its events."""
    return lambda service, caller, wanted: [
        entity for entity in find(service, caller, wanted) for _ in entity["Events"] or [None]
    ]


def _last_twice(find: Any) -> Any:
    def wrong(service: Service, caller: Caller, wanted: Filter) -> list[Entity]:
        found: list[Entity] = find(service, caller, wanted)
        return found if wanted != EVERYTHING else found + found[-1:]

    return wrong


def _each(change: Callable[[Entity], Entity]) -> Change:
    """A list whose webhooks are shown otherwise than alone."""
    shown = value(lambda found: [{**each, **change(each)} for each in found])
    return answering(LIST, shown)


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
        "list-wrapped",
        "ok",
        "the list is an object with the webhooks in it",
        answering(LIST, value(lambda found: {"value": found})),
    ),
    _list("list-partial", "ok", "the list is answered with 206", answering(LIST, status(206))),
    _list("list-numbers-state", "shape", "the list shows State as a number", _each(lambda _: {"State": 1})),
    _list(
        "list-joins-events",
        "shape",
        "the list shows Events as one text",
        _each(lambda entity: {"Events": ",".join(entity["Events"] or [])}),
    ),
    _list(
        "list-as-text",
        "content-type",
        "the list is labelled as plain text",
        answering(LIST, media_type("text/plain")),
    ),
    _list(
        "empty-list-missing",
        "sample",
        "a list that would be empty is answered with 404",
        answering(LIST, instead(404, lambda answer: answer.body == b"[]")),
    ),
    _list("list-without-secrets", "agrees", "the list shows no Secret", _each(lambda _: {"Secret": ""})),
    _list("list-without-headers", "agrees", "the list shows no Headers", _each(lambda _: {"Headers": {}})),
    _list("list-paged", "no-filter", f"the list ends after {PAGE} webhooks", around("find", _paged)),
    _list("list-repeats", "no-filter", "the list has its last webhook twice", around("find", _last_twice)),
    _list(
        "list-by-event",
        "agrees",
        "the list has a webhook once for each of its Events",
        around("find", _twice),
    ),
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
)
