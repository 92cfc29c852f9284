"""The journal: what was asked of each tenant, and what it was answered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from time import time
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from zlib import decompressobj, error

from mock_server.clock import ticks
from mock_server.control.asked import operation_of
from mock_server.control.hiding import hidden, hidden_text
from mock_server.shelves import Shelves

MEGABYTE = 1024 * 1024
# What a tenant may keep, and all of them together.
ENTRIES = 1000
BYTES = 8 * MEGABYTE
TOTAL = 64 * MEGABYTE
# How much of a body is shown.
BODY = 64 * 1024
# Of gzip or of zlib, whichever it is.
ANY_HEADER = 47
# What an exchange weighs beside its bodies: its environment has everything of the process.
FRAME = 6000

# What a proxy leaves with a request that it has passed on.
PASSED = "webhook-mock.passed"
# Set for whatever is asked of a proxy: webhooks are somebody's own then, and so are their secrets.
GUARDED = "webhook-mock.guarded"

Headers = Iterable[tuple[str, str]]


class Exchange(NamedTuple):
    """A request and its answer as they were; nothing is read from them before somebody looks."""

    id: int
    # Seconds since 1970.
    when: float
    seconds: float
    # As the server has made it; its texts are bytes, each as a character.
    environ: Mapping[str, Any]
    sent: bytes
    # Such as "200 OK"; empty when the connection was broken instead.
    status: str
    answered: Headers
    answer: bytes

    @property
    def method(self) -> str:
        """Such as PATCH."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def path(self) -> str:
        """Without the tenant."""
        return _text(self.environ["PATH_INFO"])

    @property
    def code(self) -> int | None:
        """The status as a number."""
        return int(self.status[:3]) if self.status else None

    @property
    def query(self) -> dict[str, str]:
        """The parameters by their names in lower case."""
        pairs = parse_qsl(_text(self.environ.get("QUERY_STRING", "")), keep_blank_values=True)
        return {name.casefold(): value for name, value in pairs}

    @property
    def headers(self) -> dict[str, str]:
        """The headers as the server understood them, credentials too."""
        # Servers put the environment of the process beside the request's: HTTP_PROXY is no header.
        return {
            _name(key): _text(value)
            for key, value in self.environ.items()
            if _is_header(key) and value and os.environ.get(key) != value
        }

    @property
    def body(self) -> bytes:
        """What was sent, as it was before its sender coded it."""
        return plain(self.sent, self.headers.get("Content-Encoding", ""))

    @property
    def said(self) -> bytes:
        """What was answered, as it was before a server coded it."""
        coding = next((value for name, value in self.answered if name.lower() == "content-encoding"), "")
        return plain(self.answer, coding)

    def public(self, body: bytes) -> bytes:
        """One of the bodies, without secrets if it has passed to or from a real server."""
        return hidden_text(body.decode(errors="replace")).encode() if GUARDED in self.environ else body

    def shown(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "id": self.id,
            "when": ticks(datetime.fromtimestamp(self.when, UTC)),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": operation_of(self.method, self.path),
            "headers": {name: hidden(name, value) for name, value in self.headers.items()},
            "body": cut(self.public(self.body)),
            "status": self.code,
            "answer": {
                "headers": [[name, hidden(name, value)] for name, value in self.answered],
                "body": cut(self.public(self.said)),
            },
            "seconds": round(self.seconds, 6),
        }


Kept = tuple[int, float, float, Mapping[str, Any], bytes, str, Headers, bytes]


class Journal:
    """What every request of the Webhook API adds to."""

    def __init__(self) -> None:
        self._shelves: Shelves[Kept] = Shelves(_weight, entries=ENTRIES, weight=BYTES, total=TOTAL)
        self._next = count(1).__next__

    def add(
        self,
        tenant: str,
        environ: Mapping[str, Any],
        sent: bytes,
        answered: tuple[str, Headers, bytes],
        seconds: float,
    ) -> Kept:
        """Keeps an exchange that ends now."""
        status, headers, answer = answered
        # A plain tuple takes a fraction of the time, and the environment costs least as it is.
        exchange = (self._next(), time() - seconds, seconds, environ, sent, status, headers, answer)
        self._shelves.add(tenant, exchange, FRAME + len(sent) + len(answer))
        return exchange

    def find(self, tenant: str, wanted: Callable[[Exchange], bool]) -> list[Exchange]:
        """The requests of a tenant that are wanted, oldest first."""
        return [each for kept in self._shelves.items(tenant) if wanted(each := Exchange(*kept))]

    def clear(self, tenant: str) -> None:
        """Forgets the requests of a tenant."""
        self._shelves.clear(tenant)

    def last_use(self, tenant: str) -> str | None:
        """When a tenant was last asked for something."""
        last = self._shelves.last(tenant)
        return ticks(datetime.fromtimestamp(last[1], UTC)) if last else None

    def tenants(self) -> list[str]:
        """Those that were asked for something."""
        return self._shelves.tenants()


def _weight(kept: Kept) -> int:
    return FRAME + len(kept[4]) + len(kept[7])


def plain(body: bytes, coding: str) -> bytes:
    """A body without its gzip or deflate, where it has one; what is broken stays as it is."""
    if not coding or coding.casefold() == "identity":
        return body
    try:
        return decompressobj(ANY_HEADER).decompress(body, BYTES)
    except error:
        return body


def cut(body: bytes) -> str:
    """A body as text, as much of it as is shown."""
    return body[:BODY].decode(errors="replace")


def _is_header(key: str) -> bool:
    return key.startswith("HTTP_") or key in ("CONTENT_TYPE", "CONTENT_LENGTH")


def _name(key: str) -> str:
    return key.removeprefix("HTTP_").replace("_", "-").title()


def _text(value: str) -> str:
    """A text of the WSGI environment, whose characters are bytes, as UTF-8."""
    return value if value.isascii() else value.encode("latin-1", "replace").decode(errors="replace")
