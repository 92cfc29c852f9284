"""What is remembered: webhooks, the last id of each tenant, and what is on its way, in any database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from typing import Any

import orjson
from sqlalchemy import Engine, Executable, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import CreateIndex, CreateTable

from mock_server import outbox, tables, tenants
from mock_server.errors import DatabaseError
from mock_server.filters import Filter, folded, joined
from mock_server.outbox import Outbox
from mock_server.tables import Statement, pattern
from mock_server.tenants import Tenants

Entity = dict[str, Any]
CONNECTIONS = 8

WAIT_SECONDS = 30
CONNECT_SECONDS = 5


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


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection of the pool, the driver's own below it, and what is asked through it."""

    connection: Any
    driver: Any
    cursor: Any
    rows: Rows


class Transaction:
    """One turn at a connection; whoever comes while all are taken waits.

    SQLAlchemy's pool opens the connections; taking one from it for every request would cost more than the
    request's work in the database.
    """

    __slots__ = ("_begin", "_opened", "_store", "_turns")

    def __init__(self, store: Store, turns: SimpleQueue[Opened | None], begin: str | None) -> None:
        self._store = store
        self._turns = turns
        self._begin = begin

    def __enter__(self) -> Rows:
        opened = self._turns.get()
        try:
            self._opened = opened = opened or self._store.open()
            if self._begin:
                opened.cursor.execute(self._begin)
        except BaseException:
            self._turns.put(opened)
            raise
        return opened.rows

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        opened: Opened | None = self._opened
        try:
            if failure is None:
                self._opened.driver.commit()
            else:
                self._opened.driver.rollback()
        except BaseException:
            # The database went away: the next turn begins with a new connection.
            self._opened.connection.invalidate()
            opened = None
            raise
        finally:
            self._turns.put(opened)


class Statements:
    """Everything the mock says to its database, compiled for it."""

    def __init__(self, engine: Engine) -> None:
        def compiled(executable: Executable) -> Statement:
            return Statement(executable, engine.dialect)

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


class Store:
    """A database; every request is one short transaction in it."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        # SQLite alone has to be told that a transaction is going to write, or two could meet half-way.
        self._begin = "BEGIN IMMEDIATE" if self._engine.dialect.name == "sqlite" else None
        # Connections that wait for their next turn. A file has one writer at a time; SQLite would look now
        # and then whether it is gone, which takes far longer.
        self._readers = _connections(CONNECTIONS if self.outlives else 1)
        self._writers = _connections(1) if self._begin and self.outlives else self._readers
        self._statements = Statements(self._engine)
        try:
            self._create()
        except Exception as error:
            raise DatabaseError(f"{self.name}: {_reason(error)}") from None

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self._engine.url.render_as_string()

    @property
    def outlives(self) -> bool:
        """Whether what is kept outlives the mock."""
        return not _is_in_memory(self._engine.url)

    @property
    def is_shared(self) -> bool:
        """Whether several mocks may work with it; a file belongs to one."""
        return self._engine.dialect.name == "postgresql"

    def reading(self) -> Transaction:
        """A look at the database."""
        return Transaction(self, self._readers, None)

    def writing(self) -> Transaction:
        """A transaction: all of it is kept, or nothing when an exception leaves it."""
        return Transaction(self, self._writers, self._begin)

    def open(self) -> Opened:
        """A connection more."""
        connection: Any = self._engine.raw_connection()
        cursor = connection.dbapi_connection.cursor()
        return Opened(connection, connection.dbapi_connection, cursor, Rows(cursor, self._statements))

    def close(self) -> None:
        """Closes the connections."""
        for turns in (self._readers, self._writers):
            while not turns.empty():
                if opened := turns.get():
                    opened.connection.close()
        self._engine.dispose()

    def _create(self) -> None:
        with self._engine.begin() as connection:
            if self.is_shared:
                # Two mocks that start at once would both make the tables.
                connection.execute(tables.ALONE)
            for table in tables.metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            for index in (tables.by_name, tables.by_turn):
                connection.execute(CreateIndex(index, if_not_exists=True))
        with self.reading() as rows:
            # Tables of these names that somebody else made are noticed now.
            rows.get("", 0)
            rows.outbox.next_due(("", 0), 0.0)


def _connections(number: int) -> SimpleQueue[Opened | None]:
    """So many turns at a database; None stands for a connection that is not open yet."""
    turns: SimpleQueue[Opened | None] = SimpleQueue()
    for _ in range(number):
        turns.put(None)
    return turns


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


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        if parsed.get_backend_name() in ("postgres", "postgresql"):
            return _postgresql(parsed)
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"{_masked(url)}: {error}; the extra [postgresql] of this package brings it"
        ) from None
    except (SQLAlchemyError, ValueError) as error:
        raise DatabaseError(f"{_masked(url)}: {_reason(error)}") from None
    raise DatabaseError(f"{_masked(url)}: expected a URL that begins with sqlite:// or postgresql://")


def _masked(url: str) -> str:
    """A URL that may be wrong in any way, without what could be a password."""
    return re.sub(r"://[^@]*@", "://***@", url)


def _postgresql(url: URL) -> Engine:
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(url, connect_args={"connect_timeout": CONNECT_SECONDS})


def _sqlite(url: URL) -> Engine:
    arguments = {"check_same_thread": False, "timeout": WAIT_SECONDS}
    # The one connection of a database in memory holds all of it, so it has to come back to the pool.
    engine = create_engine(url, connect_args=arguments, poolclass=QueuePool)
    event.listen(engine, "connect", _prepare)
    return engine


def _is_in_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def _prepare(connection: Any, _: object) -> None:
    # The driver would begin on its own, and too late to make a claim: we begin.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
