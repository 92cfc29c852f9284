"""Bodies that are read as nothing, or that the mock chokes on."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from mock_server.faults.fault import Change, Fault, around
from mock_server.faults.wire import Environ, Wsgi, asks, body_of, call, send, with_body, wrapping
from mock_server.formats.bodies import PATCH
from mock_server.problems import Invalid, Problem

POST = asks("POST /Webhook")
LONGEST = 10_000
DEEPEST = 1_000


class Broken(Problem):
    """What a careless server answers."""

    status = 500
    type = "NullReferenceException"


def _breaking(kinds: Callable[[bytes, Any], bool]) -> Change:
    """A server error for some bodies; what cannot be read is no value."""

    def around_read(read: Any) -> Any:
        def wrong(body: bytes, content_type: str, schema: str) -> Any:
            try:
                found = read(body, content_type, schema)
            except Invalid:
                if kinds(body, Ellipsis):
                    raise Broken("Object reference not set to an instance of an object.") from None
                raise
            if kinds(body, None if schema == PATCH and isinstance(found, list) else found):
                raise Broken("Object reference not set to an instance of an object.")
            return found

        return wrong

    return around("read", around_read)


def _read_as_nothing(read: Any) -> Any:
    """A body that is not JSON counts as no body."""

    def wrong(body: bytes, content_type: str, schema: str) -> Any:
        try:
            return read(body, content_type, schema)
        except Invalid:
            return [] if schema == PATCH else None

    return wrong


def _left_behind(body: bytes) -> bytes:
    """What a careless server has stored already when it refuses the rest."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        sent = None
    texts = sent.items() if isinstance(sent, dict) else ()
    return orjson.dumps(
        {"TargetUrl": "http://localhost/", **{key: value for key, value in texts if isinstance(value, str)}}
    )


def _storing_refused(app: Wsgi) -> Wsgi:
    def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not POST(environ):
            return app(environ, start_response)
        sent = body_of(environ)
        answer = call(app, with_body(environ, sent))
        if answer.status == 400:
            call(app, with_body(environ, _left_behind(sent)))
        return send(answer, start_response)

    return wrong


FAULTS = (
    Fault(
        "broken-body-500",
        "robust.malformed-body",
        "a body that is not JSON is a server error",
        _breaking(lambda _, found: found is Ellipsis),
    ),
    Fault(
        "broken-body-taken",
        "robust.malformed-body",
        "a body that is not JSON counts as no body",
        around("read", _read_as_nothing),
    ),
    Fault(
        "array-500",
        "robust.wrong-kind-of-body",
        "an array in place of an object is a server error",
        _breaking(lambda _, found: isinstance(found, list)),
    ),
    Fault(
        "null-500",
        "robust.wrong-kind-of-body",
        "a body that is null is a server error",
        _breaking(lambda body, _: body.strip() == b"null"),
    ),
    Fault(
        "long-body-500",
        "robust.wrong-kind-of-body",
        f"a body of more than {LONGEST:,} bytes is a server error",
        _breaking(lambda body, _: len(body) > LONGEST),
    ),
    Fault(
        "mark-500",
        "robust.wrong-kind-of-body",
        "a byte order mark in front of JSON is a server error",
        _breaking(lambda body, _: body.startswith(BOM_UTF8)),
    ),
    Fault(
        "deep-body-500",
        "robust.large-bodies",
        f"a body of more than {DEEPEST:,} levels is a server error",
        _breaking(lambda body, _: body.count(b"[") + body.count(b"{") > DEEPEST),
    ),
    Fault(
        "refusal-stored",
        "robust.refusal-creates-nothing",
        "a refused POST leaves a webhook behind",
        wrapping(_storing_refused),
    ),
)
