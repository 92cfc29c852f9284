"""Connections to one server: each is kept for the next request, sends it in one piece, and reads its answer.

One piece is half the system calls, and one packet for most requests. An answer is read only as long as it is
worth it.
"""

from __future__ import annotations

import http.client
import re
import ssl
import time
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.client import HTTPException, IncompleteRead
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3 import HTTPHeaderDict, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import create_urllib3_context

from contract_tests.kit.answer import Answer
from contract_tests.kit.exchange import Exchange, Request

LARGEST = 64 * 2**20  # bytes of a body; a list of a hundred thousand webhooks is smaller
PIECE = 2**16
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
FOLD = re.compile(r"[ \t]*\r?\n[ \t]+")
# What asking may raise: of the library, of those below it, and for what cannot be sent.
FAILURES = (exceptions.HTTPError, HTTPException, OSError, ValueError)


class Endless(exceptions.HTTPError):
    """An answer that goes on and on; the text says how long."""


class InOnePiece(HTTPConnection):
    """Opened by urllib3, and used with less in between than its pools need."""

    response_class = Answer
    _kept: list[bytes] | None = None

    def ask(self, request: Request) -> http.client.HTTPResponse:
        """Send a request, the header with the body, and read the header of the answer."""
        if self.sock is None:
            self.connect()
        self._kept = []
        try:
            http.client.HTTPConnection.request(
                self, request.method, _target(request.url), request.body, request.headers
            )
            whole = b"".join(self._kept)
        finally:
            self._kept = None
        # A server may answer, and close, before it has read everything.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send(whole)
        return http.client.HTTPConnection.getresponse(self)

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
        pool = urllib3.connection_from_url(url)  # it knows hosts and ports in all notations
        self._new: Callable[..., InOnePiece] = partial(InOnePiece, pool.host, pool.port)
        if pool.scheme == "https":
            context = create_urllib3_context()
            context.load_default_certs()
            self._new = partial(InOnePieceSecurely, pool.host, pool.port, ssl_context=context)
        self._seconds = seconds
        self._idle: deque[InOnePiece] = deque()
        self.close = weakref.finalize(self, _close, self._idle)  # also where nobody says so

    def ask(self, request: Request, patience: float) -> Exchange:
        """Send a request, and wait so many seconds for each word of the answer.

        Raises one of the FAILURES.
        """
        connection = self._ready(patience)
        try:
            answer = connection.ask(request)
            headers, body = _read(answer, request.method, self._seconds)
        except BaseException:
            connection.close()
            raise
        if connection.sock is not None:
            self._idle.append(connection)
        return Exchange(request, answer.status, headers, body)

    def _ready(self, patience: float) -> InOnePiece:
        """One that was used before, and that the server has not closed meanwhile, or a new one."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if connection.is_connected:
                    connection.sock.settimeout(patience)
                    return connection
                connection.close()
        return self._new(timeout=patience)


def _close(idle: deque[InOnePiece]) -> None:
    while idle:
        idle.pop().close()


def is_broken(error: Exception) -> bool:
    """True when a connection ended in mid-use: it came about, and did not just stay silent."""
    ended = exceptions.ProtocolError, HTTPException, OSError
    return isinstance(error, ended) and not isinstance(error, TimeoutError | ssl.SSLError)


def _target(url: str) -> str:
    """What of a URL goes out, as it is (RFC 9112, section 3.2.1); what no URL may have is percent-encoded."""
    path = url.partition("#")[0].split("/", 3)[3:]
    return quote("/" + "".join(path), safe=PRINTABLE, errors="surrogatepass")


def _read(answer: http.client.HTTPResponse, method: str, seconds: float) -> tuple[HTTPHeaderDict, bytes]:
    """The headers and the whole body, decoded; urllib3 reads what is coded, or of more than one length."""
    headers = HTTPHeaderDict(_unfolded(answer))
    try:
        if _is_plain(headers):
            body = _body(answer, seconds)
            if answer.length:
                raise IncompleteRead(body, answer.length)
            return headers, body
        coded = urllib3.HTTPResponse(
            answer,
            headers,
            answer.status,
            preload_content=False,
            original_response=answer,
            request_method=method,
        )
        return headers, _body(coded, seconds)
    finally:
        answer.close()  # what was read to its length is not yet over for the library


def _unfolded(answer: http.client.HTTPResponse) -> list[tuple[str, str]]:
    """The headers, each on one line (RFC 9112, section 5.2)."""
    return [(name, FOLD.sub(" ", each) if "\n" in each else each) for name, each in answer.headers.items()]


def _is_plain(headers: HTTPHeaderDict) -> bool:
    """True for a body of at most one length, in at most the one coding that every reader knows."""
    length, coding = headers.get("Content-Length", "0"), headers.get("Transfer-Encoding", "chunked")
    return length.isdecimal() and coding.lower() == "chunked" and "Content-Encoding" not in headers


def _body(answer: http.client.HTTPResponse | urllib3.HTTPResponse, seconds: float) -> bytes:
    """The whole body; Endless when it is too long or takes longer than so many seconds."""
    began, size, parts = time.monotonic(), 0, []
    while part := answer.read1(PIECE):
        parts.append(part)
        size += len(part)
        spent = time.monotonic() - began
        if size > LARGEST or spent > seconds:
            raise Endless(f"its body goes on after {size} bytes and {spent:.0f} s")
    return b"".join(parts)
