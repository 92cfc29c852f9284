"""The requests that are measured, and a plain client that sends them one after the other."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

# tje0:Tje0, the pair of the documentation's samples.
CREDENTIALS = "Basic dGplMDpUamUw"
HEADERS = {"Authorization": CREDENTIALS, "Accept": "application/json", "Content-Type": "application/json"}
HOOK = {
    "Name": "Sync of contacts",
    "Events": ["contact.created", "contact.changed", "contact.deleted"],
    "TargetUrl": "http://127.0.0.1:9/hook",
    "Secret": "correct horse",
    "State": "Active",
    "Type": "webhook",
    "Headers": {"X-Reason": "sync"},
    "Properties": {"queue": "contacts"},
}
CHANGE = {"Name": "Sync of all contacts", "Events": ["contact.created"]}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; the path comes after the server's base."""

    name: str
    method: str
    path: str
    body: str = ""


GET = Request("GET by id", "GET", "/Webhook/1")
PATCH = Request("PATCH", "PATCH", "/Webhook/1", json.dumps(CHANGE))
POST = Request("POST", "POST", "/Webhook", json.dumps(HOOK))
# Last the one that makes the store grow.
MEASURED = (GET, PATCH, POST)


class WrongAnswer(Exception):  # noqa: N818  # it says what the server did
    """A server does not answer as the measurement needs it."""


class Client:
    """One connection that is kept, as a test's HTTP client keeps it."""

    def __init__(self, port: int, base: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._base = base

    def send(self, request: Request) -> Any:
        """The JSON of an answer that has to be 200."""
        return json.loads(self.text(request))

    def text(self, request: Request) -> str:
        """The text of an answer that has to be 200."""
        self._connection.request(
            request.method, self._base + request.path, request.body.encode() or None, HEADERS
        )
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise WrongAnswer(f"{request.method} {request.path}: {answer.status} {text[:300]}")
        return text

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def wait_for(port: int, path: str, limit: float) -> None:
    """Returns as soon as a path is answered with 200."""
    ends = time.monotonic() + limit
    while not _is_answered(port, path):
        if time.monotonic() > ends:
            raise WrongAnswer(f"no 200 for {path} on port {port} within {limit:.0f} s")
        time.sleep(0.001)


def _is_answered(port: int, path: str) -> bool:
    client = Client(port, "")
    try:
        client.text(Request("", "GET", path))
    except (OSError, HTTPException, WrongAnswer):
        return False
    finally:
        client.close()
    return True
