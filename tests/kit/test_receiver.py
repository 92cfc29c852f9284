"""The receiver remembers every byte that reaches it, and answers as it was told."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from urllib3 import HTTPHeaderDict

from contract_tests.kit.receiver import BODY_LIMIT, Receiver

EVENT = {"X-SuperOffice-Event": "sale.created"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of its own for each test."""
    with Receiver().listening() as listening:
        yield listening


@pytest.fixture
def connection(receiver: Receiver) -> Iterator[http.client.HTTPConnection]:
    """A connection to it that stays open between requests."""
    with connected(receiver) as opened:
        yield opened


def connected(receiver: Receiver) -> closing[http.client.HTTPConnection]:
    """A connection that ends with the block."""
    return closing(http.client.HTTPConnection(urlsplit(receiver.url).netloc, timeout=5))


def deliver(
    connection: http.client.HTTPConnection,
    path: str = "/box",
    body: object = b"{}",
    *,
    method: str = "POST",
    **more,
) -> int:
    """One delivery; the status that it gets."""
    connection.request(method, path, body, EVENT | more.pop("headers", {}), **more)
    answer = connection.getresponse()
    assert answer.read() == b""
    return answer.status


def raw(receiver: Receiver, *pieces: bytes) -> bytes:
    """Write these pieces, hang up, and read what comes back."""
    parts = urlsplit(receiver.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4_096), b""))


def filed(receiver: Receiver, path: str, **headers: str) -> int:
    """File an event without a connection; the status that its sender gets."""
    named = HTTPHeaderDict({name.replace("_", "-"): value for name, value in headers.items()})
    return receiver.take("POST", path, named, b'{"Event": "sale.created"}')


# ---- what is kept


def test_a_delivery_is_kept_whole(receiver, connection):
    """Method, path with query, headers, bytes and status are those of the request."""
    before = time.monotonic()
    status = deliver(connection, "/box?a=1&b", b'{"a": "\xff"}\r\n', headers={"X-First": "1"})

    (kept,) = receiver.all("/box")
    assert (kept.method, kept.path, kept.body) == ("POST", "/box?a=1&b", b'{"a": "\xff"}\r\n')
    assert kept.headers["x-first"] == "1"
    assert kept.status == status == 200
    assert before <= kept.at <= time.monotonic()


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "PATCH", "DELETE", "HEAD"])
def test_any_method_is_kept(receiver, connection, method):
    """A delivery with the wrong method is kept, so that the method can be named."""
    assert deliver(connection, method=method, body=b"{}") == 200
    assert [(each.method, each.body) for each in receiver.events("/box")] == [(method, b"{}")]


@pytest.mark.parametrize(
    "pieces", [[b"{}"], [b'{"a"', b": ", b"1}"], [b"x" * 70_000, b"\r\n0\r\n\r\n"], ["blå".encode(), b"\x00"]]
)
def test_chunks_are_joined(receiver, connection, pieces):
    """A body in chunks is kept as the bytes without the coding."""
    deliver(connection, body=iter(pieces), encode_chunked=True)

    assert [each.body for each in receiver.events("/box")] == [b"".join(pieces)]


def test_chunks_have_extensions_and_trailers(receiver):
    """Extensions of chunks, upper-case sizes and trailers are no part of a body."""
    body = (
        b'a;name=value\r\n0123456789\r\nA ; x="y"\r\n0123456789\r\n00\r\nX-Trailer: 1\r\nX-Other: 2\r\n\r\n'
    )
    head = b"POST /box HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
    answer = raw(receiver, head, body, b"POST /box HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")

    assert [each.body for each in receiver.all("/box")] == [b"0123456789" * 2, b"{}"]
    assert answer.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize(
    "request_of",
    [
        b"POST /box HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
        b"BREW /box HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ],
)
def test_what_is_no_request_is_not_kept(receiver, connection, request_of):
    """What makes no sense is dropped, and the next delivery is taken as ever."""
    raw(receiver, request_of)

    assert receiver.all("/box") == []
    assert deliver(connection) == 200


@pytest.mark.parametrize("length", [b"", b"Content-Length: 0\r\n", b"Content-Length: many\r\n"])
def test_a_delivery_without_a_length_has_no_body(receiver, length):
    """Without a length that is a number there is no body."""
    raw(receiver, b"POST /box HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + length + b"\r\n")

    assert [each.body for each in receiver.all("/box")] == [b""]


def test_http_1_0_is_taken(receiver, connection):
    """A sender of the old version is answered, and the connection is closed."""
    assert b" 200 " in raw(receiver, b"POST /box HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}")
    assert [each.body for each in receiver.all("/box")] == [b"{}"]


def test_a_connection_is_kept_open(receiver, connection):
    """One connection carries many deliveries, with and without a body, in chunks or with a length."""
    bodies = [b"1" * 3_000, b"", b"[2]", b"3"]
    for place, body in enumerate(bodies):
        deliver(connection, body=iter([body]) if place % 2 else body, encode_chunked=bool(place % 2))

    assert [each.body for each in receiver.all("/box")] == bodies


def test_a_body_has_a_limit(receiver, connection):
    """Of a body without end only so much is kept."""
    deliver(connection, body=b"x" * (BODY_LIMIT + 1))

    assert [len(each.body) for each in receiver.all("/box")] == [BODY_LIMIT]


# ---- mailboxes and test events


def test_every_path_is_a_mailbox(receiver, connection):
    """Deliveries are kept by path, in their order; a query does not change the mailbox."""
    for path in ("/one", "/two", "/one?x=1", "/One"):
        deliver(connection, path, path.encode())

    assert [each.body for each in receiver.all("/one")] == [b"/one", b"/one?x=1"]
    assert [each.body for each in receiver.all("/two")] == [b"/two"]
    assert receiver.all("/nothing") == []


@pytest.mark.parametrize(
    ("headers", "body", "is_ping"),
    [
        ({"X-Hook-Test": "true"}, b"{}", True),
        ({"x-hook-test": "True"}, b"{}", True),
        ({"X-Hook-Test": "false"}, b"{}", False),
        ({"X-SuperOffice-Event": "test"}, b"{}", True),
        ({}, b'{"Event": "test"}', True),
        ({"X-SuperOffice-Event": "sale.created"}, b'{"Event": "test"}', False),
        ({}, b'{"Event": "test.created"}', False),
        ({}, b'{"Event": null}', False),
        ({}, b"[]", False),
        ({}, b"no JSON", False),
        ({}, b"", False),
        ({}, b"\xff", False),
    ],
)
def test_test_events_are_told_apart(receiver, headers, body, is_ping):
    """A test event is named by its own header or by its event; it is kept, but is no event."""
    receiver.take("POST", "/box", HTTPHeaderDict(headers), body)

    (kept,) = receiver.all("/box")
    assert kept.is_ping is is_ping
    assert receiver.events("/box") == ([] if is_ping else [kept])


@pytest.mark.parametrize(
    ("heard", "alone"),
    [
        ([], False),
        ([{"X_Hook_Test": "true"}], True),
        ([{"X_Hook_Test": "true"}, {}], False),
        ([{"X_Hook_Test": "true", "X_SuperOffice_Event": "test"}], False),
    ],
)
def test_events_that_are_all_marked_as_test_events_are_known(receiver, heard, alone):
    for headers in heard:
        filed(receiver, "/tag/1", **headers)

    assert receiver.has_heard_tests_alone("tag") is alone
    assert not receiver.has_heard_tests_alone("other")


# ---- answers


def test_answers_come_in_turn(receiver, connection):
    """A mailbox answers with its statuses one after the other, and the last one stays."""
    receiver.answer("/box", [500, 302, 200, 410])

    assert [deliver(connection) for _ in range(6)] == [500, 302, 200, 410, 410, 410]
    assert [each.status for each in receiver.all("/box")] == [500, 302, 200, 410, 410, 410]
    assert deliver(connection, "/another") == 200


def test_a_test_event_takes_nobodys_turn(receiver):
    """A test event is answered with 200 whatever the mailbox is told, and the plan goes on after it."""
    receiver.answer("/box", [500, 503])

    assert filed(receiver, "/box", X_Hook_Test="true") == 200
    assert filed(receiver, "/box") == 500
    assert filed(receiver, "/box", X_Hook_Test="true") == 200
    assert [filed(receiver, "/box") for _ in range(2)] == [503, 503]


def test_who_only_looks_takes_nobodys_turn(receiver, connection):
    """A request without a body that asks for nothing to be done is kept, and is no event."""
    receiver.answer("/box", [500, 200])
    looks = [deliver(connection, method=method, body=b"") for method in ("GET", "HEAD", "OPTIONS")]

    assert (looks, deliver(connection)) == ([200, 200, 200], 500)
    assert len(receiver.all("/box")) == 4
    assert [each.method for each in receiver.events("/box")] == ["POST"]


def test_an_answer_can_be_late(receiver, connection):
    """A mailbox that is told to be slow keeps a delivery at once and answers it later, but no test event."""
    receiver.delay("/slow", 0.3)
    began = time.monotonic()
    assert filed(receiver, "/box") == filed(receiver, "/slow", X_Hook_Test="true") == 200
    assert time.monotonic() - began < 0.3

    assert deliver(connection, "/slow") == 200
    (kept,) = receiver.events("/slow")
    assert time.monotonic() - kept.at >= 0.3


def test_a_sender_that_waits_is_let_go(receiver, connection):
    """A run that is over holds back no answer, and so no server that wants to end."""
    receiver.delay("/box", 60)
    threading.Timer(0.1, receiver.let_go).start()

    assert [deliver(connection) for _ in range(2)] == [200, 200]  # within the connection's 5 s


# ---- waiting


def test_waiting_ends_when_enough_has_come(receiver):
    """The wait is over with the last of the events that it is for."""
    began = time.monotonic()
    later = [threading.Timer(pause, filed, (receiver, "/box")) for pause in (0.05, 0.15)]
    for each in later:
        each.start()
    heard = receiver.wait("/box", 2, began + 10)

    assert len(heard) == 2
    assert 0.1 < time.monotonic() - began < 5


def test_what_is_there_is_not_waited_for(receiver):
    """Events that have come already are returned at once, also when the time is over."""
    for _ in range(3):
        filed(receiver, "/box")
    began = time.monotonic()

    assert len(receiver.wait("/box", 2, began + 10)) == 3
    assert len(receiver.wait("/box", 3, began - 10)) == 3
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("come", ["nothing", "a test event", "too few", "another mailbox"])
def test_waiting_ends_at_the_deadline(receiver, come):
    """The wait for what does not come ends with the time, and returns what has come."""
    match come:
        case "a test event":
            filed(receiver, "/box", X_Hook_Test="true")
        case "too few":
            filed(receiver, "/box")
        case "another mailbox":
            filed(receiver, "/another")
    began = time.monotonic()
    heard = receiver.wait("/box", 2, began + 0.2)

    assert len(heard) == (come == "too few")
    assert 0.2 <= time.monotonic() - began < 3


def test_deliveries_come_at_once(receiver):
    """Many senders at a time are all kept, each with an answer of the plan."""
    receiver.answer("/box", [500] * 20 + [200])

    def send(number: int) -> int:
        with connected(receiver) as connection:
            return deliver(connection, body=b"%d" % number)

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(send, range(40)))

    kept = receiver.events("/box")
    assert sorted(int(each.body) for each in kept) == list(range(40))
    assert sorted(statuses) == [200] * 20 + [500] * 20
    assert [each.status for each in kept] == [500] * 20 + [200] * 20


def test_nobody_listens_afterwards():
    """When the block ends the port is closed."""
    with Receiver().listening() as receiver, connected(receiver) as connection:
        assert deliver(connection) == 200

    with connected(receiver) as connection, pytest.raises(ConnectionRefusedError):
        deliver(connection)


def test_a_sender_that_asks_first_is_told_to_go_on(receiver):
    """`Expect: 100-continue` is answered before the body is sent."""
    host, port = urlsplit(receiver.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        head = "POST /ask HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(b"{}")
        assert b" 200 " in connection.recv(1000)


def test_test_events_have_an_answer_of_their_own(receiver, connection):
    """A mailbox that takes events may refuse the test event, which is kept apart from them."""
    receiver.answer_pings("/box", 500)

    assert deliver(connection, headers={"X-Hook-Test": "true"}) == 500
    assert deliver(connection) == 200
    assert [len(found("/box")) for found in (receiver.pings, receiver.events)] == [1, 1]
