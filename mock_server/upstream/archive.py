"""Every exchange as HTTP Archive 1.2, written while it passes; secrets are left out."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qsl

from harfile import Content, Creator, HarFile, PostData, Record, Request, Response, Timings

from mock_server.control.hiding import cleared, credentials, hidden, hidden_text
from mock_server.errors import UpstreamError
from mock_server.upstream.address import Address
from mock_server.upstream.hops import Headers, value_of
from mock_server.upstream.passed import Passed, text_of

PACKAGE = "superoffice-webhook-contract"


class Archive:
    """One file that grows; it is whole once it is closed."""

    def __init__(self, file: Path, address: Address) -> None:
        self._address = address
        try:
            # Bodies of a real server are nobody else's business.
            self._opened = open(file, "w", encoding="utf-8", opener=private)  # noqa: SIM115
        except OSError as error:
            raise UpstreamError(f"--har: {file}: {error.strerror}") from None
        self._har = HarFile(self._opened, creator=Creator("webhook-mock", version(PACKAGE)))

    def add(self, passed: Passed) -> None:
        """Writes one exchange."""
        took = round(passed.seconds * 1000, 3)
        secrets = credentials(passed.headers)
        self._har.add_entry(
            startedDateTime=datetime.fromtimestamp(passed.when, UTC),
            time=took,
            request=self._request(passed),
            response=_response(passed, secrets),
            timings=Timings(send=0, wait=took, receive=0),
        )

    def close(self) -> None:
        """Ends the file."""
        self._har.close()
        self._opened.close()

    def _request(self, passed: Passed) -> Request:
        query = parse_qsl(passed.target.partition("?")[2], keep_blank_values=True)
        return Request(
            method=passed.method,
            url=self._address.url + passed.target,
            httpVersion="HTTP/1.1",
            headers=_headers(passed.headers),
            queryString=[Record(name, value) for name, value in query],
            postData=PostData(
                mimeType=passed.header("content-type") or "",
                text=hidden_text(text_of(passed.body, passed.headers)),
            )
            if passed.body
            else None,
            bodySize=len(passed.body),
        )


def _response(passed: Passed, secrets: list[str]) -> Response:
    answered = passed.answered
    headers, body = (answered.headers, answered.body) if answered else ([], b"")
    text = cleared(hidden_text(text_of(body, headers)), secrets)
    status = passed.status or 0
    return Response(
        status=status,
        statusText=HTTPStatus(status).phrase if status in set(HTTPStatus) else "",
        httpVersion="HTTP/1.1",
        headers=_headers(headers),
        content=Content(len(body), mimeType=value_of(headers, "content-type") or "", text=text),
        redirectURL=value_of(headers, "location") or "",
        bodySize=len(body),
        comment=None if answered else ": ".join(passed.trouble or ("no answer", "")),
    )


def _headers(headers: Headers) -> list[Record]:
    return [Record(name, hidden(name, value)) for name, value in headers]


def private(path: str, flags: int) -> int:
    """Opens a file that its owner alone may read."""
    return os.open(path, flags, 0o600)
