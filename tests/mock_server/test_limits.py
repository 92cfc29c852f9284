"""Large and hostile requests: refused in words where there are words, and nobody else has to wait."""

from __future__ import annotations

import gzip
import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.mock_server.conftest import served

HEAD = "POST /api/v1/Webhook HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dGplMDpUamUw\r\n"
MEGABYTE = b"x" * 2**20
PATIENCE = 30


@pytest.fixture(name="port", scope="module")
def _port():
    with served() as (_, port):
        yield port


def status(port, head, *parts):
    """The status of a request as it is written here; parts after the first may come too late."""
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE)) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            for part in (head.encode("latin-1"), *parts):
                connection.sendall(part)
        return int(connection.recv(4096).split()[1])


def alive(port):
    """True when the next request is answered."""
    return status(port, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n") == 200


LARGE = {
    "50 MB": (413, f"{HEAD}Content-Length: {50 * 2**20}\r\n\r\n", [MEGABYTE] * 50),
    "50 MB in chunks": (
        413,
        f"{HEAD}Transfer-Encoding: chunked\r\n\r\n",
        [b"100000\r\n" + MEGABYTE + b"\r\n"] * 50,
    ),
    "100,000 arrays": (400, f"{HEAD}Content-Length: 200000\r\n\r\n", [b"[" * 100_000 + b"]" * 100_000]),
    "1 MB in a header": (431, f"{HEAD}X-Large: ", [MEGABYTE, b"\r\n\r\n"]),
    "10,000 headers": (431, HEAD + "".join(f"X-{n}: 1\r\n" for n in range(10_000)) + "\r\n", []),
    "300 KB in a URL": (414, f"GET /{'x' * 300_000} HTTP/1.1\r\nHost: h\r\n\r\n", []),
    "two lengths": (400, f"{HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n", [b"{}x"]),
    "a negative length": (400, f"{HEAD}Content-Length: -5\r\n\r\n", [b"{}"]),
    "a length of 30 digits": (400, f"{HEAD}Content-Length: {'9' * 30}\r\n\r\n", [b"{}"]),
    "a broken chunk": (400, f"{HEAD}Transfer-Encoding: chunked\r\n\r\n", [b"zz\r\n\r\n"]),
    "an unknown coding": (400, f"{HEAD}Transfer-Encoding: gzip\r\n\r\n", [b"0\r\n\r\n"]),
    "NUL in a path": (400, "GET /api\0 HTTP/1.1\r\nHost: h\r\n\r\n", []),
    "NUL in a header": (400, f"{HEAD}X: a\0b\r\n\r\n", []),
    "no UTF-8 in a path": (400, "GET /\xff\xfe/api HTTP/1.1\r\nHost: h\r\n\r\n", []),
    "no UTF-8 in escapes": (404, "GET /%ff%fe HTTP/1.1\r\nHost: h\r\n\r\n", []),
}


@pytest.mark.parametrize("kind", LARGE)
def test_what_no_client_sends(port, kind):
    """Each is refused with the status that says why, and the next request is answered."""
    expected, head, parts = LARGE[kind]

    assert status(port, head, *parts) == expected
    assert alive(port)


PARTS = {
    "bodies": f"{HEAD}Content-Length: 1000\r\n\r\n{{",
    "chunks": f"{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{{",
    "heads": "GET / HTTP/1.1\r\nHo",
}


@contextmanager
def unfinished(port, part, count):
    """So many connections that send a part of a request and then nothing."""
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE)) for _ in range(count)
        ]
        for connection in connections:
            connection.sendall(part.encode())
        yield connections


@pytest.mark.parametrize("kind", PARTS)
def test_clients_that_never_finish_delay_nobody(port, kind):
    """Others are answered while many send a part of a request and then nothing."""
    with unfinished(port, PARTS[kind], 200):
        assert alive(port)


def said(connection):
    """Everything that a connection answers until it ends."""
    return b"".join(iter(lambda: connection.recv(4096), b""))


def threads(process):
    """How many threads a process has."""
    told = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"^Threads:\s+(\d+)", told, re.MULTILINE)[1])


def test_bodies_have_a_deadline():
    """Whoever sends too slowly gets a 408, its connection ends, and nothing of it stays."""
    with served("--body-timeout", "1") as (process, port):
        before = threads(process)
        with unfinished(port, PARTS["bodies"], 50) as bodies, unfinished(port, PARTS["chunks"], 5) as chunks:
            # One of them sends on, a byte at a time: it has to be done in time as well.
            for _ in range(12):
                with suppress(OSError):
                    bodies[0].sendall(b" ")
                time.sleep(0.2)
            for connection in (*bodies, *chunks):
                with suppress(ConnectionResetError):
                    assert said(connection).startswith(b"HTTP/1.1 408 ")
        # A thread without work ends after 30 s; new work finds those that are free again.
        with unfinished(port, PARTS["bodies"], 50):
            assert alive(port)
            assert threads(process) < before + 70


def test_half_a_body_is_not_carried_out(port):
    """A body that ends before its declared length is refused, also when it reads well as it is."""
    tenant = "/half/api/v1/Webhook"
    head = HEAD.replace("/api/v1/Webhook", tenant) + "Content-Length: 1000\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE)) as connection:
        connection.sendall(head.encode() + b'{"TargetUrl": "http://localhost:9/"}')
        connection.shutdown(socket.SHUT_WR)
        assert said(connection).startswith(b"HTTP/1.1 400 ")
    listed = HEAD.replace("POST /api/v1/Webhook", f"GET {tenant}") + "Connection: close\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE)) as connection:
        connection.sendall(listed.encode())
        assert said(connection).endswith(b"\r\n\r\n[]")


def peak(process):
    """The most megabytes that a process ever had."""
    told = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"^VmHWM:\s+(\d+)", told, re.MULTILINE)[1]) / 1024


BOMB = gzip.compress(bytes(500 * 2**20), 6)
CODED = f"{HEAD}Content-Encoding: gzip\r\n"
HOSTILE = {
    "a gzip of 500 MB": (413, f"{CODED}Content-Length: {len(BOMB)}\r\n\r\n", [BOMB]),
    "many gzips in one": (413, f"{CODED}Content-Length: {4 * len(BOMB)}\r\n\r\n", [BOMB] * 4),
    "a megabyte of headers": (431, HEAD + f"X: {'x' * 16_000}\r\n" * 65 + "\r\n", []),
    "a million brackets": (400, f"{HEAD}Content-Length: 1000000\r\n\r\n", [b"[" * 1_000_000]),
}


def test_hostile_requests_side_by_side_take_little_memory():
    """Sixteen of each at once, and what the mock takes stays within reason."""
    with served() as (process, port), ThreadPoolExecutor(16) as pool:
        assert alive(port)
        before = peak(process)
        for expected, head, parts in HOSTILE.values():
            found = [pool.submit(status, port, head, *parts) for _ in range(16)]
            assert {each.result() for each in found} == {expected}
        assert alive(port)
        # Sixteen bodies of 4 MB as they came, and as many decoded, in pieces that are joined.
        assert peak(process) - before < 300


def many(count):
    """A patch of so many operations."""
    return [{"op": "add", "path": f"/Properties/p{number}", "value": number} for number in range(count)]


def test_operations_of_a_patch_have_an_end(api):
    """A thousand are applied; as many as would take minutes are refused at once, and change nothing."""
    api.new()
    assert api.patch(1, many(1000)).status_code == 200
    for changes in (many(20_000), {"Properties": {f"q{number}": 1 for number in range(20_000)}}):
        answer = api.patch(1, changes)
        assert answer.status_code in (200, 413)
    refused = api.patch(1, many(20_000))

    assert refused.status_code == 413
    assert "operations on" in refused.json["Message"]
    assert "p1000" not in api.read(1)["Properties"]


def test_elements_of_xml_have_an_end(api):
    """Each takes far more memory than bytes on the way."""
    body = f"<Webhook><Events>{'<string>a</string>' * 60_000}</Events></Webhook>"
    answer = api("POST", "/Webhook", data=body, content_type="application/xml")

    assert answer.status_code == 400
    assert "50000 elements" in json.loads(answer.data)["Message"]
