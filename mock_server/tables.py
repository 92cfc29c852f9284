"""The two tables of the mock, and the statements on them, compiled once for a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Column,
    Dialect,
    Executable,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
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

_columns = webhooks.c
_this = (_columns.tenant == bindparam("tenant_"), _columns.webhook_id == bindparam("id_"))
_edited: Mapping[str, Any] = {name: bindparam(name) for name in ("name", "events", "state", "entity")}

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
        if self._order is None:
            return cursor.execute(self._sql, {**self._fixed, **values})
        fixed = self._fixed
        return cursor.execute(
            self._sql, [values[name] if name in values else fixed[name] for name in self._order]
        )
