"""What the operations do: each takes the service, the caller and values, and returns or refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from mock_server.clock import stamp
from mock_server.entity import SERVER_SET, associate, new
from mock_server.filters import Filter
from mock_server.patch import json_patch, merge_patch
from mock_server.patch.operations import TEST, Operation
from mock_server.problems import Changed, Full, Invalid, NotModified, TooLarge, shown, unknown_webhook
from mock_server.rows import Rows
from mock_server.saving import acceptable, pings
from mock_server.service import Caller, Entity, Service
from mock_server.states import settle

# So many operations are always applied; beyond, their number times the bytes of webhook and values has an
# end, which takes about a second.
FEW = 20
WORK = 50_000_000
Moment = datetime | None
Change = Callable[[Entity], Entity | None]


def create(service: Service, caller: Caller, sent: Mapping[str, Any]) -> Entity:
    """Saves a new webhook under a new id; an id in the request means nothing."""
    entity = acceptable(service, new(sent))
    if pings(service):
        service.behaviour.reach(service, caller, entity)
    if entity["State"] == "Unknown":
        entity["State"] = "Active"
    entity["Registered"] = stamp(service.clock())
    entity["RegisteredAssociate"] = associate(caller.associate_id, caller.name)
    entity["LastError"] = ""
    entity = stored(service, entity)
    with service.store.writing() as rows:
        _demand_room(service, rows, caller.tenant)
        entity["WebhookId"] = rows.new_id(caller.tenant)
        rows.add(caller.tenant, entity)
    return entity


def _demand_room(service: Service, rows: Rows, tenant: str) -> None:
    limit = service.settings.tenant_limit
    if limit is not None and rows.tenants.count(tenant) >= limit:
        raise Full(f"this tenant has {limit} webhooks, and --tenant-limit of webhook-mock allows no more")


def get(
    service: Service, caller: Caller, webhook_id: int, *, unmodified: Moment = None, modified: Moment = None
) -> Entity:
    """The webhook of that id, on the caller's conditions."""
    with service.store.reading() as rows:
        entity = rows.get(caller.tenant, webhook_id)
    if entity is None:
        raise unknown_webhook(webhook_id)
    demand_unchanged(service, entity, unmodified)
    if modified and not service.behaviour.changed_since(entity, modified):
        raise NotModified(f"unchanged since {modified}")
    return entity


def replace(
    service: Service, caller: Caller, webhook_id: int, sent: Mapping[str, Any], *, unmodified: Moment = None
) -> Entity:
    """Saves a whole webhook over the one of that id; what the request leaves out has its default."""
    entity = acceptable(service, new(sent))
    return change(service, caller, webhook_id, lambda _: entity, unmodified)


def patch(
    service: Service, caller: Caller, webhook_id: int, changes: Any, *, unmodified: Moment = None
) -> Entity:
    """Changes a webhook by a JSON Patch or a merge patch, whichever the shape of the body says."""
    operations_on = translation(service, changes)

    def patched(before: Entity) -> Entity | None:
        after, operations = before, operations_on(before)
        _demand_feasible(before, operations)
        for operation in operations:
            after = json_patch.applied(after, operation, service.model.members, service.behaviour.dialect)
        only_tests = all(operation.op == TEST for operation in operations)
        return None if only_tests else acceptable(service, after)

    return change(service, caller, webhook_id, patched, unmodified)


def _demand_feasible(before: Entity, operations: list[Operation]) -> None:
    """Each operation copies what it changes, and nobody else may write meanwhile."""
    if len(operations) > FEW:
        size = len(orjson.dumps(before)) + len(orjson.dumps([each.value for each in operations]))
        if len(operations) * size > WORK:
            most = max(FEW, WORK // size)
            raise TooLarge(f"body: expected at most {most} operations on {size} bytes, got {len(operations)}")


def change(
    service: Service, caller: Caller, webhook_id: int, changed: Change, unmodified: Moment = None
) -> Entity:
    """Saves what becomes of a webhook, in one transaction; None leaves it as it is."""
    if pings(service):
        _rehearse(service, caller, webhook_id, changed, unmodified)
    with service.store.writing() as rows:
        before = claim(service, rows, caller, webhook_id, unmodified)
        if (wanted := changed(before)) is None:
            return before
        after = keep(service, rows, caller, before, wanted)
    settle(service, caller.tenant, before, after)
    return after


def _rehearse(service: Service, caller: Caller, webhook_id: int, changed: Change, unmodified: Moment) -> None:
    """Tries the target of what would be saved, while nobody else has to wait for it."""
    with service.store.reading() as rows:
        before = claim(service, rows, caller, webhook_id, unmodified)
    if (wanted := changed(before)) is not None:
        service.behaviour.reach(service, caller, {**wanted, "WebhookId": webhook_id})


def translation(service: Service, changes: Any) -> Callable[[Entity], list[Operation]]:
    """Reads a patch before a webhook is looked for; what it stands for may depend on the webhook."""
    members, dialect = service.model.members, service.behaviour.dialect
    if isinstance(changes, dict):
        known = merge_patch.known(changes, members, dialect)
        return lambda entity: merge_patch.operations(entity, known)
    if isinstance(changes, list):
        operations = json_patch.operations(changes, members, dialect)
        return lambda _: operations
    raise Invalid(f"body: expected an array of operations or an object to merge, got {shown(changes)}")


def delete(service: Service, caller: Caller, webhook_id: int, *, unmodified: Moment = None) -> None:
    """Forgets the webhook of that id."""
    with service.store.writing() as rows:
        claim(service, rows, caller, webhook_id, unmodified)
        rows.remove(caller.tenant, webhook_id)
    service.dispatch.drop(caller.tenant, webhook_id)


def find(service: Service, caller: Caller, wanted: Filter) -> list[Entity]:
    """The webhooks that pass a filter."""
    behaviour = service.behaviour
    with service.store.reading() as rows:
        candidates = list(rows.find(caller.tenant, behaviour.narrowed(wanted)))
    return [entity for entity in candidates if behaviour.matches(entity, wanted)]


def save(service: Service, caller: Caller, sent: Mapping[str, Any]) -> Entity:
    """The agents' save: creates when there is no id, else replaces."""
    webhook_id = sent.get("WebhookId") or 0
    if webhook_id == 0:
        return service.behaviour.create(service, caller, sent)
    return service.behaviour.replace(service, caller, webhook_id, sent)


def claim(service: Service, rows: Rows, caller: Caller, webhook_id: int, unmodified: Moment) -> Entity:
    """The webhook that is about to change, held for this transaction."""
    entity = rows.claim(caller.tenant, webhook_id)
    if entity is None:
        raise unknown_webhook(webhook_id)
    demand_unchanged(service, entity, unmodified)
    return entity


def demand_unchanged(service: Service, entity: Entity, moment: Moment) -> None:
    """Refuses when somebody has changed the webhook after a moment."""
    if moment and service.behaviour.changed_since(entity, moment):
        since = stamp(moment)
        raise Changed(
            f"Webhook with id {entity['WebhookId']} has changed since {since}: it has {_changes(entity)}"
        )


def _changes(entity: Entity) -> str:
    return f"Registered {entity['Registered']} and Updated {entity['Updated']}"


def keep(service: Service, rows: Rows, caller: Caller, before: Entity, after: Entity) -> Entity:
    """Stores what a claimed webhook has become, stamped by the server."""
    entity = {**after, **{name: before[name] for name in SERVER_SET}}
    entity["Updated"] = stamp(service.clock())
    entity["UpdatedAssociate"] = associate(caller.associate_id, caller.name)
    entity = stored(service, entity)
    rows.put(caller.tenant, entity)
    if entity["State"] == "Active" != before["State"]:
        rows.forgive(caller.tenant, entity["WebhookId"])
        entity["ConsecutiveErrors"] = 0
    return entity


def stored(service: Service, entity: Entity) -> Entity:
    """The webhook as it goes into the store."""
    limit = service.settings.entity_limit
    if (size := len(orjson.dumps(entity))) > limit:
        raise Invalid(f"Webhook: expected at most {limit} bytes of JSON, got {size}")
    return service.behaviour.stored(entity)
