"""Listens for deliveries, on loopback unless told otherwise, and remembers every byte of them."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from urllib3 import HTTPHeaderDict

from contract_tests.kit.exchange import Delivery

BODY_LIMIT = 4_000_000  # bytes; a delivery is a few hundred


class Receiver:
    """Every path is a mailbox of its own; a mailbox answers 200 unless it is told otherwise.

    `public` is the URL by which targets reach it when that is not its own, and `failed` says why the last
    connection that came to nothing did so.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, public: str | None = None) -> None:
        self._server = (_Server6 if ":" in host else _Server)((host, port), _Request)
        self._server.receiver = self
        self._scheme = "http"
        self.public = (public or "").rstrip("/")
        self.failed = ""
        self.is_open = True
        self._arrived = threading.Condition()
        self._mailboxes: dict[str, list[Delivery]] = defaultdict(list)
        self._answers: dict[str, Sequence[int]] = {}
        self._ping_answers: dict[str, int] = {}
        self._delays: dict[str, float] = {}
        self._over = threading.Event()

    @property
    def url(self) -> str:
        """Where targets reach it."""
        return self.public or self.own_url

    @property
    def own_url(self) -> str:
        """Where it listens."""
        host, port = self._server.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"{self._scheme}://{name}:{port}"

    def close(self) -> None:
        """Take no deliveries at all: targets are given the public URL, and nobody listens."""
        self.is_open = False
        self._server.server_close()

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on; the handshake is left to the thread of the connection."""
        self._scheme = "https"
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )

    def has_heard(self, tag: str) -> bool:
        """True when anything at all has come to a mailbox of the tag."""
        with self._arrived:
            return any(self._boxes(tag))

    def has_heard_tests_alone(self, tag: str) -> bool:
        """True when events have come to mailboxes of the tag, and all of them are marked as test events."""
        events = [each for each in self._heard(tag) if each.event != "test"]
        return bool(events) and all(each.is_ping for each in events)

    def _heard(self, tag: str) -> list[Delivery]:
        with self._arrived:
            return [each for heard in self._boxes(tag) for each in heard]

    def _boxes(self, tag: str) -> Iterator[list[Delivery]]:
        return (heard for box, heard in self._mailboxes.items() if box.startswith(f"/{tag}/"))

    def answer(self, path: str, statuses: Sequence[int]) -> None:
        """Answer the deliveries to a path with these statuses in turn; the last one stays."""
        self._answers[path] = statuses

    def answer_pings(self, path: str, status: int) -> None:
        """Answer the test events at a path with this status instead of 200."""
        self._ping_answers[path] = status

    def delay(self, path: str, seconds: float) -> None:
        """Answer the deliveries to a path only after so many seconds."""
        self._delays[path] = seconds

    def let_go(self) -> None:
        """Answer at once from now on: a sender that still waits may end."""
        self._over.set()

    def all(self, path: str) -> list[Delivery]:
        """What has arrived at a path so far, test events included."""
        with self._arrived:
            return list(self._mailboxes[path])

    def pings(self, path: str) -> list[Delivery]:
        """The test events that have arrived at a path so far."""
        return [each for each in self.all(path) if each.is_ping]

    def events(self, path: str) -> list[Delivery]:
        """What has arrived at a path so far, without test events and looks."""
        return [each for each in self.all(path) if each.is_event]

    def wait(self, path: str, count: int, until: float) -> list[Delivery]:
        """The events at a path, as soon as there are so many or the monotonic clock shows `until`."""
        with self._arrived:
            while len(self._events(path)) < count and (left := until - time.monotonic()) > 0:
                self._arrived.wait(left)
            return self._events(path)

    def _events(self, path: str) -> list[Delivery]:
        return [each for each in self._mailboxes[path] if each.is_event]

    def take(self, method: str, path: str, headers: HTTPHeaderDict, body: bytes) -> int:
        """File one delivery; the status that its sender gets."""
        mailbox = path.partition("?")[0].removeprefix(urlsplit(self.public).path)
        with self._arrived:
            status = self._next_status(mailbox, Delivery(method, path, headers, body, 0, 0))
            delivery = Delivery(method, path, headers, body, status, time.monotonic())
            self._mailboxes[mailbox].append(delivery)
            self._arrived.notify_all()
        if delivery.is_event:
            self._over.wait(self._delays.get(mailbox, 0))
        return status

    def _next_status(self, mailbox: str, delivery: Delivery) -> int:
        statuses = self._answers.get(mailbox, (200,))
        if not delivery.is_event:
            return self._ping_answers.get(mailbox, 200)
        return statuses[min(len(self._events(mailbox)), len(statuses) - 1)]

    @contextmanager
    def listening(self) -> Iterator[Receiver]:
        """Accept deliveries for as long as the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  # the library's
        """A sender that hangs up is its own affair; one that does not trust us is worth a word."""
        error = sys.exception()
        if isinstance(error, ssl.SSLError):
            self.receiver.failed = error.reason or str(error)


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 30
    wbufsize = -1  # one segment per answer: unbuffered writes meet delayed acknowledgements

    def _take(self) -> None:
        body = b"".join(self._chunks()) if self._is_chunked() else self.rfile.read(self._length())
        headers = HTTPHeaderDict(list(self.headers.items()))
        status = self.server.receiver.take(self.command, self.path, headers, body)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    # Any method is taken, so that a wrong one can be named.
    do_POST = do_GET = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _take  # noqa: N815

    def handle_expect_100(self) -> bool:
        """Say at once that the body is wanted: the answer's buffer would keep it."""
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def _is_chunked(self) -> bool:
        return "chunked" in self.headers.get("Transfer-Encoding", "").lower()

    def _length(self) -> int:
        text = self.headers.get("Content-Length", "0")
        return min(int(text), BODY_LIMIT) if text.isdigit() else 0

    def _chunks(self) -> Iterator[bytes]:
        # The standard server leaves the chunked coding (RFC 9112, section 7.1) to its user.
        while size := int(self.rfile.readline(100).split(b";")[0] or b"0", 16):
            yield self.rfile.read(min(size, BODY_LIMIT))
            self.rfile.readline(100)
        while self.rfile.readline(8_192).strip():
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parameter's name is the library's
        """Say nothing: the report shows what matters."""
