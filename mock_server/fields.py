"""Reads values as a schema of the document describes them: any case in, the documented form out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Any

from mock_server.problems import Invalid, shown
from openapi.document import Document, Schema

# (value, its place in the body) -> the value in its documented form
Reader = Callable[[Any, str], Any]

INT32 = range(-(2**31), 2**31)
# orjson writes 254 levels; a body far below that is already no webhook.
DEPTH = 64


def wrong(place: str, expected: str, value: object) -> Invalid:
    """The refusal of one value: where, what was expected, what came."""
    return Invalid(f"{place}: expected {expected}, got {shown(value)}")


class Fields:
    """The readers of one document, each made once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._readers: dict[str, Reader] = {}

    def reader(self, name: str) -> Reader:
        """The reader of one of `components.schemas`."""
        if name not in self._readers:
            # A schema may hold itself: what is found meanwhile asks again when it runs.
            self._readers[name] = partial(self._later, name)
            self._readers[name] = self._compile(self._document.schema(name))
        return self._readers[name]

    def _later(self, name: str, value: Any, place: str) -> Any:
        return self._readers[name](value, place)

    def members(self, name: str) -> Mapping[str, Reader]:
        """The readers of the properties of an object schema, by their documented names."""
        properties = self._document.schema(name)["properties"]
        return {member: self._compile(schema) for member, schema in properties.items()}

    def _compile(self, schema: Schema) -> Reader:
        if "$ref" in schema:
            return self.reader(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            return self._choice(schema)
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        read = self._simple(next(kind for kind in kinds if kind != "null"), schema)
        return nullable(read) if "null" in kinds else read

    def _choice(self, schema: Schema) -> Reader:
        branches = [branch for branch in schema["anyOf"] if branch.get("type") != "null"]
        # A number stands for a name by its place in the enum, so a branch of numbers adds nothing.
        named = [branch for branch in branches if branch.get("type") != "integer"]
        if any(branch.get("format") == "date-time" for branch in named):
            return moment
        read = self._compile(named[0])
        return nullable(read) if len(branches) < len(schema["anyOf"]) else read

    def _simple(self, kind: str, schema: Schema) -> Reader:
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return array(self._compile(schema["items"]))
        if kind == "string":
            return names(tuple(schema["enum"])) if "enum" in schema else text(schema.get("maxLength"))
        return {"integer": int32, "boolean": boolean}[kind]

    def _object(self, schema: Schema) -> Reader:
        if "properties" in schema:
            readers = {name: self._compile(member) for name, member in schema["properties"].items()}
            return record(readers, required=tuple(schema.get("required", ())))
        if "additionalProperties" in schema:
            return dictionary(self._compile(schema["additionalProperties"]))
        return free


def nullable(read: Reader) -> Reader:
    """Lets null through."""
    return lambda value, place: None if value is None else read(value, place)


def record(readers: Mapping[str, Reader], required: tuple[str, ...] = ()) -> Reader:
    """An object whose property names match in any case; unknown ones are left out."""
    known = {name.casefold(): (name, read) for name, read in readers.items()}

    def read_record(value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            raise wrong(place, "an object", value)
        found = {}
        for key, member in value.items():
            match = known.get(key) or known.get(key.casefold())
            if match is not None:
                name, read = match
                found[name] = read(member, f"{place}.{name}")
        for name in required:
            if name not in found:
                raise Invalid(f"{place}: expected a member {name}, got none")
        return found

    return read_record


def array(read: Reader) -> Reader:
    """A list whose items are all of one kind."""

    def read_array(value: Any, place: str) -> Any:
        if not isinstance(value, list):
            raise wrong(place, "an array", value)
        return [read(item, f"{place}[{index}]") for index, item in enumerate(value)]

    return read_array


def dictionary(read: Reader) -> Reader:
    """An object whose keys are the caller's own."""

    def read_dictionary(value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            raise wrong(place, "an object", value)
        return {plain(key, place): read(member, f"{place}.{key}") for key, member in value.items()}

    return read_dictionary


def free(value: Any, place: str) -> Any:
    """An object of any JSON values."""
    if not isinstance(value, dict):
        raise wrong(place, "an object", value)
    _walk(value, place, DEPTH)
    return value


def _walk(value: Any, place: str, depth: int) -> None:
    if isinstance(value, str):
        plain(value, place)
    elif isinstance(value, dict | list):
        if not depth:
            raise Invalid(f"{place}: expected at most {DEPTH} levels, got more")
        for item in value.items() if isinstance(value, dict) else value:
            for part in item if isinstance(item, tuple) else (item,):
                _walk(part, place, depth - 1)


def plain(value: str, place: str) -> str:
    """A text that every database can keep."""
    if "\0" in value:
        raise wrong(place, "text without NUL", value)
    return value


@cache
def text(limit: int | None) -> Reader:
    """A text of at most so many characters."""

    def read_text(value: Any, place: str) -> Any:
        if not isinstance(value, str):
            raise wrong(place, "a text", value)
        if limit is not None and len(value) > limit:
            raise Invalid(f"{place}: expected at most {limit} characters, got {len(value)}")
        return plain(value, place)

    return read_text


@cache
def names(members: tuple[str, ...]) -> Reader:
    """An enum: a name in any case, several joined by commas where it has such members, or a number."""
    known = {_parts(name): name for name in members}

    def read_name(value: Any, place: str) -> Any:
        if isinstance(value, str) and value in members:
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:9])
        if isinstance(value, str) and _parts(value) in known:
            return known[_parts(value)]
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(members):
            return members[value]
        raise wrong(place, f"one of {', '.join(map(repr, members))} or its number", value)

    return read_name


def _parts(name: str) -> frozenset[str]:
    return frozenset(part.strip().casefold() for part in name.split(","))


def int32(value: Any, place: str) -> Any:
    """A whole number of 32 bits; 1.0 is one, as JSON Schema counts."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong(place, "a whole number", value)
    if value not in INT32:
        raise wrong(place, f"a number from {INT32[0]} to {INT32[-1]}", value)
    return value


def boolean(value: Any, place: str) -> Any:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(place, "true or false", value)
    return value


def moment(value: Any, place: str) -> Any:
    """A date and time as ISO 8601 writes it, with or without an offset."""
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise wrong(place, "a date and time such as 2026-11-21T13:00:00Z", value) from None
    return value
