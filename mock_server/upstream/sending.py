"""Sends requests to one server byte for byte, over connections that are kept, and reads whole answers."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from urllib3.util import wait_for_read

from mock_server.upstream.address import Address
from mock_server.upstream.hops import Headers

if TYPE_CHECKING:
    from ssl import SSLContext

LIMIT = 64 * 1024 * 1024
PIECE = 64 * 1024
# RFC 9110, 9.2.2: what may be sent again when a kept connection turns out to be closed.
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back; `broken` says why the body is not whole, and is empty when it is."""

    status: int
    headers: Headers
    body: bytes
    broken: str = ""


class Unanswered(Exception):  # noqa: N818  # it is not our error
    """No answer came; `error` is one of the types of RFC 9209, 2.3."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message


class Sender:
    """Connections to one server; several threads send at once, each over one of its own."""

    def __init__(self, address: Address, seconds: float, trust: SSLContext | None) -> None:
        self.address = address
        self._seconds = seconds
        self._trust = trust
        self._idle: deque[http.client.HTTPConnection] = deque()

    def send(self, method: str, target: str, headers: Headers, body: bytes) -> Answered:
        """The answer to one request, or Unanswered."""
        try:
            kept = self._kept()
            if kept is not None:
                try:
                    return self._sent(kept, method, target, headers, body)
                except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                    if method not in IDEMPOTENT:
                        raise
            return self._sent(self._opened(), method, target, headers, body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _unanswered(error, self.address, self._seconds) from None

    def close(self) -> None:
        """Gives the connections up that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> http.client.HTTPConnection | None:
        """A connection that was used before, and that the server has not closed meanwhile."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            # What can be read now is the end, or bytes that belong to no request.
            if connection.sock is not None and not wait_for_read(connection.sock, timeout=0):
                return connection
            connection.close()

    def _opened(self) -> http.client.HTTPConnection:
        address = self.address
        if address.scheme == "https":
            return http.client.HTTPSConnection(
                address.host, address.port, timeout=self._seconds, context=self._trust
            )
        return http.client.HTTPConnection(address.host, address.port, timeout=self._seconds)

    def _sent(
        self, connection: http.client.HTTPConnection, method: str, target: str, headers: Headers, body: bytes
    ) -> Answered:
        try:
            connection.putrequest(
                method, _ascii(self.address.base + target), skip_host=True, skip_accept_encoding=True
            )
            for name, value in headers:
                connection.putheader(name.encode("latin-1"), value.encode("latin-1"))
            # A server may answer, and close, before it has read everything.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.endheaders(body or None)
            response = connection.getresponse()
            answered = _read(response)
        except BaseException:
            connection.close()
            raise
        if answered.broken or response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return answered


def _ascii(target: str) -> str:
    """A target as RFC 9112, 3.2 has it; other bytes, which no URL may have, are percent-encoded."""
    return target if target.isascii() else quote(target.encode("latin-1"), safe=_PRINTABLE)


_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def _read(response: http.client.HTTPResponse) -> Answered:
    pieces, size, broken = [], 0, ""
    try:
        while piece := response.read1(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LIMIT:
                raise _TooLargeError
        # What was read to its length is not yet over for the library.
        response.close()
        if response.length:
            broken = f"{response.length} bytes are missing of those that Content-Length promises"
    except TimeoutError:
        raise
    except (http.client.HTTPException, ValueError, ConnectionError, ssl.SSLError) as error:
        broken = f"it broke off: {str(error) or type(error).__name__}"
    return Answered(response.status, response.getheaders(), b"".join(pieces), broken)


class _TooLargeError(OSError):
    """More than a proxy keeps."""


def _unanswered(error: Exception, address: Address, seconds: float) -> Unanswered:
    """What a failure is called, and whose it is."""
    told = f"{address.url}: "
    for kinds, status, name, words in FAILURES:
        if isinstance(error, kinds):
            return Unanswered(status, name, told + words.format(error=_said(error), seconds=seconds))
    return Unanswered(502, "destination_unavailable", told + _said(error))


def _said(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


# The first that fits: the kind of error, our status, the type of RFC 9209, what is said.
FAILURES: tuple[tuple[Any, int, str, str], ...] = (
    (_TooLargeError, 502, "http_response_body_size", f"answered more than {LIMIT} bytes"),
    (TimeoutError, 504, "http_response_timeout", "no byte for {seconds:g} s"),
    (socket.gaierror, 502, "dns_error", "{error}"),
    (ssl.SSLCertVerificationError, 502, "tls_certificate_error", "{error}; --ca names authorities to trust"),
    (ssl.SSLError, 502, "tls_protocol_error", "{error}"),
    (ConnectionRefusedError, 502, "connection_refused", "{error}"),
    (http.client.RemoteDisconnected, 502, "connection_terminated", "closed the connection without an answer"),
    (ConnectionError, 502, "connection_terminated", "{error}"),
    ((http.client.HTTPException, ValueError), 502, "http_protocol_error", "no HTTP answer: {error}"),
)
