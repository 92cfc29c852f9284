"""Servers that answer what a test says, byte for byte, and proxies in processes of their own."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Thread
from typing import Any

BASIC = {"Authorization": "Basic dGplMDpUamUw"}
JSON = {**BASIC, "Content-Type": "application/json"}


@dataclass
class Got:
    """A request as it came in."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for each, value in self.headers if each.lower() == name]


@dataclass
class Raw:
    """A server whose answers are bytes; `speak` may do anything else with the connection."""

    port: int = 0
    answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    # Says whether the connection goes on.
    speak: Callable[[socket.socket], bool] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def says(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        """Lets it answer with this from now on."""
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
        self.answer = "\r\n".join(lines).encode("latin-1") + body

    def converse(self, connection: socket.socket) -> None:
        """One connection to its end."""
        self.connections += 1
        with suppress(OSError), connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                headers = [*_headers(stream)]
                size = int(next((value for name, value in headers if name.lower() == "content-length"), 0))
                self.got.append(Got(line.decode("latin-1").strip(), headers, stream.read(size)))
                if self.speak is None:
                    connection.sendall(self.answer)
                elif not self.speak(connection):
                    return


def _headers(stream: Any) -> Iterator[tuple[str, str]]:
    while line := stream.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        yield name, value.strip()


@contextmanager
def raw() -> Iterator[Raw]:
    """Such a server, for as long as the block runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        server = Raw(listener.getsockname()[1])

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    Thread(target=server.converse, args=(connection,), daemon=True).start()

        Thread(target=accept, daemon=True).start()
        yield server


@dataclass
class Answer:
    """What a client of the proxy got."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for each, value in self.headers if each.lower() == name]

    @property
    def json(self) -> Any:
        """The value of the body."""
        return json.loads(self.body)


@dataclass
class Proxy:
    """A mock in a process of its own, with `--upstream` or without."""

    process: subprocess.Popen[str]
    port: int
    out: str = ""
    err: str = ""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None, headers: Any = None) -> Answer:
        """One request, with a connection of its own."""
        sent = json.dumps(body).encode() if isinstance(body, dict | list) else body
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, sent, JSON if headers is None else headers)
            with closing(connection.getresponse()) as answer:
                return Answer(answer.status, answer.getheaders(), answer.read())

    def violations(self, tenant: str = "", query: str = "") -> list[dict[str, Any]]:
        """What was found of a tenant."""
        return list(self.ask("GET", f"{tenant}/_mock/violations{query}", headers={}).json)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends it; what it has said meanwhile is in `out` and `err`."""
        self.process.send_signal(number)
        self.out, self.err = self.process.communicate(timeout=60)
        return self.process.returncode


@contextmanager
def proxying(upstream: str | None, *options: str) -> Iterator[Proxy]:
    """A proxy before a server, or with None a mock."""
    named = [] if upstream is None else ["--upstream", upstream]
    command = [sys.executable, "-m", "mock_server", "--port", "0", *named, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            yield Proxy(process, int(re.search(r":([0-9]+)/", line)[1]))
        finally:
            process.kill()


def sent(port: int, content: bytes) -> bytes:
    """Bytes to a port, and the bytes that come back until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(content)
        with connection.makefile("rb") as stream:
            return stream.read()
