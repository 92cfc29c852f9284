"""The smallest client and target that our own tests of the strangers need."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .server import SEED_CREDENTIALS, running

AGENT = "Agents/Webhook/"
VARYING = {"Registered", "Updated", "_Links", "TargetUrl", "EventId", "Timestamp"}


def steady(entity: Any) -> Any:
    """What two servers that behave alike have in common."""
    if isinstance(entity, list):
        return [steady(item) for item in entity]
    if isinstance(entity, dict):
        return {key: value for key, value in entity.items() if key not in VARYING}
    return entity


@dataclass(slots=True)
class Target:
    """Somewhere to deliver to, which remembers what came."""

    url: str
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    pause: float = 0.0

    def received(self, number: int = 1, *, within: float = 3.0, quiet: float = 0.03) -> list[Any]:
        """What came, once enough did and a little longer."""
        end = time.monotonic() + within
        while len(self.got) < number and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(quiet)
        return list(self.got)


@contextmanager
def listening() -> Iterator[Target]:
    target = Target("")

    class Inbox(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            target.got.append((headers | {"": self.path}, body_of(self)))
            time.sleep(target.pause)
            self.send_response(target.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Inbox)
    server.daemon_threads = True
    target.url = f"http://127.0.0.1:{server.server_port}/in"
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        yield target
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def body_of(request: BaseHTTPRequestHandler) -> bytes:
    if request.headers.get("Transfer-Encoding") != "chunked":
        return request.rfile.read(int(request.headers["Content-Length"]))
    body = b""
    while size := int(request.rfile.readline(), 16):
        body += request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()
    return body


class Visitor:
    """Asks a stranger and reads its answers."""

    def __init__(self, url: str, target: Target) -> None:
        address = urlsplit(url)
        self.prefix, self.target, self.media_type = address.path, target, ""
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)

    def ask(self, method: str, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        told = {"Authorization": SEED_CREDENTIALS, "Content-Type": "application/json"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, f"{self.prefix}/api/v1/{path}", body, told)
        answer = self.connection.getresponse()
        text = answer.read()
        self.media_type = answer.headers["Content-Type"] or ""
        is_json = "json" in self.media_type and not text.startswith(b"<")
        return answer.status, json.loads(text) if is_json and text else text.decode()

    def post(self, query: str = "", /, **members: Any) -> tuple[int, Any]:
        given = {"Name": "n", "Events": ["a.b"], "TargetUrl": self.target.url, "Secret": "s"} | members
        return self.ask("POST", "Webhook" + query, given)

    def made(self, **members: Any) -> int:
        status, entity = self.post(**members)
        assert status in {200, 201}, entity
        return int(entity["WebhookId"])

    def patch(self, hook_id: int, document: Any, **headers: str) -> tuple[int, Any]:
        return self.ask("PATCH", f"Webhook/{hook_id}", document, **headers)

    def all(self, **filters: Any) -> Any:
        return self.ask("POST", AGENT + "GetAllWebhooks", filters)[1]

    def signal(self, name: str, key: int = 0, data: Any = None) -> int:
        asked = {"EventName": name, "PrimaryKey": key, "Data": data or {}}
        return self.ask("POST", AGENT + "SignalEvent", asked)[0]


@contextmanager
def visiting(
    target: Target, *quirks: str, defect: str | None = None, offer: str = "all"
) -> Iterator[Visitor]:
    with running(quirks, defect, offer) as url:
        visitor = Visitor(url, target)
        try:
            yield visitor
        finally:
            visitor.connection.close()
