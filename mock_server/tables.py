"""The tables of the mock, the statements on webhooks, and how they are compiled once for a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Double,
    Executable,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

metadata = MetaData()
tenants = Table(
    "webhook_tenant",
    metadata,
    Column("tenant", String(255), primary_key=True),
    Column("last_id", Integer, nullable=False),
)
webhooks = Table(
    "webhook",
    metadata,
    Column("tenant", String(255), primary_key=True),
    Column("webhook_id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("entity", Text, nullable=False),
    # The usage counters change with every delivery and are nobody's edit, so they stand beside the entity.
    Column("total_calls", Integer, nullable=False),
    Column("total_errors", Integer, nullable=False),
    Column("consecutive_errors", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    # Rows are found by this key alone: SQLite need not keep them by a number of its own as well.
    sqlite_with_rowid=False,
)
by_name = Index("webhook_by_name", webhooks.c.tenant, webhooks.c.name)
# Each event on its way to one webhook; `outbox.py` has the statements.
deliveries = Table(
    "webhook_delivery",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("tenant", String(255), nullable=False),
    Column("webhook_id", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("retry", Integer, nullable=False),
    Column("cycle", Integer, nullable=False),
    # Moments are seconds since 1970. Before `due` it is not tried.
    Column("due", Double, nullable=False),
    # Until `lease_end` it is in the hands of that mock.
    Column("holder", String(32), nullable=False),
    Column("lease_end", Double, nullable=False),
    # A mock that comes back to a delivery must not meet another one of the same id.
    sqlite_autoincrement=True,
)
by_turn = Index(
    "webhook_delivery_by_turn",
    deliveries.c.tenant,
    deliveries.c.webhook_id,
    deliveries.c.due,
    deliveries.c.id,
)

_columns = webhooks.c
_this = (_columns.tenant == bindparam("tenant_"), _columns.webhook_id == bindparam("id_"))
_edited: Mapping[str, Any] = {name: bindparam(name) for name in ("name", "events", "state", "entity")}

# The number stands for nothing but this lock.
ALONE = text("SELECT pg_advisory_xact_lock(7305466)")
NEXT_ID = text(
    "INSERT INTO webhook_tenant (tenant, last_id) VALUES (:tenant_, 1) "
    "ON CONFLICT (tenant) DO UPDATE SET last_id = webhook_tenant.last_id + 1 RETURNING last_id"
)
GET = select(
    _columns.entity,
    _columns.total_calls,
    _columns.total_errors,
    _columns.consecutive_errors,
    _columns.last_error,
).where(*_this)
PAGE = (
    select(*GET.selected_columns)
    .where(_columns.tenant == bindparam("tenant_"), _columns.webhook_id > bindparam("id_"))
    .order_by(_columns.webhook_id)
    .limit(bindparam("limit_"))
)
STATES = select(_columns.state, func.count()).group_by(_columns.state)
CLAIM = GET.with_for_update()
INSERT = insert(webhooks).values(
    tenant=bindparam("tenant_"),
    webhook_id=bindparam("id_"),
    **_edited,
    total_calls=0,
    total_errors=0,
    consecutive_errors=0,
    last_error="",
)
UPDATE = update(webhooks).where(*_this).values(**_edited)
DELETE = delete(webhooks).where(*_this)
FORGIVE = update(webhooks).where(*_this).values(consecutive_errors=0)
SUCCEEDED = FORGIVE.values(total_calls=_columns.total_calls + 1)
LOST = (
    update(webhooks)
    .where(*_this)
    .values(total_errors=_columns.total_errors + 1, last_error=bindparam("error_"))
)
FAILED = LOST.values(total_calls=_columns.total_calls + 1, consecutive_errors=_columns.consecutive_errors + 1)


def find(*, name: bool, event: bool, state: bool) -> Executable:
    """The list of a tenant, narrowed by the filters that a request has."""
    statement = select(*GET.selected_columns).where(_columns.tenant == bindparam("tenant_"))
    if name:
        statement = statement.where(_columns.name == bindparam("name_"))
    if event:
        statement = statement.where(_columns.events.like(bindparam("event_"), escape="!"))
    if state:
        statement = statement.where(_columns.state == bindparam("state_"))
    return statement.order_by(_columns.webhook_id)


def pattern(part: str) -> str:
    """What LIKE finds a part of a text by; its own wildcards stand for themselves."""
    for special in "!%_":
        part = part.replace(special, f"!{special}")
    return f"%{part}%"


class Statement:
    """A statement in the words of one database driver.

    Compiling and wrapping are what SQLAlchemy's own execution spends most of its time on, several times what
    the database needs for a row; here both happen once.
    """

    __slots__ = ("_fixed", "_order", "_sql")

    def __init__(self, executable: Any, dialect: Dialect) -> None:
        compiled = executable.compile(dialect=dialect)
        self._sql = str(compiled)
        self._order = compiled.positiontup
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, cursor: Any, values: Mapping[str, Any]) -> Any:
        """Executes it, and returns the cursor."""
        return cursor.execute(self._sql, self._bound(values))

    def run_each(self, cursor: Any, several: Iterable[Mapping[str, Any]]) -> None:
        """Executes it once for each set of values."""
        cursor.executemany(self._sql, [self._bound(values) for values in several])

    def _bound(self, values: Mapping[str, Any]) -> Any:
        fixed = self._fixed
        if self._order is None:
            return {**fixed, **values}
        return [values[name] if name in values else fixed[name] for name in self._order]
