"""Connections that send a request in one piece, and read an answer only as long as it is worth it.

One piece is half the system calls, and one packet for most requests.
"""

from __future__ import annotations

import time
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

LARGEST = 64 * 2**20  # bytes of a body; a list of a hundred thousand webhooks is smaller


class Endless(urllib3.exceptions.HTTPError):
    """An answer that goes on and on; the text says how long."""


class InOnePiece(HTTPConnection):
    """Keeps the header until the body is there, too."""

    _kept: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request as urllib3 does, but at once."""
        self._kept = []
        try:
            super().request(*args, **kwargs)
            whole = b"".join(self._kept)
        finally:
            self._kept = None
        self.send(whole)

    def send(self, data: Any) -> None:
        """Send data, or keep it while a request is being put together."""
        if self._kept is None:
            super().send(data)
        else:
            self._kept.append(bytes(data))


class InOnePieceSecurely(InOnePiece, HTTPSConnection):
    """The same over TLS."""


def pool(url: str, **options: Any) -> urllib3.HTTPConnectionPool:
    """A pool of such connections to the host of a URL."""
    connections = urllib3.connection_from_url(url, **options)
    secure = connections.scheme == "https"
    connections.ConnectionCls = InOnePieceSecurely if secure else InOnePiece
    return connections


def body(answer: urllib3.BaseHTTPResponse, seconds: float) -> bytes:
    """The whole body, decoded; Endless when it is too long or takes longer than so many seconds."""
    began, size, parts = time.monotonic(), 0, []
    while part := answer.read1(2**16):
        parts.append(part)
        size += len(part)
        spent = time.monotonic() - began
        if size > LARGEST or spent > seconds:
            answer.close()
            raise Endless(f"its body goes on after {size} bytes and {spent:.0f} s")
    answer.release_conn()
    return b"".join(parts)
