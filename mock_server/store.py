"""What is remembered: webhooks, the last id of each tenant, and what is on its way, in any database."""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from sqlalchemy.schema import CreateIndex, CreateTable

from mock_server import tables
from mock_server.engines import engine, is_in_memory, reason
from mock_server.errors import DatabaseError
from mock_server.rows import Rows, Statements

CONNECTIONS = 8


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


class Store:
    """A database; every request is one short transaction in it."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)
        # SQLite alone has to be told that a transaction is going to write, or two could meet half-way.
        self._begin = "BEGIN IMMEDIATE" if self._engine.dialect.name == "sqlite" else None
        # Connections that wait for their next turn. A file has one writer at a time; SQLite would look now
        # and then whether it is gone, which takes far longer.
        self._readers = _connections(CONNECTIONS if self.outlives else 1)
        self._writers = _connections(1) if self._begin and self.outlives else self._readers
        self._statements = Statements(self._engine.dialect)
        try:
            self._create()
        except Exception as error:
            raise DatabaseError(f"{self.name}: {reason(error)}") from None

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self._engine.url.render_as_string()

    @property
    def outlives(self) -> bool:
        """Whether what is kept outlives the mock."""
        return not is_in_memory(self._engine.url)

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
