"""Turns what an operation returns into bytes and headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Response

from mock_server.formats import as_json, as_xml
from mock_server.formats.negotiation import FALLBACK, Wanted, wanted
from mock_server.problems import NotModified, Problem, error_object

if TYPE_CHECKING:
    from mock_server.web.calls import Call

STAMPS = ("Registered", "Updated")


@dataclass(frozen=True, slots=True)
class Result:
    """A value, the name of its carrier, and whether the operation has `$select`."""

    value: Any
    carrier: str
    selects: bool = False


NOTHING: Final = Result(None, "")


def answer(call: Call, result: Result) -> Response:
    """The answer of an operation that went well."""
    if result is NOTHING:
        return Response(status=204)
    return write(finished(call, result), result.carrier, call.environ.get("HTTP_ACCEPT"))


def finished(call: Call, result: Result) -> Any:
    """The value as the caller asked for it."""
    behaviour = call.service.behaviour
    value = behaviour.shown(result.value)
    if call.tags_offsets():
        value = tagged(value)
    chosen = call.query("$select") if result.selects else None
    return behaviour.select(value, behaviour.parse_selection(chosen)) if chosen else value


def tagged(value: Any) -> Any:
    """The value with its stamps marked as UTC."""
    if isinstance(value, list):
        return [tagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {**value, **{name: f"{value[name]}Z" for name in STAMPS if value.get(name)}}


def write(value: Any, carrier: str, accept: str | None, status: int = 200) -> Response:
    """A value in the media type that the caller likes best."""
    form = wanted(accept) if accept else FALLBACK
    return Response(_bytes(value, carrier, form), status=status, content_type=form.content_type)


def _bytes(value: Any, carrier: str, form: Wanted) -> bytes:
    return as_xml.write(value, carrier) if form.xml else as_json.write(value)


def refusal(problem: Problem, accept: str | None) -> Response:
    """The answer of an operation that was refused."""
    if isinstance(problem, NotModified):
        return Response(status=304)
    response = write(problem.body(), "Error", accept, problem.status)
    response.headers.update(problem.headers)
    return response


def failure(status: int, kind: str, message: str, accept: str | None) -> Response:
    """The answer of a request that no operation got."""
    return write(error_object(kind, message), "Error", accept, status)
