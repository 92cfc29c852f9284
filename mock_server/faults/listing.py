"""Wrong ways to show a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server.faults.fault import Change, Entity, Fault, around
from mock_server.faults.wire import AGENT, answering, asks, instead, media_type, status, value
from mock_server.filters import EVERYTHING, Filter
from mock_server.service import Caller, Service

LIST = asks(f"POST {AGENT}/GetAllWebhooks")
PAGE = 50


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
)
