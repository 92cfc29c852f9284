"""Every exchange of a run as HTTP Archive 1.2, written while the run goes; credentials are left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

from harfile import Content, Creator, HarFile, PostData, Record, Request, Response, Timings

from contract_tests.kit import redaction
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.redaction import Hide
from contract_tests.reports.report import SUITE, suite_version

BODY = 32_000  # characters of a body that are kept
ALL_BODIES = 64_000_000  # characters of all bodies; after that they are left out
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


@contextmanager
def recording(file: Path) -> Iterator[Callable[[Exchange], None]]:
    """An observer for the target that writes each exchange to the file."""
    with file.open("w", encoding="utf-8") as opened:
        archive = HarFile(opened, creator=Creator(SUITE, suite_version()))
        try:
            yield _Recorder(archive).note
        finally:
            archive.close()


class _Recorder:
    """Remembers the secrets it has seen, so that no later answer can tell them either."""

    def __init__(self, archive: HarFile) -> None:
        self.archive = archive
        self.secrets: set[str] = set()
        self.sent: set[str] = set()
        self.room = ALL_BODIES
        self.lock = Lock()

    def note(self, exchange: Exchange) -> None:
        """Write one exchange."""
        with self.lock:
            self.secrets |= redaction.secrets(exchange.request.headers, exchange.request.url)
            self.sent |= set(TEXT.findall(_decoded(exchange.request.body)))
            self._add(exchange, redaction.hiding(self.secrets, exchange.request.url, self.sent))

    def _add(self, exchange: Exchange, hide: Hide) -> None:
        seconds = (exchange.received - exchange.request.begun).total_seconds()
        took = round(max(0.0, seconds) * 1000, 3)
        self.archive.add_entry(
            startedDateTime=exchange.request.begun,
            time=took,
            request=self._request(exchange, hide),
            response=self._response(exchange, hide),
            timings=Timings(send=0, wait=took, receive=0),
            comment=exchange.request.headers.get("X-Contract-Clause"),
        )

    def _request(self, exchange: Exchange, hide: Hide) -> Request:
        request = exchange.request
        url = redaction.without_user(hide(request.url))
        query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
        return Request(
            method=request.method,
            url=url,
            httpVersion="HTTP/1.1",
            headers=_headers(request.headers, hide),
            queryString=[Record(name, value) for name, value in query],
            postData=None if request.body is None else self._posted(request.headers, request.body, hide),
            bodySize=len(request.body or b""),
        )

    def _posted(self, headers: Mapping[str, str], body: bytes, hide: Hide) -> PostData:
        return PostData(mimeType=headers.get("Content-Type", ""), text=self._text(body, hide))

    def _response(self, exchange: Exchange, hide: Hide) -> Response:
        body, headers = exchange.body, exchange.headers
        return Response(
            status=exchange.status,
            statusText=_phrase(exchange.status),
            httpVersion="HTTP/1.1",
            headers=_headers(headers, hide),
            content=Content(len(body), mimeType=headers.get("Content-Type", ""), text=self._text(body, hide)),
            redirectURL=hide(headers.get("Location", "")),
            bodySize=len(body),
            comment=None if exchange.status else "no answer came",
        )

    def _text(self, body: bytes, hide: Hide) -> str:
        # Cut after hiding, or the cut could go through a secret that then is not found.
        text = hide(_decoded(body[: 2 * BODY]))[: min(BODY, self.room)]
        self.room -= len(text)
        return text


def _decoded(body: bytes | None) -> str:
    return (body or b"").decode(errors="replace")


def _headers(headers: Mapping[str, str], hide: Hide) -> list[Record]:
    return [Record(*redaction.header(name, value, hide)) for name, value in headers.items()]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
