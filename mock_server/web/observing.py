"""What stands around the application: it counts each request, and writes a line for it when asked to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

from mock_server.formats import as_json
from mock_server.web.metrics import OTHER, Meter

Wsgi = Callable[..., Iterable[bytes]]
Line = Callable[[dict[str, Any]], str]

# Where a view says which route it is.
ROUTE = "webhook_mock.route"
ID_HEADER = "X-Request-Id"
LONGEST_ID = 128


def observed(app: Wsgi, meter: Meter, log: str, *, marked: bool = True) -> Wsgi:
    """The application, counted; with a log each request has an id, its client's or a new one.

    Answers have it too, if they are to be marked.
    """
    return _counted(app, meter) if log == "off" else _logged(app, meter, LINES[log], marked)


def _counted(app: Wsgi, meter: Meter) -> Wsgi:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        began = perf_counter()

        def start(status: str, *more: Any) -> Any:
            meter.count(environ.get(ROUTE, OTHER), status[:3], perf_counter() - began)
            return start_response(status, *more)

        return app(environ, start)

    return answer


def _logged(app: Wsgi, meter: Meter, line: Line, marked: bool) -> Wsgi:
    counted = _counted(app, meter)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        began, number, came = perf_counter(), _id(environ), _asked(environ)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            seconds = perf_counter() - began
            told = {**came, "status": int(status[:3]), "ms": round(seconds * 1000, 3), "request_id": number}
            print(line(told), file=sys.stderr, flush=True)  # noqa: T201  # what --log is for
            return start_response(status, [*headers, (ID_HEADER, number)] if marked else headers, *more)

        return counted(environ, start)

    return answer


def _id(environ: dict[str, Any]) -> str:
    """The client's own, unless it could spoil a header or a line."""
    sent: str = environ.get("HTTP_X_REQUEST_ID", "")
    taken = sent and len(sent) <= LONGEST_ID and sent.isascii() and sent.isprintable() and " " not in sent
    return sent if taken else uuid4().hex


def _asked(environ: dict[str, Any]) -> dict[str, Any]:
    """What is asked, without the query, which may hold anything."""
    return {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": environ.get("REMOTE_ADDR", ""),
        "method": environ["REQUEST_METHOD"],
        "path": environ["SCRIPT_NAME"] + environ["PATH_INFO"],
    }


def _as_json(told: dict[str, Any]) -> str:
    return as_json.write({**told, "path": _readable(told["path"])}).decode()


def _as_text(told: dict[str, Any]) -> str:
    path = "".join(each if each.isprintable() and each != " " else "?" for each in _readable(told["path"]))
    return "{time} {client} {method} {shown} {status} {ms} ms {request_id}".format(shown=path, **told)


def _readable(path: str) -> str:
    """Characters of a WSGI path are bytes."""
    return path if path.isascii() else path.encode("latin-1", "replace").decode(errors="replace")


LINES: dict[str, Line] = {"json": _as_json, "text": _as_text}
