"""How a fault gets between the wire and the good mock: another request, or another answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from io import BytesIO
from threading import local
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, around, decides
from mock_server.problems import error_object

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]
When = Callable[[Environ], bool]

BASE = "/api/v1"
AGENT = "/Agents/Webhook"
BREAKDOWN = error_object("NullReferenceException", "Object reference not set to an instance of an object.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the mock answers; a header that is None is not there."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def went_well(self) -> bool:
        return self.status < 300

    def having(self, value: Any) -> Answer:
        """The same answer with another JSON value."""
        return replace(self, body=orjson.dumps(value)).typed("application/json; charset=utf-8")

    def typed(self, media_type: str) -> Answer:
        """The same answer with another Content-Type."""
        others = tuple(pair for pair in self.headers if pair[0].casefold() != "content-type")
        return replace(self, headers=(*others, ("Content-Type", media_type)))


Rewrite = Callable[[Environ, Answer], Answer]


def asks(*calls: str) -> When:
    """Requests such as `PATCH /Webhook/{id}`, below the base of the API."""
    patterns = [re.compile(re.sub(r"\{\w+\}", "[^/]+", call.replace(" ", f" {BASE}"))) for call in calls]
    return lambda environ: any(
        pattern.fullmatch(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}") for pattern in patterns
    )


def query(environ: Environ, name: str) -> str:
    """A parameter of the query; empty when it is not there."""
    found: dict[str, str] = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    return found.get(name, "")


def wrapping(wrap: Callable[[Wsgi], Wsgi]) -> Change:
    """A layer around the whole application."""
    return around("wrap", lambda inner: (lambda app: wrap(inner(app))) if inner else wrap)


def asking(when: When, change: Callable[[Environ], Environ]) -> Change:
    """Another request than the one that came; `change` gives what differs in its environment."""

    def wrap(app: Wsgi) -> Wsgi:
        def asked(environ: Environ, start_response: Any) -> Iterable[bytes]:
            return app({**environ, **change(environ)} if when(environ) else environ, start_response)

        return asked

    return wrapping(wrap)


def answering(when: When, rewrite: Rewrite) -> Change:
    """Another answer than the good one."""

    def wrap(app: Wsgi) -> Wsgi:
        def answered(environ: Environ, start_response: Any) -> Iterable[bytes]:
            if not when(environ):
                return app(environ, start_response)
            sent = body_of(environ)
            return send(
                rewrite({**environ, "sent": sent}, call(app, with_body(environ, sent))), start_response
            )

        return answered

    return wrapping(wrap)


def during(when: When) -> tuple[Change, Callable[[], bool]]:
    """A layer that changes nothing, and a question: whether such a request is being answered right now."""
    here = local()

    def wrap(app: Wsgi) -> Wsgi:
        def known(environ: Environ, start_response: Any) -> Iterable[bytes]:
            here.asked = when(environ)
            try:
                return app(environ, start_response)
            finally:
                here.asked = False

        return known

    return wrapping(wrap), lambda: getattr(here, "asked", False)


def only_during(when: When, name: str, wrap: Callable[[Any], Any]) -> Change:
    """The decision that was there, with something around it while such requests are answered."""

    def applied(behaviour: Behaviour) -> Behaviour:
        layer, asked = during(when)
        good = getattr(behaviour, name)
        wrong = wrap(good)

        def chosen(*values: Any, **named: Any) -> Any:
            return (wrong if asked() else good)(*values, **named)

        return decides(**{name: chosen})(layer(behaviour))

    return applied


def call(app: Wsgi, environ: Environ) -> Answer:
    """One whole answer of the good mock."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    body = b"".join(app(environ, lambda status, headers, *_: begun.append((status, headers))))
    status, headers = begun[-1]
    return Answer(int(status[:3]), tuple(headers), body)


def send(answer: Answer, start_response: Any) -> Iterable[bytes]:
    """An answer on its way, with the length that it has now."""
    headers = [pair for pair in answer.headers if pair[0].casefold() != "content-length"]
    # A 204 has no content to tell the length of.
    if answer.body or answer.status != 204:
        headers.append(("Content-Length", str(len(answer.body))))
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
    return [answer.body]


def body_of(environ: Environ) -> bytes:
    """What was sent; it can be read once."""
    body: bytes = environ["wsgi.input"].read()
    return body


def parted(body: bytes, size: int) -> bytes:
    """UTF-8 as it is read by somebody who decodes each piece of so many bytes by itself."""
    pieces = (body[place : place + size] for place in range(0, len(body), size))
    return "".join(piece.decode(errors="replace") for piece in pieces).encode()


def with_body(environ: Environ, body: bytes) -> Environ:
    """The same request with a body to be read."""
    return {**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}


# ---- the usual rewritings, of answers that went well


def status(other: int, body: bytes | None = None) -> Rewrite:
    """Another status, and another body if one is given."""

    def rewrite(_: Environ, answer: Answer) -> Answer:
        if not answer.went_well:
            return answer
        changed = replace(answer, status=other)
        return (
            changed if body is None else replace(changed, body=body).typed("application/json; charset=utf-8")
        )

    return rewrite


def media_type(other: str) -> Rewrite:
    """Another Content-Type, of every answer."""
    return lambda _, answer: answer.typed(other)


def value(change: Callable[[Any], Any]) -> Rewrite:
    """Another JSON value."""
    return lambda _, answer: (
        answer.having(change(orjson.loads(answer.body))) if answer.went_well and answer.body else answer
    )


def members(change: Callable[[Any], dict[str, Any]]) -> Rewrite:
    """Other members of a JSON object."""
    return value(lambda shown: {**shown, **change(shown)} if isinstance(shown, dict) else shown)


def without(*names: str) -> Rewrite:
    """A JSON object that lacks members."""
    return value(lambda shown: {name: shown[name] for name in shown if name not in names})


def instead(other: int, when: Callable[[Answer], bool], shown: Any = None) -> Rewrite:
    """Another status and value for some answers, refusals too."""
    return lambda _, answer: replace(answer, status=other).having(shown) if when(answer) else answer
