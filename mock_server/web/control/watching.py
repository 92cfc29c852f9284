"""Stands around the Webhook API: writes the journal, and puts a tenant's faults and rules in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from http import HTTPStatus
from time import perf_counter
from typing import Any

from mock_server.behaviour import Wsgi
from mock_server.control.journal import GUARDED, Exchange
from mock_server.control.stages import Control, Stage
from mock_server.formats import as_json
from mock_server.problems import error_object
from mock_server.web.mount import ENDING, OWN, TENANT

# Who watches over the mock asks for these all the time; the first is the page.
UNSEEN = ("/", "/healthz", "/metrics")
# How often a second a dripping answer moves on, if it has the bytes.
DRIPS = 10
JSON = "application/json; charset=utf-8"

Environ = dict[str, Any]
Answer = tuple[str, Any, bytes]

NOTHING: Answer = ("200 OK", [("Content-Length", "1")], b"\0")


def watched(
    app: Wsgi,
    control: Control,
    *,
    proxy: Wsgi | None = None,
    see: Callable[[str, Exchange], None] | None = None,
) -> Wsgi:
    """The application with everything of the control API between it and the caller.

    A proxy answers in its place all but the mock's own pages, and `see` is told of every exchange.
    """
    stages, add = control.stages, control.journal.add
    # What no fault changes.
    pages: Callable[..., Iterable[bytes]] = app
    app = proxy or app
    plain = wrap(app) if (wrap := control.service.behaviour.wrap) else app
    # Some layers remember what they have seen.
    layered = lru_cache(maxsize=1024)(lambda wrap: wrap(app))

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(OWN) or path in UNSEEN:
            return pages(environ, start_response)
        if proxy:
            environ[GUARDED] = True
        begun, tenant = perf_counter(), environ[TENANT]
        sent = environ["wsgi.input"].getvalue()
        if (stage := stages.get(tenant)) is None:
            kept = found = called(plain, environ)
        else:
            kept, found = staged(layered(stage.wrap) if stage.wrap else app, environ, stage)
        exchange = add(tenant, environ, sent, kept, perf_counter() - begun)
        if see:
            see(tenant, Exchange(*exchange))
        start_response(found[0], found[1])
        # Of a list Granian makes one piece; anything else it would pass on in steps.
        return [found[2]]

    return answer


def called(app: Wsgi, environ: Environ) -> Answer:
    """One whole answer."""
    begun: list[Any] = []

    def start_response(*said: Any) -> None:
        begun[:] = said

    body = b"".join(app(environ, start_response))
    # It holds the environment that holds it: without it, what the journal drops is gone at once.
    environ.pop("werkzeug.request", None)
    return begun[0], begun[1], body


def staged(app: Wsgi, environ: Environ, stage: Stage) -> tuple[Answer, Answer]:
    """The answer as the journal keeps it, and as it goes out, where something was set for the tenant."""
    rule = stage.rules.draw(environ["REQUEST_METHOD"], environ["PATH_INFO"])
    if rule is None:
        found = called(app, environ)
        return found, found
    stage.rules.over.wait(rule.get("delay", 0))
    reset = rule.get("reset")
    found = NOTHING if reset == "before" else refused(rule) if "status" in rule else called(app, environ)
    if reset is not None:
        environ[ENDING] = broken
        # What has no body has to promise one, to break it off.
        return ("", found[1], found[2]), found if found[2] else NOTHING
    if "drip" in rule:
        environ[ENDING] = partial(dripping, rate=rule["drip"], stage=stage)
    return found, found


def refused(rule: Mapping[str, Any]) -> Answer:
    """The answer of a rule that carries nothing out."""
    status = HTTPStatus(rule["status"]) if rule["status"] in set(HTTPStatus) else None
    phrase = status.phrase if status else "Refused"
    body = as_json.write(error_object("Exception", f"a rule of /_mock/delays answers {rule['status']}"))
    headers = {"Content-Type": JSON, **rule.get("headers", {}), "Content-Length": str(len(body))}
    return f"{rule['status']} {phrase}", list(headers.items()), body


def broken(body: Iterable[bytes]) -> Iterator[bytes]:
    """Half of an answer: the server has to close the connection, as it has promised more."""
    whole = b"".join(body)
    if half := whole[: len(whole) // 2]:
        yield half
    raise ConnectionResetError("a rule of /_mock/delays breaks this connection")


def dripping(body: Iterable[bytes], rate: float, stage: Stage) -> Iterator[bytes]:
    """An answer at so many bytes per second."""
    whole, size = b"".join(body), max(1, int(rate / DRIPS))
    for start in range(0, len(whole), size):
        piece = whole[start : start + size]
        stage.rules.over.wait(len(piece) / rate)
        yield piece
