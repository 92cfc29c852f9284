"""Wrong answers to media types, languages and zones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mock_server import selection
from mock_server.faults.fault import Change, Fault, decides
from mock_server.faults.wire import (
    AGENT,
    BREAKDOWN,
    Answer,
    Environ,
    When,
    Wsgi,
    answering,
    asks,
    instead,
    media_type,
    members,
    send,
    value,
    wrapping,
)
from mock_server.problems import error_object

POST = asks("POST /Webhook")
PATCH = asks("PATCH /Webhook/{id}")
LIST = asks(f"POST {AGENT}/GetAllWebhooks")
SIGNAL = asks(f"POST {AGENT}/SignalEvent")
PATCH_TYPES = ("application/json-patch+json", "application/merge-patch+json")
XML_TYPES = ("application/xml", "text/xml")
SWEDISH = {"Active": "Aktiv", "Stopped": "Stoppad"}
SOME_DAY = {"Registered": "2001-01-01T00:00:00"}


def _refusing(when: When, status: int) -> Change:
    """A refusal before anything is done."""

    def wrap(app: Wsgi) -> Wsgi:
        def refused(environ: Environ, start_response: Any) -> Iterable[bytes]:
            if not when(environ):
                return app(environ, start_response)
            answer = Answer(status, (), b"").having(error_object("ArgumentException", "not expected"))
            return send(answer, start_response)

        return refused

    return wrapping(wrap)


def _both(when: When, header: str, fits: Callable[[str], bool]) -> When:
    """Requests of a kind whose header is of a kind."""
    return lambda environ: when(environ) and fits(environ.get(header, ""))


def _typed(when: When, *types: str) -> When:
    return _both(when, "CONTENT_TYPE", lambda text: text.partition(";")[0] in types)


def _wanted(when: When, *types: str) -> When:
    return _both(when, "HTTP_ACCEPT", lambda text: text in types)


def _spoken(when: When, language: str) -> When:
    return _both(when, "HTTP_ACCEPT_LANGUAGE", lambda text: language in text)


def _zoned(when: When, *zones: str) -> When:
    return _both(when, "HTTP_SO_TIMEZONE", lambda text: text in zones)


def _translated(shown: Any) -> dict[str, Any]:
    return {"State": SWEDISH.get(shown["State"], shown["State"])}


def _unescaped(_: Environ, answer: Answer) -> Answer:
    return Answer(answer.status, answer.headers, answer.body.replace(b"&amp;", b"&"))


def _untrimmed(text: str) -> selection.Tree:
    return selection.parse(",".join(part for part in text.split(",") if part == part.strip()) or "-")


def _any(_: Environ) -> bool:
    return True


FAULTS = (
    Fault(
        "post-text-json-refused",
        "webhook.post.json-types",
        "a POST does not take text/json",
        _refusing(_typed(POST, "text/json"), 415),
    ),
    Fault(
        "list-patch-types-refused",
        "agent.list.json-types",
        "GetAllWebhooks does not take JSON under the names of patches",
        _refusing(_typed(LIST, *PATCH_TYPES), 415),
    ),
    Fault(
        "signal-patch-types-refused",
        "agent.signal.json-types",
        "SignalEvent does not take JSON under the names of patches",
        _refusing(_typed(SIGNAL, *PATCH_TYPES), 415),
    ),
    Fault(
        "post-text-json-unavailable",
        "webhook.post.accept-json",
        "a POST that accepts text/json is answered with 406",
        _refusing(_wanted(POST, "text/json"), 406),
    ),
    Fault(
        "patch-types-unavailable",
        "webhook.patch.accept-json",
        "a PATCH that accepts the types of patches is answered with 406",
        _refusing(_wanted(PATCH, *PATCH_TYPES), 406),
    ),
    Fault(
        "list-text-json-as-xml",
        "agent.list.accept-json",
        "the list for text/json is declared as text/xml",
        answering(_wanted(LIST, "text/json"), media_type("text/xml")),
    ),
    Fault(
        "post-xml-as-json",
        "webhook.post.accept-xml",
        "the XML of a POST is declared as JSON",
        answering(_wanted(POST, *XML_TYPES), media_type("application/json")),
    ),
    Fault(
        "patch-xml-unescaped",
        "webhook.patch.accept-xml",
        "the XML of a PATCH is not well-formed",
        answering(_wanted(PATCH, *XML_TYPES), _unescaped),
    ),
    Fault(
        "list-xml-unavailable",
        "agent.list.accept-xml",
        "the list cannot be had in XML",
        _refusing(_wanted(LIST, *XML_TYPES), 406),
    ),
    Fault(
        "post-state-translated",
        "webhook.post.languages",
        "a POST in Swedish shows State in Swedish",
        answering(_spoken(POST, "sv"), members(_translated)),
    ),
    Fault(
        "patch-languages-refused",
        "webhook.patch.languages",
        "a PATCH that accepts several languages is refused",
        _refusing(_spoken(PATCH, ","), 400),
    ),
    Fault(
        "list-state-translated",
        "agent.list.languages",
        "a list in Swedish shows State in Swedish",
        answering(
            _spoken(LIST, "sv"), value(lambda found: [{**each, **_translated(each)} for each in found])
        ),
    ),
    Fault(
        "post-zone-shifts",
        "webhook.post.time-zones",
        "a POST for the zone US-NY shows another day",
        answering(_zoned(POST, "US-NY"), members(lambda _: SOME_DAY)),
    ),
    Fault(
        "patch-zone-number-refused",
        "webhook.patch.time-zones",
        "a PATCH takes no zone by its number",
        _refusing(_zoned(PATCH, "261"), 400),
    ),
    Fault(
        "list-zone-shifts",
        "agent.list.time-zones",
        "a list for the zone US-NY shows another day",
        answering(_zoned(LIST, "US-NY"), value(lambda found: [{**each, **SOME_DAY} for each in found])),
    ),
    Fault(
        "select-blank-hides",
        "webhook.post.select-blanks",
        "a name with a blank beside it is not selected",
        decides(parse_selection=_untrimmed),
    ),
    Fault(
        "media-type-lower-case",
        "robust.media-type-case",
        "a Content-Type with capitals is refused",
        _refusing(_both(_any, "CONTENT_TYPE", lambda text: text != text.lower()), 415),
    ),
    Fault(
        "accept-one-type",
        "robust.negotiation",
        "an Accept with more than one type is answered with 406",
        _refusing(_both(_any, "HTTP_ACCEPT", lambda text: "," in text), 406),
    ),
    Fault(
        "media-type-500",
        "robust.other-media-types",
        "a body of an unknown type is a server error",
        answering(_any, instead(500, lambda answer: answer.status == 415, BREAKDOWN)),
    ),
    Fault(
        "large-body-500",
        "robust.large-bodies",
        "a body beyond the limit is a server error",
        answering(_any, instead(500, lambda answer: answer.status == 413, BREAKDOWN)),
    ),
)
