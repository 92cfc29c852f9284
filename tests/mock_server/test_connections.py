"""Connections to targets are kept for the next delivery, and never at its cost."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

import pytest
import trustme

from mock_server.deliveries.connections import IDLE
from mock_server.deliveries.sender import KEPT, post
from mock_server.deliveries.targets import Targets

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
CLOSING = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"x" * 9000
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"


@dataclass
class Served:
    """A target of one thread: how many connections and requests it has seen, and when one ended."""

    url: str
    trust: ssl.SSLContext | None = None
    connections: int = 0
    requests: int = 0
    ended: Event = field(default_factory=Event)


# Serves one connection: takes it and what to count in, until it is over.
Serve = Callable[[socket.socket, Served], None]


def answering(*answers: bytes) -> Serve:
    """Each request of a connection is answered in turn; then the connection ends."""

    def serve(connection: socket.socket, served: Served) -> None:
        for answer in answers:
            if not connection.recv(65_536):
                return
            served.requests += 1
            connection.sendall(answer)

    return serve


@contextmanager
def target(serve: Serve, authority: trustme.CA | None = None) -> Iterator[Served]:
    """A target that serves one connection after the other, over TLS when an authority vouches for it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "https" if authority else "http"
        served = Served(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/x")
        secure = tls(served, authority) if authority else lambda connection: connection

        def run() -> None:
            with suppress(OSError):
                while True:
                    connection = secure(listener.accept()[0])
                    served.connections += 1
                    with connection, suppress(ConnectionError):
                        serve(connection, served)
                    served.ended.set()

        thread = Thread(target=run, daemon=True)
        thread.start()
        yield served
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def tls(served: Served, authority: trustme.CA) -> Callable[[socket.socket], socket.socket]:
    """How a connection of the target becomes one over TLS; the target is told what its senders trust."""
    server, served.trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(served.trust)
    return lambda connection: server.wrap_socket(connection, server_side=True)


def deliver(served: Served, limit: float = 5.0) -> int | None:
    """The status of one delivery."""
    return post(served.url, {}, b"", limit=limit, targets=Targets(), trust=served.trust).status


@pytest.mark.parametrize("answer", [OK, CHUNKED], ids=["empty", "in chunks"])
def test_deliveries_in_a_row_share_a_connection(answer):
    with target(answering(*[answer] * 5)) as served:
        assert [deliver(served) for _ in range(5)] == [200] * 5
        assert (served.connections, served.requests) == (1, 5)


def test_a_delivery_is_one_piece():
    """Whoever reads once has all of it, and nobody waits for a second packet."""
    pieces = []

    def serve(connection: socket.socket, _served: Served) -> None:
        while piece := connection.recv(65_536):
            pieces.append(piece)
            connection.sendall(OK)

    with target(serve) as served:
        for _ in range(3):
            assert post(served.url, {"X-One": "ø"}, b"{}", limit=5.0, targets=Targets()).status == 200

    assert len(pieces) == 3
    assert all(each.endswith(b"X-One: \xc3\xb8\r\n\r\n{}") for each in pieces)


@pytest.mark.parametrize("answer", [CLOSING, LONG], ids=["closing", f"more than {KEPT}"])
def test_what_cannot_be_used_again_is_not(answer):
    with target(answering(answer)) as served:
        assert [deliver(served) for _ in range(3)] == [200] * 3
        assert served.connections == 3


def test_a_target_that_closes_without_a_word_misses_nothing():
    with target(answering(OK)) as served:
        assert [deliver(served) for _ in range(20)] == [200] * 20
        assert (served.connections, served.requests) == (20, 20)


def test_https_is_kept_and_replaced_as_well():
    authority = trustme.CA()
    with target(answering(OK, OK, OK), authority) as served:
        assert [deliver(served) for _ in range(6)] == [200] * 6
        assert (served.connections, served.requests) == (2, 6)


def test_a_target_that_hangs_up_is_asked_once():
    with target(answering(b"")) as served:
        assert deliver(served) is None
        assert served.requests == 1


def test_a_connection_is_not_kept_for_long():
    """A target of one thread has time for others when there is nothing to deliver."""
    with target(answering(*[OK] * 9)) as served:
        began = time.monotonic()
        assert deliver(served) == 200
        assert served.ended.wait(10)
        assert time.monotonic() - began > IDLE / 2
        assert deliver(served) == 200
        assert served.connections == 2


def test_the_time_limit_holds_on_a_kept_connection():
    def serve(connection: socket.socket, served: Served) -> None:
        answering(OK)(connection, served)
        connection.recv(65_536)
        served.ended.wait(5)

    with target(serve) as served:
        assert deliver(served) == 200
        began = time.monotonic()
        assert deliver(served, limit=0.3) is None
        assert time.monotonic() - began < 3
        served.ended.set()
