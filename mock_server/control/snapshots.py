"""Snapshots: the webhooks of a tenant as JSON, and back to exactly the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from mock_server.clock import NEVER
from mock_server.control.wording import demand
from mock_server.entity import SERVER_SET, associate, checked, new
from mock_server.errors import SeedError
from mock_server.fields import free, plain
from mock_server.filters import Filter
from mock_server.problems import Invalid, Problem, shown
from mock_server.rows import Rows
from mock_server.service import Entity, Service

Snapshot = Mapping[str, Any]

SCHEMA = "Snapshot"
LINKS = "_Links"
EMPTY: Mapping[str, Any] = {
    "Registered": NEVER,
    "RegisteredAssociate": None,
    "Updated": NEVER,
    "UpdatedAssociate": None,
    "TotalCalls": 0,
    "TotalErrors": 0,
    "ConsecutiveErrors": 0,
    "LastError": "",
}


def taken(service: Service, tenant: str) -> dict[str, Any]:
    """What a tenant has."""
    with service.store.reading() as rows:
        webhooks = list(rows.find(tenant, Filter()))
        last = rows.tenants.last_id(tenant)
    return {"version": 1, "tenant": tenant, "nextId": last + 1, "webhooks": webhooks}


def restored(service: Service, tenant: str, said: Any) -> None:
    """Lets a tenant have what a snapshot says, and nothing else."""
    demand(SCHEMA, said)
    webhooks = _numbered([kept(service, each, place) for place, each in _placed(said)])
    limit = service.settings.tenant_limit
    if limit is not None and len(webhooks) > limit:
        raise Invalid(f"webhooks: expected at most {limit}, which is --tenant-limit, got {len(webhooks)}")
    last = _last_id(said, webhooks)

    def replaced(rows: Rows) -> None:
        rows.tenants.clear(tenant)
        for entity in webhooks:
            rows.restore(tenant, entity)
        if last:
            rows.tenants.begin_after(tenant, last)

    service.dispatch.forget(tenant, replaced)


def seed(service: Service, file: str) -> None:
    """Lets a tenant have what a file says."""
    try:
        with open(file, "rb") as opened:  # noqa: PTH123  # pathlib takes longer to load than this to read
            said = orjson.loads(opened.read())
        # What was recorded of several tenants is a list.
        for each in said if said and isinstance(said, list) else [said]:
            demand(SCHEMA, each)
            restored(service, each.get("tenant", ""), each)
    except (OSError, orjson.JSONDecodeError) as error:
        raise SeedError(f"--seed: {file}: {getattr(error, 'strerror', None) or error}") from None
    except Problem as problem:
        raise SeedError(f"--seed: {file}: {problem.message}") from None


def _placed(said: Snapshot) -> list[tuple[str, Any]]:
    return [(f"webhooks[{index}]", each) for index, each in enumerate(said["webhooks"])]


def kept(service: Service, raw: Mapping[str, Any], place: str = "webhook") -> Entity:
    """A webhook as it is stored; what only the server sets is taken as it stands."""
    _demand_known(service, raw, place)
    try:
        entity = checked(new(service.model.webhook(raw, place)))
    except Problem as problem:
        message = problem.message
        raise Invalid(message if message.startswith(place) else f"{place}.{message}") from None
    entity.update((name, raw.get(name, empty)) for name, empty in EMPTY.items())
    for name in ("RegisteredAssociate", "UpdatedAssociate"):
        if entity[name] is not None:
            entity[name] = _ordered(free(entity[name], f"{place}.{name}"))
    for name in ("TotalCalls", "TotalErrors", "ConsecutiveErrors"):
        entity[name] = int(entity[name])
    plain(entity["LastError"], f"{place}.LastError")
    entity["WebhookId"] = int(raw.get("WebhookId", 0))
    return entity


def _ordered(user: Mapping[str, Any]) -> dict[str, Any]:
    """A user with its members in the order in which the mock writes them."""
    return {name: user[name] for name in [*associate(0, ""), *user] if name in user}


def _demand_known(service: Service, raw: Mapping[str, Any], place: str) -> None:
    known = {name.casefold() for name in service.model.members} - {name.casefold() for name in SERVER_SET}
    for name in raw:
        if name not in SERVER_SET and name != LINKS and name.casefold() not in known:
            raise Invalid(f"{place}: expected members of a webhook, got {shown(name)}")


def _numbered(webhooks: list[Entity]) -> list[Entity]:
    """Those without an id have the next one that is free."""
    given = Counter(entity["WebhookId"] for entity in webhooks if entity["WebhookId"])
    if twice := next((number for number, count in given.items() if count > 1), None):
        raise Invalid(f"webhooks: expected each WebhookId once, got {twice} twice")
    free_ids = iter(sorted(set(range(1, len(webhooks) + 1)) - set(given)))
    return [entity if entity["WebhookId"] else {**entity, "WebhookId": next(free_ids)} for entity in webhooks]


def _last_id(said: Snapshot, webhooks: list[Entity]) -> int:
    highest = max((entity["WebhookId"] for entity in webhooks), default=0)
    last = int(said["nextId"]) - 1 if "nextId" in said else highest
    if last < highest:
        raise Invalid(f"nextId: expected more than {highest}, which is in use, got {last + 1}")
    return last
