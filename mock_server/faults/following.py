"""Wrong ways to go by what a webhook is by now, when an event is signalled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mock_server.behaviour import Behaviour
from mock_server.entity import is_url_hook
from mock_server.faults.fault import Change, Entity, Fault, Save, decides, patching, posting
from mock_server.filters import Filter, has_event
from mock_server.rows import Rows

Key = tuple[str, int]


def _remembering(behaviour: Behaviour, *names: str) -> Behaviour:
    """Goes by what some members were when the webhook was created."""
    first: dict[Key, Entity] = {}

    def created(save: Save) -> Entity:
        entity = save.done()
        first[save.caller.tenant, entity["WebhookId"]] = {name: entity[name] for name in names}
        return entity

    def listening(tenant: str, webhook: Entity) -> Entity:
        return {**webhook, **first.get((tenant, webhook["WebhookId"]), {})}

    def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
        known = [listening(tenant, each) for each in rows.find(tenant, Filter()) if is_url_hook(each)]
        return [each for each in known if each["State"] == "Active" and has_event(each, name)]

    return decides(subscribers=subscribers, may_deliver=lambda _: True)(posting(created)(behaviour))


def _cached(*changes: Callable[[Callable[[Save], Entity]], Change]) -> Change:
    """Who listens for an event is looked up once, and again after such changes."""

    def applied(behaviour: Behaviour) -> Behaviour:
        found: dict[tuple[str, str], Sequence[Entity]] = {}

        def forgetting(save: Save) -> Entity:
            entity = save.done()
            found.clear()
            return entity

        def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
            return found.setdefault((tenant, name), behaviour.subscribers(rows, tenant, name))

        for change in changes:
            behaviour = change(forgetting)(behaviour)
        return decides(subscribers=subscribers)(behaviour)

    return applied


def _stays_silent(behaviour: Behaviour) -> Behaviour:
    """A webhook that has been stopped once is never told of anything again."""
    stopped: set[Key] = set()

    def note(save: Save) -> Entity:
        entity = save.done()
        if entity["State"] == "Stopped":
            stopped.add((save.caller.tenant, entity["WebhookId"]))
        return entity

    def subscribers(rows: Rows, tenant: str, name: str) -> Sequence[Entity]:
        return [
            each
            for each in behaviour.subscribers(rows, tenant, name)
            if (tenant, each["WebhookId"]) not in stopped
        ]

    return decides(subscribers=subscribers)(posting(note)(patching(note)(behaviour)))


def _signal(fault_id: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, "agent.signal.follows-changes", says, change)


FAULTS = (
    _signal(
        "events-remembered",
        "deliveries go by the Events and State a webhook was created with",
        lambda behaviour: _remembering(behaviour, "Events", "State"),
    ),
    _signal(
        "state-remembered",
        "deliveries go by the State a webhook was created with",
        lambda behaviour: _remembering(behaviour, "State"),
    ),
    _signal(
        "listeners-cached",
        "who listens for an event is looked up anew only when a webhook was created",
        _cached(posting),
    ),
    _signal(
        "listeners-cached-if-replaced",
        "who listens for an event is looked up anew when a webhook was created or patched, not replaced",
        _cached(posting, patching),
    ),
    _signal(
        "stopped-for-good",
        "a webhook that was stopped is told of nothing when it is started again",
        _stays_silent,
    ),
)
