"""What is remembered: webhooks and the last id of each tenant, in any database SQLAlchemy reaches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import CreateIndex, CreateTable

from mock_server.filters import Filter, folded, joined

Entity = dict[str, Any]

WAIT_SECONDS = 30

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
    Column("total_calls", Integer, nullable=False, default=0),
    Column("total_errors", Integer, nullable=False, default=0),
    Column("consecutive_errors", Integer, nullable=False, default=0),
    Column("last_error", Text, nullable=False, default=""),
)
by_name = Index("webhook_by_name", webhooks.c.tenant, webhooks.c.name)

_this = (webhooks.c.tenant == bindparam("tenant_"), webhooks.c.webhook_id == bindparam("id_"))
_shown = (
    webhooks.c.entity,
    webhooks.c.total_calls,
    webhooks.c.total_errors,
    webhooks.c.consecutive_errors,
    webhooks.c.last_error,
)
_NEXT_ID = text(
    "INSERT INTO webhook_tenant (tenant, last_id) VALUES (:tenant, 1) "
    "ON CONFLICT (tenant) DO UPDATE SET last_id = webhook_tenant.last_id + 1 RETURNING last_id"
)
_GET = select(*_shown).where(*_this)
_CLAIM = _GET.with_for_update()
_LIST = select(*_shown).order_by(webhooks.c.webhook_id)
_INSERT = insert(webhooks)
_UPDATE = update(webhooks).where(*_this)
_DELETE = delete(webhooks).where(*_this)
_SUCCEEDED = _UPDATE.values(total_calls=webhooks.c.total_calls + 1, consecutive_errors=0)
_FAILED = _UPDATE.values(
    total_calls=webhooks.c.total_calls + 1,
    total_errors=webhooks.c.total_errors + 1,
    consecutive_errors=webhooks.c.consecutive_errors + 1,
)


class UnusableDatabase(Exception):
    """The database URL leads to nothing the mock can write to."""


class Rows:
    """The webhooks as one transaction sees them."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def new_id(self, tenant: str) -> int:
        """The next id of a tenant: ascending from 1, and never one that was given before."""
        return int(self._connection.execute(_NEXT_ID, {"tenant": tenant}).scalar_one())

    def add(self, tenant: str, entity: Entity) -> None:
        """Keeps a new webhook."""
        row = {"tenant": tenant, "webhook_id": entity["WebhookId"], **_columns(entity)}
        self._connection.execute(_INSERT, row)

    def get(self, tenant: str, webhook_id: int) -> Entity | None:
        """The webhook of that id."""
        return self._one(_GET, tenant, webhook_id)

    def claim(self, tenant: str, webhook_id: int) -> Entity | None:
        """The webhook of that id, which nobody else changes before this transaction ends."""
        return self._one(_CLAIM, tenant, webhook_id)

    def put(self, tenant: str, entity: Entity) -> None:
        """Keeps what a claimed webhook has become."""
        self._connection.execute(_UPDATE, {**_key(tenant, entity["WebhookId"]), **_columns(entity)})

    def remove(self, tenant: str, webhook_id: int) -> bool:
        """Forgets a webhook; says whether there was one."""
        return self._connection.execute(_DELETE, _key(tenant, webhook_id)).rowcount > 0

    def find(self, tenant: str, wanted: Filter) -> Iterator[Entity]:
        """The webhooks that pass a filter, in the order of their ids."""
        statement = _LIST.where(webhooks.c.tenant == tenant)
        if wanted.name is not None:
            statement = statement.where(webhooks.c.name == folded(wanted.name))
        if wanted.state is not None:
            statement = statement.where(webhooks.c.state == wanted.state)
        if wanted.event is not None:
            statement = statement.where(webhooks.c.events.contains(joined([wanted.event]), autoescape=True))
        return map(_entity, self._connection.execute(statement))

    def count(self, tenant: str, webhook_id: int, error: str | None) -> None:
        """Counts one attempt of a delivery; an error is the text of the failure."""
        key = _key(tenant, webhook_id)
        if error is None:
            self._connection.execute(_SUCCEEDED, key)
        else:
            self._connection.execute(_FAILED, {**key, "last_error": error})

    def forgive(self, tenant: str, webhook_id: int) -> None:
        """Starts the count of consecutive errors again."""
        self._connection.execute(_UPDATE, {**_key(tenant, webhook_id), "consecutive_errors": 0})

    def _one(self, statement: Any, tenant: str, webhook_id: int) -> Entity | None:
        row = self._connection.execute(statement, _key(tenant, webhook_id)).first()
        return None if row is None else _entity(row)


class Store:
    """A database; every request is one short transaction in it."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._reading = self._engine.execution_options(reading=True)
        try:
            self._create()
        except SQLAlchemyError as error:
            raise UnusableDatabase(f"{self.name}: {_reason(error)}") from None

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self._engine.url.render_as_string()

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """A look at the database."""
        with self._reading.connect() as connection:
            yield Rows(connection)

    @contextmanager
    def writing(self) -> Iterator[Rows]:
        """A transaction: all of it is kept, or nothing when an exception leaves it."""
        with self._engine.begin() as connection:
            yield Rows(connection)

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def _create(self) -> None:
        with self._engine.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            connection.execute(CreateIndex(by_name, if_not_exists=True))


def _key(tenant: str, webhook_id: int) -> dict[str, Any]:
    return {"tenant_": tenant, "id_": webhook_id}


def _columns(entity: Entity) -> dict[str, Any]:
    return {
        "name": folded(entity["Name"] or ""),
        "events": joined(entity["Events"]),
        "state": entity["State"],
        "entity": orjson.dumps(entity).decode(),
    }


def _entity(row: Any) -> Entity:
    entity: Entity = orjson.loads(row[0])
    _, entity["TotalCalls"], entity["TotalErrors"], entity["ConsecutiveErrors"], entity["LastError"] = row
    return entity


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _other(parsed)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise UnusableDatabase(f"{url}: {_reason(error)}") from None


def _other(url: URL) -> Engine:
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(url)


def _sqlite(url: URL) -> Engine:
    arguments = {"check_same_thread": False, "timeout": WAIT_SECONDS}
    if url.database in (None, "", ":memory:"):
        # One connection holds the whole database; waiting for it puts the transactions in a row.
        engine = create_engine(
            url, connect_args=arguments, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=WAIT_SECONDS
        )
    else:
        engine = create_engine(url, connect_args=arguments)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: object) -> None:
    # The driver would begin on its own, and too late to make a claim: we begin.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get("reading"):
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN IMMEDIATE")


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
