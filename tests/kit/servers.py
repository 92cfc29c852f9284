"""The smallest servers that these tests need: one that answers as it is told, one that misbehaves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from urllib3 import HTTPHeaderDict

from contract_tests.kit.exchange import Delivery, Exchange, Request

Heard = tuple[str, str, dict[str, str], bytes]  # method, path, headers in lower case, body
Answer = tuple[int, dict[str, str], bytes]


def exchange(
    method: str = "POST",
    path: str = "/Webhook",
    *,
    base: str = "http://127.0.0.1:9/api/v1",
    sent: bytes | None = None,
    sent_headers: dict[str, str] | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> Exchange:
    """An exchange that never happened."""
    request = Request(method, path, base + path, sent_headers or {}, sent)
    return Exchange(request, status, HTTPHeaderDict(headers or {}), body)


def delivery(body: bytes = b"{}", **headers: str) -> Delivery:
    """A delivery that never happened; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery("POST", "/box", HTTPHeaderDict(named), body, 200, 0.0)


def fine(_heard: Heard) -> Answer:
    """A server's way to answer: always the same."""
    return 200, {}, b"{}"


@dataclass(slots=True)
class Answering:
    """A server's address, and what it has heard."""

    url: str
    heard: list[Heard] = field(default_factory=list)


@contextmanager
def answering(answer: Callable[[Heard], Answer]) -> Iterator[Answering]:
    """Serve on loopback; what is answered depends on what is asked."""
    seen = Answering("")

    class Conversation(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def converse(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            seen.heard.append((self.command, self.path, headers, body))
            status, told, content = answer(seen.heard[-1])
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **told}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = converse  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
    server.daemon_threads, server.block_on_close = True, False
    seen.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def accepting(meet: Callable[[socket.socket, int], None]) -> Iterator[str]:
    """Hand every connection, with its number from 1 on, to a function, and close it afterwards."""
    listener = socket.create_server(("127.0.0.1", 0))
    met: list[threading.Thread] = []

    def meeting(connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5)
            meet(connection, number)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                met.append(threading.Thread(target=meeting, args=(connection, len(met) + 1), daemon=True))
                met[-1].start()

    accepter = threading.Thread(target=accept, daemon=True)
    accepter.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepter.join()
        for each in met:
            each.join()


def read_request(connection: socket.socket) -> bytes:
    """One request without a body, up to its empty line; nothing when the client has hung up."""
    received = b""
    while not received.endswith(b"\r\n\r\n") and (part := connection.recv(4_096)):
        received += part
    return received
