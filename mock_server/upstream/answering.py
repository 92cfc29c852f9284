"""Whether a server's answer is one that the document describes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mock_server.control.hiding import hidden_text
from mock_server.formats import bodies
from mock_server.formats.negotiation import JSON_TYPES, XML_TYPES
from mock_server.upstream.hops import value_of
from mock_server.upstream.passed import Finding, Passed, decoded, text_of
from mock_server.upstream.plans import Contents, Plan
from mock_server.upstream.reading import value_of_json
from mock_server.upstream.schemas import Departure, departures, shown
from mock_server.upstream.sending import Answered

# What HTTP lets any server say, whatever a document lists (RFC 9110, 15.5; RFC 6585).
OF_HTTP = frozenset({405, 406, 408, 411, 413, 414, 415, 417, 421, 422, 426, 428, 429, 431, 451})
BUSY = 503
LONG = 64 * 1024


def findings(passed: Passed, answered: Answered, plan: Plan, *, faultless: bool) -> Iterator[Finding]:
    """What is wrong with an answer; a refusal of a request that is wrong may have any status of its class."""
    if answered.broken:
        yield _finding("answer body", "", "a whole body", answered.broken, f"{plan.place}/responses")
        return
    found = plan.answers.get(str(answered.status))
    if found is None:
        if not _is_free(answered, faultless):
            expected = f"one of {', '.join(plan.answers)}"
            place = f"{plan.place}/responses"
            yield _finding("answer status", "", expected, str(answered.status), place)
        return
    place, contents = found
    if answered.status == 304 or passed.method == "HEAD":
        return
    if contents:
        yield from _content(answered, place, contents)
    elif answered.body:
        yield _finding("answer body", "", "no body", _excerpt(answered), place)


def _is_free(answered: Answered, faultless: bool) -> bool:
    """Whether a status that the document does not list is no departure from it."""
    status = answered.status
    if status == BUSY:
        return value_of(answered.headers, "retry-after") is not None
    return 400 <= status < 500 and (not faultless or status in OF_HTTP)


def _content(answered: Answered, place: str, contents: Contents) -> Iterator[Finding]:
    body = decoded(answered.body, answered.headers)
    if body is None:
        return
    said = value_of(answered.headers, "content-type")
    media, charset = bodies.parsed(said or "")
    refused = answered.status >= 400
    # No page shows a refusal in any other form than JSON, or says that it has to have one.
    if refused and (not body.strip() or said is None or media not in JSON_TYPES):
        return
    if said is None or media not in contents:
        came = shown(said) if said else "none"
        yield _finding("answer content-type", "", f"one of {', '.join(contents)}", came, f"{place}/content")
    elif media in JSON_TYPES:
        for each in _of_json(contents[media], body, charset):
            yield _finding("answer body", *each)
    elif media in XML_TYPES:
        yield from _of_xml(answered, body, contents[media])


def _of_json(place: str, body: bytes, charset: str | None) -> tuple[Departure, ...]:
    # The same answers come again and again.
    return _known(place, body, charset) if len(body) <= LONG else _departed(place, body, charset)


def _departed(place: str, body: bytes, charset: str | None) -> tuple[Departure, ...]:
    try:
        value = value_of_json(body, charset)
    except ValueError:
        return (Departure("", "JSON", shown(hidden_text(body[:LONG].decode(errors="replace"))), place),)
    return tuple(departures(place, value, asked=False))


_known = lru_cache(maxsize=128)(_departed)


def _of_xml(answered: Answered, body: bytes, place: str) -> Iterator[Finding]:
    """No page shows an answer in XML: it has to be XML, or the JSON that some servers send all the same."""
    from xml.parsers import expat

    try:
        expat.ParserCreate().Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        yield _finding("answer body", "", "well-formed XML", _excerpt(answered), place)


def _excerpt(answered: Answered) -> str:
    return shown(hidden_text(text_of(answered.body, answered.headers)))


def _finding(place: str, pointer: str, expected: str, got: str, documented: str) -> Finding:
    return Finding("server", place, pointer, expected, got, documented)
