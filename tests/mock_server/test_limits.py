"""Large and hostile requests: refused in words where there are words, and nobody else has to wait."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack, closing, suppress

import pytest

HEAD = "POST /api/v1/Webhook HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dGplMDpUamUw\r\n"
MEGABYTE = b"x" * 2**20
PATIENCE = 30


@pytest.fixture(name="port", scope="module")
def _port():
    from tests.mock_server.conftest import served

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


@pytest.mark.parametrize(
    ("count", "part"),
    [(25, f"{HEAD}Content-Length: 1000\r\n\r\n{{"), (200, "GET / HTTP/1.1\r\nHo")],
    ids=["bodies", "heads"],
)
def test_clients_that_never_finish_delay_nobody(port, count, part):
    """Others are answered while many send a part of a request and then nothing."""
    with ExitStack() as stack:
        for _ in range(count):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            connection.sendall(part.encode())
        assert alive(port)


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
