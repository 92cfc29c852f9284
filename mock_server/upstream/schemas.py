"""Holds JSON values against schemas of the document, and says where both of them depart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from mock_server.control.hiding import without_secrets
from mock_server.upstream.wider import schemas
from openapi.document import load, token

MOST = 10
SHOWN = 120
# What a keyword expects; others speak for themselves.
WORDS = {
    "const": "{}",
    "pattern": "a text that fits {}",
    "maxLength": "at most {} characters",
    "minLength": "at least {} characters",
    "maximum": "at most {}",
    "minimum": "at least {}",
    "anyOf": "one of several forms",
    "oneOf": "one of several forms",
    "propertyNames": "other names, {}",
}


class Departure(NamedTuple):
    """One place in a value, what its schema expects there, what is there, and where the schema stands."""

    pointer: str
    expected: str
    got: str
    documented: str


def departures(place: str, value: Any, *, asked: bool) -> Iterator[Departure]:
    """Where a value is not as the schema at a place says; `asked` is for what requests may say."""
    # A thousand times faster than what can explain: nearly everything is as it should be.
    if not _is_fine(place, value, asked=asked):
        found: dict[tuple[str, ...], Departure] = {}
        for each in _explained(place, asked, value):
            # What the document says in two places is one departure.
            found.setdefault(each[:3], each)
        yield from found.values()


def _is_fine(place: str, value: Any, *, asked: bool) -> bool:
    try:
        return bool(_judge(place, asked).is_valid(value))
    except ValueError:
        # It cannot read everything: half of a surrogate pair, hundreds of levels.
        return False


def _explained(place: str, asked: bool, value: Any) -> Iterator[Departure]:
    root = _root(place, asked)
    for error in islice(_validator(place, asked).iter_errors(value), MOST):
        nearest = _nearest(error)
        yield Departure(
            "".join(f"/{token(str(each))}" for each in nearest.absolute_path),
            _expected(nearest),
            _got(nearest, value),
            _documented(root, nearest),
        )


def _nearest(error: ValidationError) -> ValidationError:
    """What to tell of an error that has several ways out; null is one of nearly every member's."""
    while error.context:
        left = [each for each in error.context if (each.validator, each.validator_value) != ("type", "null")]
        if len({each.relative_schema_path[0] for each in left}) != 1:
            return best_match([error]) or error
        error = left[0]
    return error


@cache
def _judge(place: str, asked: bool) -> Any:
    return jsonschema_rs.Draft202012Validator(_root(place, asked))


@cache
def _validator(place: str, asked: bool) -> Draft202012Validator:
    return Draft202012Validator(_root(place, asked))


@cache
def _root(place: str, asked: bool) -> dict[str, Any]:
    raw = load().raw
    components = {**raw["components"], "schemas": schemas()} if asked else raw["components"]
    return {"$ref": place, "components": components, "paths": raw["paths"]}


def _expected(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    if error.validator == "required":
        # There is an error for each of them, and they are told together.
        missing = [name for name in wanted if name not in instance]
        return f"the members {', '.join(missing)}" if missing[1:] else f"a member {missing[0]}"
    if error.validator == "type":
        return " or ".join([wanted] if isinstance(wanted, str) else wanted)
    if error.validator == "pattern" and (title := schema.get("title")):
        return str(title)
    if error.validator == "enum":
        return f"one of {', '.join(map(repr, wanted))}"
    words = WORDS.get(str(error.validator), f"{error.validator} {{}}")
    return words.format(shown(wanted))


def _got(error: ValidationError, value: Any) -> str:
    """What is there, without what is secret in it or was on the way to it."""
    if error.validator == "required":
        return "none"
    try:
        hidden = without_secrets(value)
        for key in error.absolute_path:
            hidden = hidden[key]
        return shown(hidden)
    except RecursionError:
        return "too many levels to be shown"


def _documented(root: Mapping[str, Any], error: ValidationError) -> str:
    """The place of the keyword that failed, in the schema where it is written."""
    here: Any = root
    place = ""
    for key in error.absolute_schema_path:
        # The library follows references without a word.
        while not _has(here, key):
            place = here["$ref"]
            here = _at(root, place)
        place, here = f"{place}/{token(str(key))}", here[key]
    return place


def _has(here: Any, key: str | int) -> bool:
    return isinstance(here, list) or key in here


def _at(root: Mapping[str, Any], place: str) -> Any:
    found: Any = root
    for part in place.removeprefix("#/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) else found[key]
    return found


def shown(value: Any) -> str:
    """A value short enough for a line."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."
