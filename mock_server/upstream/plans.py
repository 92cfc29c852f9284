"""The operations of the document, prepared for the check of many exchanges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mock_server.control.asked import operation_of, template
from openapi.document import BASE_PATH, Operation, load, token

# A place in the document, and what stands there.
Place = tuple[str, Any]
Contents = Mapping[str, str]

ROOTS = ("/Webhook", "/Agents/Webhook")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: where it is, its name, and where it and its schema are described."""

    at: str
    name: str
    required: bool
    place: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One operation; `contents` lead from media types to the places of schemas."""

    id: str
    place: str
    path: re.Pattern[str]
    parameters: tuple[Parameter, ...]
    body: Place | None
    body_contents: Contents
    answers: Mapping[str, tuple[str, Contents]]


def is_described(method: str, path: str) -> bool:
    """Whether the document is about this path; a server has other resources, and describes its agents."""
    below = path.removeprefix(BASE_PATH)
    if below == path or not any(f"{below}/".startswith(f"{root}/") for root in ROOTS):
        return False
    return not (method in ("GET", "HEAD") and below.startswith("/Agents/"))


def plan_of(method: str, path: str) -> Plan | None:
    """The operation that a request names; HEAD is GET without a body (RFC 9110, 9.3.2)."""
    name = operation_of("GET" if method == "HEAD" else method, path)
    return None if name is None else plans()[name]


@cache
def plans() -> Mapping[str, Plan]:
    """All operations by their ids."""
    return {each.id: _plan(each) for each in load().operations.values()}


def _plan(operation: Operation) -> Plan:
    path = f"#/paths/{token(operation.path)}"
    place = f"{path}/{operation.method.lower()}"
    body = followed(f"{place}/requestBody") if "requestBody" in operation.raw else None
    return Plan(
        id=operation.id,
        place=place,
        path=named(operation.path),
        parameters=tuple(_parameters(place, operation)),
        body=body,
        body_contents=_contents(body) if body else {},
        answers={
            status: (found[0], _contents(found))
            for status in operation.raw["responses"]
            for found in (followed(f"{place}/responses/{status}"),)
        },
    )


def named(path: str) -> re.Pattern[str]:
    """A documented path with a group for each of its parameters."""
    names = re.findall(r"\{(\w+)\}", path)
    pattern = template(path).pattern
    for name in names:
        pattern = pattern.replace("[^/]+", f"(?P<{name}>[^/]*)", 1)
    return re.compile(pattern)


def _parameters(place: str, operation: Operation) -> Iterator[Parameter]:
    for index in range(len(operation.raw.get("parameters", ()))):
        where, found = followed(f"{place}/parameters/{index}")
        yield Parameter(found["in"], found["name"], found.get("required", False), where)


def followed(place: str) -> Place:
    """A place in the document, or the one that its `$ref` names."""
    found: Any = load().raw
    for part in place.removeprefix("#/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) else found[key]
    return followed(found["$ref"]) if set(found) == {"$ref"} else (place, found)


def _contents(found: Place) -> Contents:
    place, value = found
    return {media: f"{place}/content/{token(media)}/schema" for media in value.get("content", {})}
