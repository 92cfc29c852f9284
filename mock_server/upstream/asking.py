"""Whether a client's request is one that the document describes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from mock_server.formats import bodies
from mock_server.formats.negotiation import FORM, JSON_TYPES, XML_TYPES
from mock_server.problems import Problem
from mock_server.upstream.passed import Finding, Passed, decoded
from mock_server.upstream.plans import Parameter, Plan
from mock_server.upstream.reading import value_of_json
from mock_server.upstream.schemas import departures, shown
from mock_server.upstream.wider import respelled, schemas
from openapi.document import BASE_PATH

SCHEMES = ("basic", "bearer", "soticket")
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")


def findings(passed: Passed, plan: Plan) -> Iterator[Finding]:
    """What is wrong with a request."""
    yield from _credentials(passed)
    yield from _parameters(passed, plan)
    if plan.body is not None:
        yield from _body(passed, plan)


def _credentials(passed: Passed) -> Iterator[Finding]:
    scheme = (passed.header("authorization") or "").partition(" ")[0].casefold()
    if scheme not in SCHEMES and not passed.header("x-xsrf-token"):
        came = f"the scheme {scheme!r}" if scheme else "none"
        yield _finding(
            "request headers",
            "",
            "Authorization (Basic, Bearer, SoTicket) or X-XSRF-TOKEN",
            came,
            "#/security",
        )


def _parameters(passed: Passed, plan: Plan) -> Iterator[Finding]:
    fits = plan.path.fullmatch(passed.path.removeprefix(BASE_PATH))
    query = passed.target.partition("?")[2]
    given = {
        "path": fits.groupdict() if fits else {},
        "query": {name.casefold(): value for name, value in parse_qsl(query, keep_blank_values=True)},
        "header": {name.casefold(): value for name, value in passed.headers},
    }
    for parameter in plan.parameters:
        name = parameter.name if parameter.at == "path" else parameter.name.casefold()
        yield from _parameter(parameter, given[parameter.at].get(name))


def _parameter(parameter: Parameter, came: str | None) -> Iterator[Finding]:
    place = f"request {parameter.at}"
    if came is None or (came == "" and not parameter.required):
        if parameter.required:
            yield _finding(place, "", f"a parameter {parameter.name}", "none", parameter.place)
        return
    value = int(came) if _WHOLE.fullmatch(came) else came
    # A text of digits is a text where one is expected.
    found = [list(departures(f"{parameter.place}/schema", each, asked=True)) for each in (value, came)]
    if all(found):
        each = found[0][0]
        expected = f"{parameter.name}: {each.expected}"
        yield _finding(place, each.pointer, expected, shown(came), each.documented)


def _body(passed: Passed, plan: Plan) -> Iterator[Finding]:
    place, described = plan.body or ("", {})
    body = decoded(passed.body, passed.headers)
    if body is None:
        return
    if not body:
        if described.get("required"):
            yield _finding("request body", "", "a body", "none", place)
        return
    media, charset = bodies.parsed(passed.header("content-type") or "")
    if passed.header("content-type") is None or media not in plan.body_contents:
        expected = ", ".join(plan.body_contents)
        came = shown(passed.header("content-type")) if passed.header("content-type") else "none"
        yield _finding("request content-type", "", f"one of {expected}", came, f"{place}/content")
        return
    yield from _content(body, media, charset, plan.body_contents[media])


def _content(body: bytes, media: str, charset: str | None, place: str) -> Iterator[Finding]:
    try:
        value = _read(body, media, charset, place)
    except ValueError as error:
        yield _finding("request body", "", "JSON", str(error), place)
        return
    except Problem as problem:
        expected, _, came = problem.message.removeprefix("body: expected ").rpartition(", got ")
        yield _finding("request body", "", expected, came, place)
        return
    for each in departures(place, value, asked=True):
        yield _finding("request body", *each)


def _read(body: bytes, media: str, charset: str | None, place: str) -> Any:
    name = _schema_name(place)
    if media in JSON_TYPES:
        return respelled(value_of_json(body, charset), schemas()[name])
    if media in XML_TYPES or media == FORM:
        return bodies.read(body, media, name)
    return value_of_json(body, charset)


def _schema_name(place: str) -> str:
    from mock_server.upstream.plans import followed

    return followed(place)[0].rpartition("/")[2]


def _finding(place: str, pointer: str, expected: str, got: str, documented: str) -> Finding:
    return Finding("client", place, pointer, expected, got, documented)
