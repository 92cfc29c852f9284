"""Wrong answers to who may not come in, and to what makes no sense."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import orjson

from mock_server import selection
from mock_server.conditions import http_date
from mock_server.faults.fault import Change, Entity, Fault, Save, around, decides, patching
from mock_server.faults.wire import (
    AGENT,
    Answer,
    Environ,
    Wsgi,
    answering,
    asking,
    asks,
    body_of,
    call,
    send,
    with_body,
    wrapping,
)
from mock_server.filters import EVERYTHING
from mock_server.formats.bodies import PATCH as PATCH_BODY
from mock_server.problems import Invalid, Problem, error_object

POST = asks("POST /Webhook")
PATCH = asks("PATCH /Webhook/{id}")
SIGNAL = asks(f"POST {AGENT}/SignalEvent")
LIST = asks(f"POST {AGENT}/GetAllWebhooks")
SAVE = asks(f"POST {AGENT}/SaveWebhook")
PUT = asks("PUT /Webhook/{id}")
SESSION = {"HTTP_X_XSRF_TOKEN": "1", "HTTP_COOKIE": "XSRF-TOKEN=1"}
SCHEMES = ("Basic ", "SoTicket ", "Bearer ")
LONGEST = 10_000
BREAKDOWN = error_object("NullReferenceException", "Object reference not set to an instance of an object.")


class Broken(Problem):
    """What a careless server answers."""

    status = 500
    type = "NullReferenceException"


def _breaks(when: Callable[[Environ, Answer], bool]) -> Any:
    """A server error in place of some answers."""

    def rewrite(environ: Environ, answer: Answer) -> Answer:
        return replace(answer, status=500).having(BREAKDOWN) if when(environ, answer) else answer

    return rewrite


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
            if kinds(body, None if schema == PATCH_BODY and isinstance(found, list) else found):
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
            return [] if schema == PATCH_BODY else None

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


def _from_the_end(save: Save) -> Entity:
    """A negative id counts from the newest webhook."""
    if save.webhook_id >= 0:
        return save.done()
    with save.service.store.reading() as rows:
        everything = list(rows.find(save.caller.tenant, EVERYTHING))
    newest = everything[max(save.webhook_id, -len(everything))]
    return save.service.behaviour.patch(save.service, save.caller, newest["WebhookId"], save.sent)


def _strict_selection(text: str) -> selection.Tree:
    if "" in (step.strip() for step in text.replace("/", ",").split(",")):
        raise Broken("Index was outside the bounds of the array.")
    return selection.parse(text)


def _open(environ: Environ) -> Environ:
    return {} if environ.get("HTTP_AUTHORIZATION") else SESSION


def _schemes_as_written(environ: Environ) -> Environ:
    header = environ.get("HTTP_AUTHORIZATION", "")
    return {} if header.startswith(SCHEMES) else {"HTTP_AUTHORIZATION": ""}


def _forbidden(_: Environ, answer: Answer) -> Answer:
    return replace(answer, status=403) if answer.status == 401 else answer


def _any(_: Environ) -> bool:
    return True


def _is_number(environ: Environ) -> bool:
    return bool(environ["PATH_INFO"].rpartition("/")[2].isdigit())


def _stray_condition(environ: Environ, _: Answer) -> bool:
    condition = environ.get("HTTP_IF_UNMODIFIED_SINCE")
    return bool(condition) and http_date(condition) is None


def _unknown_language(environ: Environ, _: Answer) -> bool:
    return not environ.get("HTTP_SO_LANGUAGE", "en").replace("-", "").isalpha()


FAULTS = (
    Fault(
        "signal-open",
        "auth.required",
        "SignalEvent takes requests without credentials",
        asking(SIGNAL, _open),
    ),
    Fault(
        "list-open", "auth.required", "GetAllWebhooks takes requests without credentials", asking(LIST, _open)
    ),
    Fault(
        "credentials-forbidden",
        "auth.required",
        "a request without credentials is answered with 403",
        answering(_any, _forbidden),
    ),
    Fault(
        "schemes-as-written",
        "auth.any-case",
        "the name of the scheme counts in its documented letter case only",
        asking(_any, _schemes_as_written),
    ),
    Fault(
        "put-breaks-without-events",
        "robust.no-server-error",
        "PUT of a webhook without Events is a server error",
        answering(PUT, _breaks(lambda _, answer: answer.went_well and b'"Events":[]' in answer.body)),
    ),
    Fault(
        "save-breaks-without-name",
        "robust.no-server-error",
        "SaveWebhook of a webhook without a Name is a server error",
        answering(SAVE, _breaks(lambda _, answer: b'"Name":null' in answer.body)),
    ),
    Fault(
        "save-created-without-name",
        "robust.documented-success",
        "SaveWebhook of a webhook without a Name answers 201",
        answering(
            SAVE, lambda _, answer: replace(answer, status=201) if b'"Name":null' in answer.body else answer
        ),
    ),
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
        "refusal-stored",
        "robust.refusal-creates-nothing",
        "a refused POST leaves a webhook behind",
        wrapping(_storing_refused),
    ),
    Fault(
        "id-500",
        "robust.hostile-ids",
        "an id that is no number is a server error",
        answering(PATCH, _breaks(lambda environ, _: not _is_number(environ))),
    ),
    Fault(
        "id-from-the-end",
        "robust.hostile-ids",
        "a negative id counts from the newest webhook",
        patching(_from_the_end),
    ),
    Fault(
        "condition-500",
        "robust.hostile-headers",
        "an If-Unmodified-Since that is no date is a server error",
        answering(PATCH, _breaks(_stray_condition)),
    ),
    Fault(
        "language-500",
        "robust.hostile-headers",
        "an SO-Language that is no language is a server error",
        answering(_any, _breaks(_unknown_language)),
    ),
    Fault(
        "selection-500",
        "robust.hostile-headers",
        "an empty name in $select is a server error",
        decides(parse_selection=_strict_selection),
    ),
)
