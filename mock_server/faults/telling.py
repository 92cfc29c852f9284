"""Wrong ways to choose who is told of an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic, sleep
from typing import Any

from mock_server import signals
from mock_server.entity import is_url_hook
from mock_server.faults.fault import Change, Entity, Fault, around, decides
from mock_server.faults.wire import AGENT, answering, asks, status
from mock_server.filters import Filter, folded, has_event
from mock_server.problems import Invalid, NotFound
from mock_server.rows import Rows
from mock_server.service import Caller, Service

SIGNAL = asks(f"POST {AGENT}/SignalEvent")
LONGEST_WAIT = 8.0


def _told(choose: Callable[[Entity, str], bool]) -> Change:
    """Other webhooks are told of an event; what is queued goes out whatever their State."""

    def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
        everyone = rows.find(tenant, Filter())
        return [webhook for webhook in everyone if is_url_hook(webhook) and choose(webhook, name)]

    return decides(subscribers=subscribers, may_deliver=lambda _: True)


def _active(choose: Callable[[str, str], bool]) -> Change:
    """Active webhooks are told of events by another comparison of names."""
    return _told(
        lambda webhook, name: (
            webhook["State"] == "Active"
            and any(choose(folded(event), folded(name)) for event in webhook["Events"])
        )
    )


def _first_event(webhook: Entity, name: str) -> bool:
    return webhook["State"] == "Active" and has_event({"Events": webhook["Events"][:1]}, name)


def _twice(subscribers: Any) -> Any:
    return lambda rows, tenant, name: [each for each in subscribers(rows, tenant, name) for _ in range(2)]


def _each_event(subscribers: Any) -> Any:
    """A webhook that listens for several events is told once for each of them."""
    return lambda rows, tenant, name: [
        each for each in subscribers(rows, tenant, name) for _ in each["Events"]
    ]


def _first_only(subscribers: Any) -> Any:
    return lambda rows, tenant, name: subscribers(rows, tenant, name)[:1]


def _once_a_target(subscribers: Any) -> Any:
    return lambda rows, tenant, name: list(
        {each["TargetUrl"]: each for each in subscribers(rows, tenant, name)}.values()
    )


def _deaf(*_: Any) -> None:
    """Tells nobody."""


def _waiting(service: Service, caller: Caller, name: str, primary_key: int, data: Mapping[str, Any]) -> None:
    """Comes back when the targets have answered; which they have, the log of deliveries tells."""
    event = signals.event_of(service, caller, name, primary_key, data)
    with service.store.reading() as rows:
        count = len(service.behaviour.subscribers(rows, caller.tenant, name))
    signals.tell(service, caller.tenant, event)
    until = monotonic() + LONGEST_WAIT
    while monotonic() < until and len(_logged(service, caller, name, event.id)) < count:
        sleep(0.02)


def _logged(service: Service, caller: Caller, name: str, event_id: str) -> list[Any]:
    entries = service.log.find(caller.tenant, hook=None, event=name, limit=1000)
    return [entry for entry in entries if entry.event_id == event_id]


def _plain_names(signal: Any) -> Any:
    def wrong(service: Service, caller: Caller, name: str, primary_key: int, data: Mapping[str, Any]) -> None:
        if any(isinstance(value, dict) for value in data.values()):
            raise Invalid("Data: expected plain values")
        signal(service, caller, name, primary_key, data)

    return wrong


def _listeners_wanted(signal: Any) -> Any:
    def wrong(service: Service, caller: Caller, name: str, primary_key: int, data: Mapping[str, Any]) -> None:
        with service.store.reading() as rows:
            if not service.behaviour.subscribers(rows, caller.tenant, name):
                raise NotFound(f"nobody listens for {name}")
        signal(service, caller, name, primary_key, data)

    return wrong


def _signal(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"agent.signal.{clause}", says, change)


FAULTS = (
    _signal(
        "signal-with-body",
        "no-content",
        "SignalEvent answers 200 with a body",
        answering(SIGNAL, status(200, b"null")),
    ),
    _signal("signal-accepted", "no-content", "SignalEvent answers 202", answering(SIGNAL, status(202))),
    _signal(
        "signal-plain-data",
        "sample",
        "SignalEvent refuses Data with objects in it",
        around("signal", _plain_names),
    ),
    _signal(
        "signal-select-answered",
        "select",
        "SignalEvent with $select answers 200",
        answering(
            lambda environ: SIGNAL(environ) and bool(environ.get("QUERY_STRING")), status(200, b"null")
        ),
    ),
    _signal(
        "signal-needs-listeners",
        "nobody-listens",
        "SignalEvent answers 404 when nobody listens",
        around("signal", _listeners_wanted),
    ),
    _signal("signal-unheard", "notifies", "no event is delivered", decides(signal=_deaf)),
    _signal(
        "signal-first-only",
        "notifies-all",
        "only the first webhook that listens is told",
        around("subscribers", _first_only),
    ),
    _signal(
        "signal-once-a-target",
        "notifies-all",
        "of webhooks with one TargetUrl a single one is told",
        around("subscribers", _once_a_target),
    ),
    _signal(
        "signal-by-first-event",
        "notifies-all",
        "a webhook hears of the first of its Events only",
        _told(_first_event),
    ),
    _signal(
        "signal-by-prefix",
        "notifies-listeners-only",
        "a webhook hears of events that begin with a name it listens for",
        _active(lambda event, name: name.startswith(event)),
    ),
    _signal(
        "signal-by-entity",
        "notifies-listeners-only",
        "a webhook hears of all events of an entity that it listens for",
        _active(lambda event, name: name.partition(".")[0] == event.partition(".")[0]),
    ),
    _signal(
        "signal-by-verb",
        "notifies-listeners-only",
        "a webhook that listens for a verb hears of it from every entity",
        _active(lambda event, name: event in (name, name.rpartition(".")[2])),
    ),
    _signal("stopped-delivers", "stopped-is-silent", "stopped webhooks get events", _told(has_event)),
    _signal("delivers-twice", "once", "every event is delivered twice", around("subscribers", _twice)),
    _signal(
        "delivers-for-each-event",
        "once",
        "a webhook is told of an event once for each of its Events",
        around("subscribers", _each_event),
    ),
    _signal(
        "signal-waits",
        "does-not-wait",
        "SignalEvent is answered when the targets have answered",
        decides(signal=_waiting),
    ),
)
