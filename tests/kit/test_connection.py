"""Connections to a server: what they send in one piece, how they read an answer, and what ends them."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from contextlib import suppress

import pytest

from contract_tests.kit import connection as connection_of_ours
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import NoAnswer

from .servers import accepting, answering, fine, read_request

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


# ---- where to, and what


@pytest.mark.parametrize(
    ("base", "host", "port"),
    [
        ("http://[::1]", "::1", 80),
        ("https://[fe80::abcd]/Cust1", "fe80::abcd", 443),
        ("http://[::1]:8080", "::1", 8080),
        ("http://EXAMPLE.com", "example.com", 80),
        ("https://tje0:Tje0@example.com:444", "example.com", 444),
    ],
)
def test_connections_go_where_the_base_says(base, host, port):
    """An address of IPv6 has colons of its own, and the scheme says which port is meant."""
    connection = Target(base)._connections._new(timeout=1)

    assert (connection.host, connection.port) == (host, port)


def test_a_path_has_what_paths_may_have():
    """Blanks and letters of other scripts are percent-encoded, and a fragment stays at home."""
    with answering(fine) as server:
        Target(server.url).send("GET", "/Webhook/a b\x7fø#c")

    assert server.heard[0][1] == "/api/v1/Webhook/a%20b%7F%C3%B8"


def test_a_request_is_one_piece():
    """Whoever reads once has all of it."""
    pieces = []

    def meet(connection: socket.socket, number: int) -> None:
        pieces.append(connection.recv(65_536))
        connection.sendall(OK)

    with accepting(meet) as url:
        Target(url).send("POST", "/Webhook", body=b"x" * 5_000)

    assert pieces[0].endswith(b"\r\n\r\n" + b"x" * 5_000)


# ---- how an answer is read


@pytest.mark.parametrize(
    ("coding", "coded", "body"),
    [
        ("gzip", gzip.compress(b"{}", mtime=0), b"{}"),
        ("GZIP", gzip.compress(b"{}", mtime=0) + gzip.compress(b" ", mtime=0), b"{} "),
        ("deflate", zlib.compress(b"{}"), b"{}"),
        ("deflate", zlib.compress(b"{}", wbits=-15), b"{}"),
        ("gzip", b"", b""),
        ("identity", b"{}", b"{}"),
        ("x-own", b"{}", b"{}"),
    ],
)
def test_a_body_is_decoded(coding, coded, body):
    """Also what nobody has asked for is read as HTTP says (RFC 9110, section 8.4)."""
    with answering(lambda _heard: (200, {"Content-Encoding": coding}, coded)) as server:
        assert Target(server.url).send("GET", "/Webhook").body == body


def test_a_body_of_another_coding_is_no_answer():
    """The header promises what the body is not."""
    with (
        answering(lambda _heard: (200, {"Content-Encoding": "gzip"}, b"{}")) as server,
        pytest.raises(NoAnswer, match="not in the Content-Encoding that its header names"),
    ):
        Target(server.url).send("GET", "/Webhook")


def test_a_small_body_may_be_endless(monkeypatch):
    """A few bytes of a coded body can stand for very many."""
    monkeypatch.setattr(connection_of_ours, "LARGEST", 100_000)
    bomb = gzip.compress(bytes(200_000))
    with (
        answering(lambda _heard: (200, {"Content-Encoding": "gzip"}, bomb)) as server,
        pytest.raises(NoAnswer, match="goes on"),
    ):
        Target(server.url).send("GET", "/Webhook")


@pytest.mark.parametrize(
    "header",
    ["Content-Length: 2, 2", "Content-Length: 2\r\nContent-Length: 2", "Transfer-Encoding: Chunked"],
)
def test_a_body_ends_where_its_header_says(header):
    """A length may be told twice (RFC 9110, section 8.6); the connection stays open meanwhile."""

    def meet(connection: socket.socket, number: int) -> None:
        read_request(connection)
        body = b"2\r\n{}\r\n0\r\n\r\n" if "Chunked" in header else b"{}"
        connection.sendall(f"HTTP/1.1 200 OK\r\n{header}\r\n\r\n".encode() + body)
        connection.recv(1)

    with accepting(meet) as url:
        target = Target(url, timeout=2)
        assert target.send("GET", "/Webhook").body == b"{}"
        target._connections.close()


def test_a_header_may_be_folded():
    """Lines that belong together are one value (RFC 9112, section 5.2)."""

    def meet(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-One: a\r\n b\r\n\tc\r\nContent-Length: 0\r\n\r\n")

    with accepting(meet) as url:
        assert Target(url).send("GET", "/Webhook").headers["X-One"] == "a b c"


# ---- connections that end


def test_an_idle_connection_may_end():
    """After the server has closed an idle connection the next request opens another."""

    def meet(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(OK)

    with accepting(meet) as url:
        target = Target(url)
        statuses = [target.send("GET", "/Webhook").status]
        time.sleep(0.05)
        statuses += [target.send("GET", "/Webhook").status for _ in range(2)]

    assert statuses == [200, 200, 200]
    assert target.requests == 3
    assert len(target.recent) == 3


def test_a_connection_may_end_under_a_request():
    """When the server closes a used connection just as a request comes, the request is sent again."""
    numbers = []

    def meet(connection: socket.socket, number: int) -> None:
        numbers.append(number)
        read_request(connection)
        connection.sendall(OK)
        if number == 1:
            read_request(connection)  # the second request, which gets no answer here

    with accepting(meet) as url:
        target = Target(url)
        statuses = [target.send("GET", "/Webhook").status for _ in range(2)]

    assert statuses == [200, 200]
    assert numbers == [1, 2]
    assert (target.requests, len(target.recent)) == (2, 2)


def test_a_handshake_may_break_off():
    """It is a connection that ends, not one that nobody takes: it is tried again, and somebody is there."""
    numbers = []

    def meet(connection: socket.socket, number: int) -> None:
        numbers.append(number)
        connection.recv(1)

    with accepting(meet) as url:
        target = Target(url.replace("http:", "https:"))
        target.has_answered = True
        with pytest.raises(NoAnswer, match=r"reset by peer|TLS fails|EOF") as raised:
            target.send("GET", "/Webhook")

    assert not raised.value.is_gone
    assert numbers == [1, 2]


def test_a_server_that_always_hangs_up_gives_no_answer():
    """A server that closes every connection without a word gives no answer, and is not asked for ever."""
    numbers = []

    def meet(connection: socket.socket, number: int) -> None:
        numbers.append(number)
        read_request(connection)

    with accepting(meet) as url, pytest.raises(NoAnswer) as raised:
        Target(url).send("GET", "/Webhook")

    assert raised.value.expected == "an answer"
    assert raised.value.came.startswith("none (")
    assert numbers == [1, 2]


def test_an_answer_that_drips_is_no_answer():
    """A byte now and then is in time for each read, but the whole of it would take for ever."""

    def meet(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b" ")
            time.sleep(0.05)

    with accepting(meet) as url, pytest.raises(NoAnswer, match="its body goes on after"):
        Target(url, timeout=0.4).send("GET", "/Webhook")


def test_who_sends_without_end_is_hung_up_on():
    """At once, though the failure is kept: a server may have time for one connection alone."""
    ended = threading.Event()

    def meet(connection: socket.socket, number: int) -> None:
        read_request(connection)
        with suppress(OSError):
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
            while True:
                connection.sendall(b" ")
                time.sleep(0.01)
        ended.set()

    with accepting(meet) as url:
        with pytest.raises(NoAnswer, match="goes on") as raised:
            Target(url, timeout=0.3).send("GET", "/Webhook")
        assert ended.wait(5)
    assert raised.value.seen.status == 0


def test_an_answer_without_end_is_no_answer(monkeypatch):
    """Nobody lists so many webhooks."""
    monkeypatch.setattr(connection_of_ours, "LARGEST", 100_000)
    with (
        answering(lambda _heard: (200, {}, b" " * 200_000)) as server,
        pytest.raises(NoAnswer, match="goes on"),
    ):
        Target(server.url).send("GET", "/Webhook")


def test_a_dead_port_gives_no_answer():
    """Where nobody listens there is no answer; the request counts, and is remembered."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    target = Target(f"http://127.0.0.1:{port}")

    with pytest.raises(NoAnswer, match="refused") as raised:
        target.send("POST", "/Webhook", json={})
    assert target.requests == 1
    assert target.recent == [raised.value.seen]
    assert not raised.value.is_gone  # nobody has ever been there

    target.has_answered = True
    with pytest.raises(NoAnswer) as raised:
        target.send("POST", "/Webhook", json={})
    assert raised.value.is_gone
    assert str(raised.value.seen) == "POST /Webhook → 0"


def test_a_silent_server_gives_no_answer():
    """A server that says nothing is waited for once, until the time is over."""

    def meet(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.recv(1)

    began = time.monotonic()
    with accepting(meet) as url:
        target = Target(url, timeout=0.2)
        with pytest.raises(NoAnswer):
            target.send("GET", "/Webhook")
        took = time.monotonic() - began
        target._connections.close()

    assert 0.2 <= took < 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "the connection was closed before an answer"),
        (b"no HTTP at all\r\n\r\n", "what came is no HTTP: 'no HTTP at all'"),
        (b"HTTP/2.0 200 OK\r\n\r\n", "what came is of another version: HTTP/2.0"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "Content-Length contained"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", "the connection was closed in the middle"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", "the connection was closed in the"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n{}", "the connection was closed in the"),
    ],
)
def test_half_an_answer_is_none(answer, reason):
    """An answer that is no HTTP, or ends before its end, is no answer."""

    def meet(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(answer)

    with accepting(meet) as url, pytest.raises(NoAnswer) as raised:
        Target(url).send("GET", "/Webhook")

    assert raised.value.reason.startswith(reason)


@pytest.mark.parametrize("name", ["\N{SNOWMAN}", "X:One", "X-One: 2\r\nX-Two"])
def test_what_cannot_be_sent_is_said(name):
    """A header that HTTP has no place for goes nowhere, and costs nobody more than its check."""
    with answering(fine) as server:
        target = Target(server.url)
        with pytest.raises(NoAnswer):
            target.send("GET", "/Webhook", headers={name: "1"})
        assert target.send("GET", "/Webhook").status == 200

    assert len(server.heard) == 1


@pytest.mark.parametrize("end", ["Connection: close\r\nContent-Length: 2", "Connection: close"])
def test_a_server_may_close_after_each_answer(end):
    """Then each request has a connection of its own, and none is lost."""
    numbers = []

    def meet(connection: socket.socket, number: int) -> None:
        numbers.append(number)
        read_request(connection)
        connection.sendall(f"HTTP/1.1 200 OK\r\n{end}\r\n\r\n{{}}".encode())

    with accepting(meet) as url:
        target = Target(url)
        assert [target.send("GET", "/Webhook").body for _ in range(3)] == [b"{}"] * 3

    assert numbers == [1, 2, 3]


def test_an_answer_may_come_before_the_body_is_read():
    """Who is sent too much may say so, and hang up."""

    def meet(connection: socket.socket, number: int) -> None:
        connection.recv(1)
        connection.sendall(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        time.sleep(0.2)

    with accepting(meet) as url:
        assert Target(url).send("POST", "/Webhook", body=bytes(20_000_000)).status == 413
