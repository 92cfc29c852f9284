"""Connections to one server: kept for the next request, each sent in one piece, each answer read to its end.

One piece is half the system calls, and one packet for most requests.
"""

from __future__ import annotations

import io
import ssl
import time
import weakref
from collections import deque
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import Any
from urllib.parse import quote, urlsplit

import urllib3
from urllib3.util import wait_for_read

from contract_tests.kit.exchange import Exchange, Request

LARGEST = 64 * 2**20  # bytes of a body; a list of a hundred thousand webhooks is smaller
PIECE = 2**16
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class NotConnected(OSError):  # noqa: N818  # as the others are called that tell of no answer
    """Nobody took the connection."""


class Endless(Exception):  # noqa: N818  # nothing is wrong but its length
    """An answer that goes on and on; the text says how long."""


FAILURES = (HTTPException, OSError, ValueError, Endless, urllib3.exceptions.DecodeError)


class InOnePiece(HTTPConnection):
    """Keeps the header until the body is there, too."""

    _kept: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request at once."""
        self._kept = []
        try:
            super().request(*args, **kwargs)
            whole = b"".join(self._kept)
        finally:
            self._kept = None
        # A server may answer, and close, before it has read everything.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send(whole)

    def send(self, data: Any) -> None:
        """Send data, or keep it while a request is being put together."""
        if self._kept is None:
            super().send(data)
        else:
            self._kept.append(data)


class InOnePieceSecurely(InOnePiece, HTTPSConnection):
    """The same over TLS."""


class Connections:
    """Those to the host of a URL; whoever asks at the same time does so over one of their own.

    `seconds` are for the body of an answer.
    """

    def __init__(self, url: str, seconds: float) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port
        self._trust = _trust() if parts.scheme == "https" else None
        self._seconds = seconds
        self._idle: deque[InOnePiece] = deque()
        self.close = weakref.finalize(self, _close, self._idle)  # also where nobody says so

    def ask(self, request: Request, patience: float) -> Exchange:
        """Send a request, and wait so many seconds for each word of the answer.

        Raises one of the FAILURES: NotConnected, TimeoutError, ssl.SSLError or Endless; HTTPException or
        another OSError when the connection breaks; ValueError for what cannot be sent.
        """
        connection = self._kept(patience) or self._opened(patience)
        try:
            connection.request(request.method, _target(request.url), request.body, request.headers)
            answer = connection.getresponse()
            body = _body(answer, self._seconds)
        except BaseException:
            connection.close()
            raise
        if connection.sock is not None:
            self._idle.append(connection)
        headers = urllib3.HTTPHeaderDict(answer.headers.items())
        return Exchange(request, answer.status, headers, _decoded(headers, body))

    def _kept(self, patience: float) -> InOnePiece | None:
        """One that was used before, and that the server has not closed meanwhile."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if not wait_for_read(connection.sock, 0):  # there is nothing to read but its end
                    connection.sock.settimeout(patience)
                    return connection
                connection.close()
        return None

    def _opened(self, patience: float) -> InOnePiece:
        connection = self._new(patience)
        try:
            connection.connect()
        except (TimeoutError, ssl.SSLError):
            raise
        except OSError as error:
            raise NotConnected(error.errno, error.strerror or str(error)) from None
        return connection

    def _new(self, patience: float) -> InOnePiece:
        if self._trust is None:
            return InOnePiece(self._host, self._port, timeout=patience)
        return InOnePieceSecurely(self._host, self._port, timeout=patience, context=self._trust)


def _close(idle: deque[InOnePiece]) -> None:
    while idle:
        idle.pop().close()


def is_broken(error: Exception) -> bool:
    """True when a connection ended in mid-use: it came about, and did not just stay silent."""
    came_to_nothing = TimeoutError, ssl.SSLError, NotConnected
    return isinstance(error, HTTPException | OSError) and not isinstance(error, came_to_nothing)


def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _target(url: str) -> str:
    """What of a URL goes out, as it is (RFC 9112, section 3.2.1); what no URL may have is percent-encoded."""
    path = url.partition("#")[0].split("/", 3)[3:]
    return quote("/" + "".join(path), safe=PRINTABLE, errors="surrogatepass")


def _body(answer: HTTPResponse, seconds: float) -> bytes:
    began, size, parts = time.monotonic(), 0, []
    while part := answer.read1(PIECE):
        parts.append(part)
        size += len(part)
        spent = time.monotonic() - began
        if size > LARGEST or spent > seconds:
            raise Endless(f"its body goes on after {size} bytes and {spent:.0f} s")
    if answer.length:
        raise IncompleteRead(b"".join(parts), answer.length)
    answer.close()  # what was read to its length is not yet over for the library
    return b"".join(parts)


def _decoded(headers: urllib3.HTTPHeaderDict, body: bytes) -> bytes:
    """The body without its Content-Encoding, of those that urllib3 knows."""
    if not body or "Content-Encoding" not in headers:
        return body
    coded = urllib3.HTTPResponse(io.BytesIO(body), headers, preload_content=False)
    decoded = coded.read(LARGEST + 1, decode_content=True)
    if len(decoded) > LARGEST:
        raise Endless(f"its body goes on after {len(decoded)} bytes")
    return decoded
