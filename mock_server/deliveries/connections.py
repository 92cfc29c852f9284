"""Connections to targets; each is kept for a moment after its answer, as HTTP clients do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ssl import SSLError
from threading import Lock
from typing import TYPE_CHECKING, Any

import urllib3.connection
from urllib3.exceptions import HTTPError
from urllib3.util import wait_for_read

from mock_server.deliveries.deadlines import Deadline, Deadlines

if TYPE_CHECKING:
    from ssl import SSLContext

# Seconds: a target that serves one connection at a time has nothing for others meanwhile.
IDLE = 0.5
DEADLINES = Deadlines()


class Stale(Exception):  # noqa: N818  # nobody's mistake
    """A kept connection has ended, or there is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target is: a host at one of some addresses, and by whose certificates it is known."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    trust: SSLContext | None = None


class OnePiece:
    """What is put together for a request goes out in one piece, which is one packet for most."""

    _parts: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Sends a request as urllib3 does, but at once."""
        self._parts = []
        try:
            super().request(*args, **kwargs)  # type: ignore[misc]  # of the connection that it is mixed into
            whole = b"".join(self._parts)
        finally:
            self._parts = None
        self.send(whole)

    def send(self, data: Any) -> None:
        """Sends bytes, or keeps them until they are all there."""
        if self._parts is None:
            super().send(data)  # type: ignore[misc]
        else:
            self._parts.append(data)


class HTTPConnection(OnePiece, urllib3.connection.HTTPConnection):
    """One as urllib3 makes them, and names them where it tells of a failure."""


class HTTPSConnection(OnePiece, urllib3.connection.HTTPSConnection):
    """The same over TLS."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A connection that nobody uses, and when it is cut."""

    place: Place
    connection: Any
    deadline: Deadline

    @property
    def is_good(self) -> bool:
        """False once either side has ended it: whatever can be read between two answers is the end."""
        return not (self.deadline.is_over or wait_for_read(self.connection.sock, 0))


@dataclass(slots=True)
class Pool:
    """The connections that nobody uses, the latest last."""

    _lock: Lock = field(default_factory=Lock)
    _idle: list[Idle] = field(default_factory=list)

    def take(self, place: Place) -> Any:
        """A connection to a place; Stale when there is none."""
        while (idle := self._latest(place)) is not None:
            DEADLINES.lift(idle.deadline)
            if idle.is_good:
                return idle.connection
            idle.connection.close()
        raise Stale

    def keep(self, place: Place, connection: Any) -> None:
        """Keep a connection for a while; those whose while is over are forgotten."""
        idle = Idle(place, connection, DEADLINES.set(connection.sock, IDLE))
        with self._lock:
            over = [each for each in self._idle if each.deadline.is_over]
            self._idle[:] = [each for each in self._idle if each not in over] + [idle]
        for each in over:
            each.connection.close()

    def _latest(self, place: Place) -> Idle | None:
        with self._lock:
            found = next((each for each in reversed(self._idle) if each.place == place), None)
            if found is not None:
                self._idle.remove(found)
            return found


POOL = Pool()


@contextmanager
def connected(place: Place, limit: float) -> Iterator[Any]:
    """A new connection to a place, cut when the time is over."""
    with _limited(_connect(place, limit), place, limit) as connection:
        yield connection


@contextmanager
def again(place: Place, limit: float) -> Iterator[Any]:
    """The same with one that was kept; Stale when it turns out to be at its end (RFC 9112, section 9.3.1)."""
    connection = POOL.take(place)
    connection.sock.settimeout(limit)
    try:
        with _limited(connection, place, limit):
            yield connection
    except (ConnectionError, SSLError):
        raise Stale from None


@contextmanager
def _limited(connection: Any, place: Place, limit: float) -> Iterator[Any]:
    # A target that sends a byte now and then would never run into the time limit of the socket.
    deadline = DEADLINES.set(connection.sock, limit)
    is_done = False
    try:
        yield connection
        is_done = True
    except Exception:
        if deadline.is_over:
            raise TimeoutError from None
        raise
    finally:
        DEADLINES.lift(deadline)
        if is_done and connection.sock is not None and not deadline.is_over:
            POOL.keep(place, connection)
        else:
            connection.close()


def _connect(place: Place, limit: float) -> Any:
    failure: Exception | None = None
    for address in place.addresses:
        connection = _connection(place, address, limit)
        try:
            connection.connect()
        except (OSError, HTTPError) as error:  # the next address may do better
            connection.close()
            failure = TimeoutError() if "timed out" in str(error) else error
        else:
            return connection
    raise failure or OSError("no address")


def _connection(place: Place, address: str, limit: float) -> Any:
    if place.scheme == "https":
        return HTTPSConnection(
            address,
            place.port,
            timeout=limit,
            server_hostname=place.host,
            assert_hostname=place.host,
            ssl_context=place.trust,
        )
    return HTTPConnection(address, place.port, timeout=limit)
