"""What passes stays as it is, both ways."""

from __future__ import annotations

import gzip
import socket

import pytest

from mock_server.upstream.sending import LIMIT
from tests.upstream.servers import proxying, raw, sent

CLOSE = b"Connection: close\r\n\r\n"


def test_a_request_arrives_as_it_was_sent(server, proxy):
    """Method, target, headers and body; hop-by-hop headers stay behind, Host and Via are the proxy's."""
    head = (
        b"PURGE /Cust%2f1/a%20b/%7e//x/../caf%C3%A9;p?x=%2F+&&y=%e9 HTTP/1.1\r\nHost: elsewhere:1\r\n"
        b"X-Twice: 1\r\nX-Twice: 2\r\nx_under: u\r\nX-Empty:\r\nX-Latin: caf\xe9\r\n"
        b"Cookie: a=1\r\nCookie: b=2\r\n"
        b"Accept-Encoding: br\r\nUser-Agent: somebody\r\nVia: 1.0 other\r\nTE: trailers\r\nKeep-Alive: 5\r\n"
        b"X-Hop: 1\r\nX-Forwarded-For: 10.0.0.1\r\nContent-Length: 4\r\n"
        b"Connection: close, X-Hop\r\n\r\n\x00\xff{}"
    )
    sent(proxy.port, head)

    (got,) = server.got
    assert got.line == "PURGE /Cust%2f1/a%20b/%7e//x/../caf%C3%A9;p?x=%2F+&&y=%e9 HTTP/1.1"
    assert got.body == b"\x00\xff{}"
    assert got.values("host") == [f"127.0.0.1:{server.port}"]
    (via,) = got.values("via")
    assert via.startswith("1.0 other, 1.1 webhook-mock")
    kept = [pair for pair in got.headers if pair[0].lower() not in ("host", "via")]
    assert [(name.lower(), value) for name, value in kept] == [
        ("x-twice", "1"),
        ("x-twice", "2"),
        ("x_under", "u"),
        ("x-empty", ""),
        ("x-latin", "caf\xe9"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("accept-encoding", "br"),
        ("user-agent", "somebody"),
        ("x-forwarded-for", "10.0.0.1"),
        ("content-length", "4"),
    ]


def test_nothing_is_added_to_a_request(server, proxy):
    """Neither a User-Agent, nor an Accept-Encoding, nor a length."""
    sent(proxy.port, b"GET /api/v1/Webhook HTTP/1.1\r\nHost: a\r\n" + CLOSE)

    assert [name.lower() for name, _ in server.got[0].headers] == ["host", "via"]


def test_chunks_arrive_as_one_body(server, proxy):
    """Framing is of the connection; the next server is told a length."""
    chunks = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
    sent(proxy.port, b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + CLOSE + chunks)

    assert server.got[0].body == b"abcdefg"
    assert server.got[0].values("content-length") == ["7"]
    assert server.got[0].values("transfer-encoding") == []


def test_an_answer_comes_as_it_was_sent(server, proxy):
    """Status, headers in their order and number, coded bodies; hop-by-hop headers stay behind."""
    body = gzip.compress(b'{"WebhookId": 1}', mtime=0)
    server.says(
        body,
        "Set-Cookie: a=1",
        "Set-Cookie: b=2",
        "Content-Encoding: gzip",
        "X-Latin: caf\xe9",
        "Server: their own",
        "Date: Mon, 01 Jan 2024 00:00:00 GMT",
        "Keep-Alive: timeout=5",
        "X-Hop: 1",
        "Connection: X-Hop",
        status="299 Fine",
    )
    answer = proxy.ask("GET", "/anything")

    assert (answer.status, answer.body) == (299, body)
    assert [(name.lower(), value) for name, value in answer.headers] == [
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("content-encoding", "gzip"),
        ("x-latin", "caf\xe9"),
        ("server", "their own"),
        ("date", "Mon, 01 Jan 2024 00:00:00 GMT"),
        ("content-length", str(len(body))),
    ]


@pytest.mark.parametrize(
    ("method", "answer", "expected"),
    [
        ("GET", b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n", (204, [])),
        ("GET", b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', (304, [])),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", (200, ["1234"])),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", (200, ["0"])),
        ("PUT", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", (200, ["0"])),
    ],
)
def test_answers_without_a_body(server, proxy, method, answer, expected):
    """Nobody waits for one, and the connection to the server is good for the next request."""
    server.answer = answer
    before = server.connections
    answers = [proxy.ask(method, "/x") for _ in range(3)]

    assert [each.body for each in answers] == [b""] * 3
    assert [(each.status, each.values("content-length")) for each in answers] == [expected] * 3
    assert server.connections - before <= 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ],
)
def test_framing_of_answers(server, proxy, answer):
    """Chunks and lengths carry the same body."""
    server.answer = answer
    assert proxy.ask("GET", "/x").body == b"hello"


def test_an_answer_that_ends_with_its_connection(server, proxy):
    """As HTTP/1.0 has it."""

    def speak(connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.0 200 OK\r\nX-A: 1\r\n\r\nhello")
        return False

    server.speak = speak
    answer = proxy.ask("GET", "/x")
    assert (answer.status, answer.body, answer.values("x-a")) == (200, b"hello", ["1"])


def test_large_bodies(server, proxy):
    """Of several megabytes, both ways."""
    body = bytes(range(256)) * 20_000
    server.says(body)
    assert proxy.ask("POST", "/x", body).body == body
    assert server.got[0].body == body


def test_bodies_beyond_the_limit(server, proxy):
    """Are refused in either direction, by the proxy and not by the server."""
    too_large = bytes(LIMIT + 1)
    asked = proxy.ask("POST", "/x", too_large)
    assert (asked.status, server.got) == (413, [])

    server.says(too_large)
    answered = proxy.ask("GET", "/x")
    assert answered.status == 502
    assert answered.values("proxy-status") == ["webhook-mock; error=http_response_body_size"]


def test_connections_are_kept_and_found_closed(server, proxy):
    """A server may close a connection that nobody uses; the next request does not suffer from it."""
    server.says(b"one")
    proxy.ask("POST", "/x", b"{}")

    def speak(connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo")
        return False

    server.speak = speak
    assert [proxy.ask("POST", "/x", b"{}").body for _ in range(4)] == [b"two"] * 4


def test_a_path_of_the_address_stands_before_all_others():
    """And whoever copies the address of the API means its server."""
    with raw() as server, proxying(f"{server.url}/site/Cust1/api/v1/") as proxy:
        proxy.ask("GET", "/api/v1/Webhook?a")
        proxy.ask("GET", "/Other/api/v1/Webhook")
        lines = [each.line for each in server.got]

    assert lines == [
        "GET /site/Cust1/api/v1/Webhook?a HTTP/1.1",
        "GET /site/Cust1/Other/api/v1/Webhook HTTP/1.1",
    ]


def test_own_paths_stay_with_the_mock(server, proxy):
    """The control API, health and metrics; rules work before a real server, too."""
    for path in ("/_mock/requests", "/Cust1/_mock/violations", "/healthz", "/metrics"):
        assert proxy.ask("GET", path, headers={}).status == 200
    assert server.got == []

    rules = {"rules": [{"method": "GET", "status": 503, "times": 1}]}
    assert proxy.ask("PUT", "/_mock/delays", rules).status == 200
    assert [proxy.ask("GET", "/api/v1/Webhook").status for _ in range(2)] == [503, 204]
    assert len(server.got) == 1
    found = proxy.ask("GET", "/_mock/requests", headers={}).json
    assert [each["status"] for each in found] == [503, 204]


def test_secrets_are_hidden_also_where_a_rule_answers(server, proxy):
    """Whoever tries a client before a real server sends it real secrets."""
    assert proxy.ask("PUT", "/_mock/delays", {"rules": [{"method": "POST", "status": 503}]}).status == 200
    assert proxy.ask("POST", "/api/v1/Webhook", {"Name": "deals", "Secret": "s3cr3t"}).status == 503
    (found,) = proxy.ask("GET", "/_mock/requests", headers={}).json

    assert server.got == []
    assert "deals" in str(found)
    assert "s3cr3t" not in str(found)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/snapshot"),
        ("PUT", "/faults"),
        ("DELETE", "/faults"),
        ("PUT", "/clock"),
        ("PUT", "/faults/x"),
    ],
)
def test_what_a_proxy_cannot_change_is_refused(proxy, server, method, path):
    """The server behind it has its own webhooks, faults and clock."""
    answer = proxy.ask(method, f"/_mock{path}", {})
    assert answer.status == 403
    assert server.url in answer.json["Message"]
