"""Wrong ways to delete a webhook, and what is left of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, Entity, Fault, decides
from mock_server.faults.wire import AGENT, Environ, When, asking, asks, during, only_during, query
from mock_server.filters import Filter
from mock_server.service import Caller, Service

DELETE = asks("DELETE /Webhook/{id}")
DELETE_BY_AGENT = asks(f"POST {AGENT}/DeleteWebhook")
GET = asks("GET /Webhook/{id}")
GET_BY_AGENT = asks(f"POST {AGENT}/GetWebhook")
Gone = dict[tuple[str, int], Entity]
Delete = Callable[..., None]


def _reusing(behaviour: Behaviour) -> Behaviour:
    """The next webhook gets the id of the one that was deleted last."""
    free: list[tuple[str, int]] = []

    def delete(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> None:
        behaviour.delete(service, caller, webhook_id, **condition)
        free.append((caller.tenant, webhook_id))

    def create(service: Service, caller: Caller, sent: Entity) -> Entity:
        entity = behaviour.create(service, caller, sent)
        reused = next((each for each in reversed(free) if each[0] == caller.tenant), None)
        if reused is None:
            return entity
        free.remove(reused)
        with service.store.writing() as rows:
            rows.remove(caller.tenant, entity["WebhookId"])
            rows.add(caller.tenant, moved := {**entity, "WebhookId": reused[1]})
        return moved

    return decides(delete=delete, create=create)(behaviour)


def _remembering(delete: Delete, wanted: Callable[[], bool], gone: Gone) -> Delete:
    """Deletes, and keeps what there was."""

    def deleted(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> None:
        with service.store.reading() as rows:
            entity = rows.get(caller.tenant, webhook_id)
        delete(service, caller, webhook_id, **condition)
        if entity is not None and wanted():
            gone[caller.tenant, webhook_id] = entity

    return deleted


def _still_read(*, after: When, by: When) -> Change:
    """Some requests find a webhook that some others have deleted."""
    (deletes, deleting), (reads, reading) = during(after), during(by)

    def applied(behaviour: Behaviour) -> Behaviour:
        gone: Gone = {}

        def get(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> Entity:
            found = gone.get((caller.tenant, webhook_id)) if reading() else None
            return found or behaviour.get(service, caller, webhook_id, **condition)

        delete = _remembering(behaviour.delete, deleting, gone)
        return decides(delete=delete, get=get)(deletes(reads(behaviour)))

    return applied


def _still_listed(when: When) -> Change:
    """What such a request has deleted stays in the lists."""
    layer, asked = during(when)

    def applied(behaviour: Behaviour) -> Behaviour:
        gone: Gone = {}

        def find(service: Service, caller: Caller, wanted: Filter) -> list[Entity]:
            mine = [entity for (tenant, _), entity in gone.items() if tenant == caller.tenant]
            ghosts = [entity for entity in mine if behaviour.matches(entity, wanted)]
            return behaviour.find(service, caller, wanted) + ghosts

        delete = _remembering(behaviour.delete, asked, gone)
        return decides(delete=delete, find=find)(layer(behaviour))

    return applied


def _still_told(when: When) -> Change:
    """Events of a webhook that such a request has deleted go to its target all the same."""
    layer, asked = during(when)

    def applied(behaviour: Behaviour) -> Behaviour:
        gone: Gone = {}

        def signal(service: Service, caller: Caller, name: str, *values: Any) -> None:
            behaviour.signal(service, caller, name, *values)
            if last := [each for each in gone.values() if name in each["Events"]]:
                lone = {"TargetUrl": last[-1]["TargetUrl"], "Events": [name]}
                entity = behaviour.create(service, caller, lone)
                behaviour.signal(service, caller, name, *values)
                _hide(service, caller, entity)

        delete = _remembering(behaviour.delete, asked, gone)
        return decides(delete=delete, signal=signal)(layer(behaviour))

    return applied


def _hide(service: Service, caller: Caller, entity: Entity) -> None:
    """It hears of nothing more, and what is queued for it goes out."""
    with service.store.writing() as rows:
        rows.put(caller.tenant, {**entity, "Events": []})


def _not_at_all(_: Delete) -> Delete:
    return lambda *_, **__: None


def _documented_name(environ: Environ) -> Environ:
    """The parameter webhookId in one spelling only."""
    return {} if query(environ, "WebhookId") else {"QUERY_STRING": ""}


FAULTS = (
    Fault(
        "deleted-read",
        "webhook.delete.everywhere",
        "GET finds a webhook that was deleted",
        _still_read(after=DELETE, by=GET),
    ),
    Fault(
        "deleted-read-by-agent",
        "webhook.delete.everywhere",
        "GetWebhook finds a webhook that was deleted",
        _still_read(after=DELETE, by=GET_BY_AGENT),
    ),
    Fault(
        "deleted-listed",
        "webhook.delete.everywhere",
        "lists show a webhook that was deleted",
        _still_listed(DELETE),
    ),
    Fault(
        "id-reused",
        "webhook.delete.id-not-reused",
        "a new webhook gets the id of the one that was deleted last",
        _reusing,
    ),
    Fault(
        "deleted-told",
        "webhook.delete.silent",
        "a webhook that was deleted hears of its events",
        _still_told(DELETE),
    ),
    Fault(
        "deleted-by-agent-told",
        "webhook.delete.silent",
        "a webhook that DeleteWebhook has deleted hears of its events",
        _still_told(DELETE_BY_AGENT),
    ),
    Fault(
        "agent-delete-pretended",
        "agent.delete.ok",
        "DeleteWebhook answers 204 and deletes nothing",
        only_during(DELETE_BY_AGENT, "delete", _not_at_all),
    ),
    Fault(
        "agent-deleted-listed",
        "agent.delete.ok",
        "lists show a webhook that DeleteWebhook has deleted",
        _still_listed(DELETE_BY_AGENT),
    ),
    Fault(
        "agent-deleted-read",
        "agent.delete.ok",
        "GET finds a webhook that DeleteWebhook has deleted",
        _still_read(after=DELETE_BY_AGENT, by=GET),
    ),
    Fault(
        "delete-by-one-name",
        "agent.delete.names-any-case",
        "DeleteWebhook knows its parameter as WebhookId only",
        asking(DELETE_BY_AGENT, _documented_name),
    ),
)
