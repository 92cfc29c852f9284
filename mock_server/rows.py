"""The webhooks of a database, and what is on its way to them, as one transaction sees them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Dialect, Executable

from mock_server import outbox, tables, tenants
from mock_server.filters import Filter, folded, joined
from mock_server.outbox import Outbox
from mock_server.tables import Statement, pattern
from mock_server.tenants import Tenants

Entity = dict[str, Any]


class Rows:
    """The webhooks, and what is on its way to them, as one transaction sees them."""

    __slots__ = ("_cursor", "_statements", "outbox", "tenants")

    def __init__(self, cursor: Any, statements: Statements) -> None:
        self._cursor = cursor
        self._statements = statements
        self.outbox = Outbox(cursor, statements.outbox)
        self.tenants = Tenants(cursor, statements.tenants)

    def new_id(self, tenant: str) -> int:
        """The next id of a tenant: ascending from 1, and never one that was given before."""
        row = self._statements.next_id.run(self._cursor, {"tenant_": tenant}).fetchone()
        return int(row[0])

    def add(self, tenant: str, entity: Entity) -> None:
        """Keeps a new webhook."""
        self._statements.insert.run(self._cursor, _values(tenant, entity))

    def restore(self, tenant: str, entity: Entity) -> None:
        """Keeps a webhook as it once was, with its counters."""
        self.tenants.restore(_values(tenant, entity), entity)

    def get(self, tenant: str, webhook_id: int) -> Entity | None:
        """The webhook of that id."""
        return self._one(self._statements.get, tenant, webhook_id)

    def claim(self, tenant: str, webhook_id: int) -> Entity | None:
        """The webhook of that id, which nobody else changes before this transaction ends."""
        return self._one(self._statements.claim, tenant, webhook_id)

    def put(self, tenant: str, entity: Entity) -> None:
        """Keeps what a claimed webhook has become."""
        self._statements.update.run(self._cursor, _values(tenant, entity))

    def remove(self, tenant: str, webhook_id: int) -> None:
        """Forgets a webhook."""
        self._statements.delete.run(self._cursor, {"tenant_": tenant, "id_": webhook_id})

    def find(self, tenant: str, wanted: Filter) -> Iterator[Entity]:
        """The webhooks that pass a filter, in the order of their ids."""
        statement = self._statements.find(
            wanted.name is not None, wanted.event is not None, wanted.state is not None
        )
        values = {
            "tenant_": tenant,
            "name_": folded(wanted.name or ""),
            "event_": pattern(joined([wanted.event or ""])),
            "state_": wanted.state,
        }
        return map(_entity, statement.run(self._cursor, values).fetchall())

    def page(self, tenant: str, after: int, limit: int) -> list[Entity]:
        """The webhooks that follow an id, so many at most, in the order of their ids."""
        values = {"tenant_": tenant, "id_": after, "limit_": limit}
        return [_entity(row) for row in self._statements.page.run(self._cursor, values).fetchall()]

    def states(self) -> dict[str, int]:
        """How many webhooks of all tenants are in which State."""
        return {
            state: int(number) for state, number in self._statements.states.run(self._cursor, {}).fetchall()
        }

    def count(self, tenant: str, webhook_id: int, error: str | None) -> None:
        """Counts one attempt of a delivery; an error is the text of the failure."""
        statement = self._statements.succeeded if error is None else self._statements.failed
        statement.run(self._cursor, {"tenant_": tenant, "id_": webhook_id, "error_": error})

    def count_lost(self, tenant: str, webhook_id: int, error: str) -> None:
        """Counts a delivery that was never tried."""
        self._statements.lost.run(self._cursor, {"tenant_": tenant, "id_": webhook_id, "error_": error})

    def forgive(self, tenant: str, webhook_id: int) -> None:
        """Starts the count of consecutive errors again."""
        self._statements.forgive.run(self._cursor, {"tenant_": tenant, "id_": webhook_id})

    def _one(self, statement: Statement, tenant: str, webhook_id: int) -> Entity | None:
        row = statement.run(self._cursor, {"tenant_": tenant, "id_": webhook_id}).fetchone()
        return None if row is None else _entity(row)


class Statements:
    """Everything the mock says to its database, compiled for it."""

    def __init__(self, dialect: Dialect) -> None:
        def compiled(executable: Executable) -> Statement:
            return Statement(executable, dialect)

        self.next_id = compiled(tables.NEXT_ID)
        self.get = compiled(tables.GET)
        self.page = compiled(tables.PAGE)
        self.claim = compiled(tables.CLAIM)
        self.insert = compiled(tables.INSERT)
        self.update = compiled(tables.UPDATE)
        self.delete = compiled(tables.DELETE)
        self.forgive = compiled(tables.FORGIVE)
        self.succeeded = compiled(tables.SUCCEEDED)
        self.failed = compiled(tables.FAILED)
        self.lost = compiled(tables.LOST)
        self.states = compiled(tables.STATES)
        self.outbox = {name: compiled(executable) for name, executable in outbox.STATEMENTS.items()}
        self.tenants = {name: compiled(executable) for name, executable in tenants.STATEMENTS.items()}
        self.find = cache(
            lambda name, event, state: compiled(tables.find(name=name, event=event, state=state))
        )


def _values(tenant: str, entity: Entity) -> dict[str, Any]:
    return {
        "tenant_": tenant,
        "id_": entity["WebhookId"],
        "name": folded(entity["Name"] or ""),
        "events": joined(entity["Events"]),
        "state": entity["State"],
        "entity": orjson.dumps(entity).decode(),
    }


def _entity(row: Any) -> Entity:
    entity: Entity = orjson.loads(row[0])
    _, entity["TotalCalls"], entity["TotalErrors"], entity["ConsecutiveErrors"], entity["LastError"] = row
    return entity
