"""Fixtures of the mock's own tests: a client of a fresh mock, served mocks, and a receiver of deliveries."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import pytest

from mock_server import Settings, create_app
from mock_server.web.app import service_of

BASIC = {"Authorization": "Basic dGplMDpUamUw"}
TARGET = "http://localhost:9/"


class Client:
    """Sends requests with credentials to one mock in this process."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._client = app.test_client(use_cookies=False)

    def __call__(self, method: str, path: str, json: Any = None, headers: Any = None, **more: Any) -> Any:
        if json is not None:
            more["json"] = json
        own = path.startswith("//") or "/api" in path.lower() or "/_mock/" in path.lower()
        path = path if own else f"/api/v1{path}"
        return self._client.open(path, method=method, headers={**BASIC, **(headers or {})}, **more)

    def new(self, **members: Any) -> Any:
        """A new webhook."""
        answer = self("POST", "/Webhook", {"Name": "A hook", "TargetUrl": TARGET, **members})
        assert answer.status_code == 200, answer.text
        return answer.json

    def patch(self, webhook_id: int, changes: Any, **more: Any) -> Any:
        """The answer to a PATCH."""
        return self("PATCH", f"/Webhook/{webhook_id}", changes, **more)

    def read(self, webhook_id: int) -> Any:
        """A webhook as it is stored."""
        return self("GET", f"/Webhook/{webhook_id}").json


@pytest.fixture(name="make")
def _make() -> Iterator[Callable[..., Client]]:
    made = []

    def make(*, faults: Any = (), clock: Any = None, **settings: Any) -> Client:
        more = {"clock": clock} if clock else {}
        made.append(create_app(Settings(**settings), faults=faults, **more))
        return Client(made[-1])

    yield make
    for app in made:
        service_of(app).close()


@pytest.fixture(name="api")
def _api(make: Callable[..., Client]) -> Client:
    return make()


def databases() -> list[Any]:
    """The kinds of databases that a test can run on."""
    url = os.environ.get("WEBHOOK_MOCK_TEST_DATABASE")
    absent = pytest.mark.skipif(not url, reason="WEBHOOK_MOCK_TEST_DATABASE names no PostgreSQL database")
    return [
        pytest.param("memory", id="memory"),
        pytest.param("file", id="file"),
        pytest.param("server", id="server", marks=absent),
    ]


@pytest.fixture(params=databases())
def database(request: Any, tmp_path: Any) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "memory":
        return "sqlite://"
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'hooks.db'}"
    url = os.environ["WEBHOOK_MOCK_TEST_DATABASE"]
    _empty(url)
    return url


def _empty(url: str) -> None:
    from sqlalchemy import create_engine, make_url

    from mock_server.tables import metadata

    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    metadata.drop_all(engine)
    engine.dispose()


@dataclass
class Delivery:
    """A request that the receiver got."""

    path: str
    headers: Any
    body: bytes


@dataclass
class Receiver:
    """A target on this machine; `answers` decides what it says, by the number of requests so far."""

    url: str = ""
    got: list[Delivery] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)
    answers: Callable[[int], Any] = lambda _: 200

    def wait(self, count: int = 1, seconds: float = 5.0) -> list[Delivery]:
        """The deliveries, once there are so many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.got) >= count, seconds), (
                f"only {len(self.got)} came"
            )
        return self.got


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(name="receiving")
def _receiving() -> Any:
    return receiving


@pytest.fixture(name="served")
def _served() -> Any:
    return served


class Crowded(ThreadingHTTPServer):
    """Lets more than five connections wait."""

    request_queue_size = 128


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver that listens for as long as the block runs, with TLS if there is a certificate."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with receiver.changed:
                receiver.got.append(Delivery(self.path, self.headers, body))
                number = len(receiver.got)
                receiver.changed.notify_all()
            answer = receiver.answers(number)
            status, headers, content = answer if isinstance(answer, tuple) else (answer, {}, b"thank you")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            with suppress(OSError):
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = Crowded(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    receiver.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def served(*options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A mock in a process of its own, and its port."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            yield process, int(re.search(r":([0-9]+)/", line)[1])
        finally:
            process.kill()
