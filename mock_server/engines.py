"""The databases that a URL may name, and how they are spoken to."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from mock_server.errors import DatabaseError

WAIT_SECONDS = 30
CONNECT_SECONDS = 5


def engine(url: str) -> Engine:
    """The database of a URL; DatabaseError for what is none, or has no driver here."""
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
        raise DatabaseError(f"{_masked(url)}: {reason(error)}") from None
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
    made = create_engine(url, connect_args=arguments, poolclass=QueuePool)
    event.listen(made, "connect", _prepare)
    return made


def is_in_memory(url: URL) -> bool:
    """Whether the database ends with its connection."""
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def _prepare(connection: Any, _: object) -> None:
    # The driver would begin on its own, and too late to make a claim: we begin.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def reason(error: Exception) -> str:
    """The first line of what the driver said."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
