"""Between Granian and the application: requests become calls of WSGI, and their bodies have to arrive."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from threading import Lock, Thread
from typing import Any

from mock_server.formats import as_json
from mock_server.problems import error_object

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Entry = Callable[[Any, Environ], None]

LOOK_SECONDS = 0.5
LINGER_SECONDS = 0.5
MISSING = object()
JSON = "application/json; charset=utf-8"
# What is the same for every request; nothing of the process' own environment is in it.
CONSTANT: Environ = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


class Started:
    """What an application says when it begins to answer."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status = 200
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        self.status, self.headers = int(status[:3]), headers


class Pieces:
    """The pieces of an answer, as Granian takes them."""

    __slots__ = ("__next__", "_body")

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        self.__next__ = iter(body).__next__

    def close(self) -> None:
        """There is nothing more to come."""
        if close := getattr(self._body, "close", None):
            close()


class Unfinished(Exception):  # noqa: N818  # it says what the body was
    """Not all of a body came."""


class Deadlines:
    """Bodies that are waited for; whoever waits too long is answered with 408.

    Granian reads a body for as long as the connection lasts. An answer ends the connection, and so the wait.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = count().__next__
        self._waited: dict[int, tuple[float, Any]] = {}
        self._lock = Lock()
        self._watch: Thread | None = None

    def begin(self, protocol: Any, since: float) -> int:
        """Notes that somebody waits for a body, and since when."""
        if self._watch is None:
            self._start()
        number = self._next()
        self._waited[number] = (since + self._seconds, protocol)
        return number

    def end(self, number: int) -> None:
        """Notes that the waiting is over."""
        self._waited.pop(number, None)

    def _start(self) -> None:
        with self._lock:
            if self._watch is None:
                self._watch = Thread(target=self._look, name="deadlines", daemon=True)
                self._watch.start()

    def _look(self) -> None:
        while True:
            time.sleep(min(LOOK_SECONDS, self._seconds))
            now = time.monotonic()
            for number, (end, protocol) in list(self._waited.items()):
                if end <= now and self._waited.pop(number, MISSING) is not MISSING:
                    Thread(target=self._refuse, args=[protocol], daemon=True).start()

    def _refuse(self, protocol: Any) -> None:
        body = late(self._seconds)
        # One byte more is promised than there is: else Granian would go on waiting for the body.
        protocol.response_iter(408, closing(len(body) + 1), Pieces(lingering(body)))


def lingering(body: bytes) -> Iterator[bytes]:
    """A body, and some time to send it in before the connection is broken."""
    yield body
    time.sleep(LINGER_SECONDS)


def refusal(message: str) -> bytes:
    """What is said about a body that is not there."""
    return as_json.write(error_object("ArgumentException", message))


def late(seconds: float) -> bytes:
    """What is said about a body that did not arrive in time."""
    return refusal(f"body: expected all of it within {seconds:g} s, got less")


def closing(length: int) -> list[tuple[str, str]]:
    """The headers of an answer after which the connection ends."""
    headers = {"Content-Type": JSON, "Content-Length": f"{length}", "Connection": "close"}
    return [*headers.items()]


class Body:
    """The body of one request."""

    __slots__ = ("_deadlines", "_left", "_protocol", "_read", "_since")

    def __init__(self, scope: Environ, protocol: Any, deadlines: Deadlines) -> None:
        self._read: Callable[[int | None], bytes] = scope["wsgi.input"].read
        self._protocol, self._deadlines = protocol, deadlines
        # In chunks it says itself where it ends.
        self._left = int(scope.get("CONTENT_LENGTH") or 0)
        self._since = time.monotonic()

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all that are left; Unfinished when they did not come."""
        number = self._deadlines.begin(self._protocol, self._since)
        try:
            found = self._read(None if size < 0 else size)
        finally:
            self._deadlines.end(number)
        if len(found) < (self._left if size < 0 else min(size, self._left)):
            raise Unfinished(f"body: expected {self._left} bytes more, got {len(found)}")
        self._left -= len(found)
        return found


def entered(app: Wsgi, body_timeout: float) -> Entry:
    """What Granian calls for each request."""
    deadlines = Deadlines(body_timeout)

    def enter(protocol: Any, scope: Environ) -> None:
        environ, started = CONSTANT | scope, Started()
        environ["wsgi.input"] = Body(scope, protocol, deadlines)
        try:
            body = app(environ, started)
        except Unfinished as error:
            # Has no effect when the request was answered because it was late.
            told = refusal(f"{error}")
            protocol.response_bytes(400, closing(len(told)), told)
            return
        if isinstance(body, list):
            protocol.response_bytes(started.status, started.headers, b"".join(body))
        else:
            protocol.response_iter(started.status, started.headers, Pieces(body))

    return enter
