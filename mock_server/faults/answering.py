"""Wrong answers on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import orjson

from mock_server.faults.fault import Change, Fault, around, decides
from mock_server.problems import Invalid, Problem

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]

SIGNAL = "/api/v1/Agents/Webhook/SignalEvent"
PATCH_TYPES = ("application/json-patch+json", "application/merge-patch+json")


class Broken(Problem):
    """What a careless server answers."""

    status = 500
    type = "NullReferenceException"


def _is_post(environ: Environ) -> bool:
    return (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/api/v1/Webhook")


def _is_signal(environ: Environ) -> bool:
    return (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", SIGNAL)


def _answering(
    status: str, when: Callable[[Environ], bool], instead_of: str, body: bytes | None = None
) -> Change:
    """Another status, and another body if there is one."""

    def wrap(app: Wsgi) -> Wsgi:
        def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
            replaced = False

            def start(was: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                nonlocal replaced
                replaced = was.startswith(instead_of) and when(environ)
                if replaced and body is not None:
                    headers = [("Content-Type", "application/json; charset=utf-8")]
                return start_response(status if replaced else was, headers, *rest)

            answer = app(environ, start)
            return [body] if replaced and body is not None else answer

        return wrong

    return around("wrap", lambda inner: (lambda app: wrap(inner(app))) if inner else wrap)


def _typed(media_type: str, method: str) -> Change:
    """Another Content-Type."""

    def wrap(app: Wsgi) -> Wsgi:
        def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                if environ["REQUEST_METHOD"] == method:
                    headers = [
                        (name, media_type if name == "Content-Type" else value) for name, value in headers
                    ]
                return start_response(status, headers, *rest)

            return app(environ, start)

        return wrong

    return around("wrap", lambda inner: (lambda app: wrap(inner(app))) if inner else wrap)


def _left_behind(body: bytes) -> bytes:
    """What a careless server has stored already when it refuses the rest."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        sent = None
    kept = (
        {key: value for key, value in sent.items() if isinstance(value, str)}
        if isinstance(sent, dict)
        else {}
    )
    return orjson.dumps({"TargetUrl": "http://localhost/", **kept})


def _storing_refused(app: Wsgi) -> Wsgi:
    def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not _is_post(environ):
            return app(environ, start_response)
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        statuses: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, headers, *rest)

        answer = list(app({**environ, "wsgi.input": BytesIO(sent)}, start))
        if statuses[0].startswith("400"):
            left = _left_behind(sent)
            again = {**environ, "wsgi.input": BytesIO(left), "CONTENT_LENGTH": str(len(left))}
            list(app(again, lambda *_: None))
        return answer

    return wrong


def _breaking(read: Any) -> Any:
    def wrong(body: bytes, content_type: str, schema: str) -> Any:
        try:
            return read(body, content_type, schema)
        except Invalid:
            raise Broken("Object reference not set to an instance of an object.") from None

    return wrong


def _json_only(read: Any) -> Any:
    def wrong(body: bytes, content_type: str, schema: str) -> Any:
        if content_type.partition(";")[0] in PATCH_TYPES:
            raise Invalid(f"Content-Type: expected application/json, got {content_type!r}")
        return read(body, content_type, schema)

    return wrong


FAULTS = (
    Fault(
        "refusal-stored",
        "robust.refusal-creates-nothing",
        "a refused POST leaves a webhook behind",
        decides(wrap=_storing_refused),
    ),
    Fault(
        "post-created", "webhook.post.ok", "a POST answers 201", _answering("201 Created", _is_post, "200")
    ),
    Fault(
        "signal-with-body",
        "agent.signal.no-content",
        "SignalEvent answers 200 with a body",
        _answering("200 OK", _is_signal, "204", b"null"),
    ),
    Fault(
        "post-as-text",
        "webhook.post.content-type",
        "the JSON of a POST is labelled as plain text",
        _typed("text/plain", "POST"),
    ),
    Fault(
        "patch-as-text",
        "webhook.patch.content-type",
        "the JSON of a PATCH is labelled as plain text",
        _typed("text/plain", "PATCH"),
    ),
    Fault(
        "patch-types-refused",
        "webhook.patch.media-types",
        "bodies are taken as application/json only",
        around("read", _json_only),
    ),
    Fault(
        "broken-body-500",
        "robust.malformed-body",
        "a body that is not JSON is answered with 500",
        around("read", _breaking),
    ),
)
