"""What travels: one request with its answer, and one delivery to our receiver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urllib3 import HTTPHeaderDict

Json = Any
LOOKS = {"GET", "HEAD", "OPTIONS"}


def _json(body: bytes) -> Json:
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("more levels than can be read") from None


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent, and when: the path is relative to the API, the URL is whole."""

    method: str
    path: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    begun: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    request: Request
    status: int
    headers: HTTPHeaderDict
    body: bytes
    received: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def json(self) -> Json:
        """The answer's body as JSON; ValueError when it is none."""
        return _json(self.body)

    @property
    def server_time(self) -> datetime:
        """The server's own clock, in whole seconds (RFC 9110, section 6.6.1); ours where it tells none."""
        try:
            stamp = parsedate_to_datetime(self.headers.get("Date", ""))
        except ValueError:
            return self.received.replace(microsecond=0)
        return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)

    def __str__(self) -> str:
        return f"{self.request} → {self.status}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request that reached our receiver; `at` counts seconds of the monotonic clock."""

    method: str
    path: str
    headers: HTTPHeaderDict
    body: bytes
    status: int
    at: float
    received: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def json(self) -> Json:
        """The delivered body as JSON; ValueError when it is none."""
        return _json(self.body)

    @property
    def is_ping(self) -> bool:
        """True for the test event that some servers send when a webhook is saved."""
        return self.headers.get("X-Hook-Test", "").lower() == "true" or self.event == "test"

    @property
    def is_event(self) -> bool:
        """False for test events, and for who only looks whether somebody is there."""
        return not self.is_ping and (self.method not in LOOKS or bool(self.body))

    @property
    def event(self) -> str:
        """The event's name, from the header or else from the body."""
        try:
            return str(self.headers.get("X-SuperOffice-Event") or self.json.get("Event", ""))
        except (ValueError, AttributeError):
            return ""

    def __str__(self) -> str:
        return f"delivery {self.method} {self.path}"
