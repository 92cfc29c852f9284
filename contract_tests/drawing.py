"""What schemathesis draws of the document, and how it goes out."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.kit.address import NOWHERE
from contract_tests.kit.exchange import Request
from contract_tests.kit.target import USER_AGENT, Target
from openapi import document

JSON = "application/json"
WIRE = {"method", "url", "headers", "params", "json", "data", "files", "cookies"}
# Conditions are the business of other checks; credentials and formats of the run.
LEFT_OUT = {"authorization", "x-xsrf-token", "cookie", "so-apptoken", "host"}

# In place of what takes long to draw. Nearly every URL gives way to our receiver's, and none leads anywhere
# else; stamps are the server's own.
STAND_INS = {
    "HttpUrl": {"type": "string", "enum": [f"{NOWHERE}/hook"]},
    "Timestamp": {"type": "string", "format": "date-time"},
}


@functools.cache
def schema() -> Any:
    """The document as schemathesis reads it; an empty configuration keeps files of the user's out."""
    import schemathesis  # half a second in which slow observations could be under way already

    return schemathesis.openapi.from_dict(slimmed(document.load().raw), config=schemathesis.Config())


def slimmed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what is slow to draw and has checks of its own.

    That is headers, credentials, other bodies than JSON, and members that no page names.
    """
    slim = copy.deepcopy({name: part for name, part in raw.items() if name not in {"webhooks", "security"}})
    del slim["components"]["securitySchemes"]
    slim["components"]["schemas"] |= STAND_INS
    for body in slim["components"]["requestBodies"].values():
        body["content"] = {JSON: body["content"][JSON]}
    for each in parts(slim):
        if "properties" in each and each.get("type") == "object":
            each.setdefault("additionalProperties", False)
        if isinstance(named := each.get("parameters"), list):
            named[:] = [parameter for parameter in named if not is_header(slim, parameter)]
    return slim


def parts(whole: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(whole, dict):
        yield whole
    if isinstance(whole, dict | list):
        for each in whole.values() if isinstance(whole, dict) else whole:
            yield from parts(each)


def is_header(raw: Mapping[str, Any], parameter: Mapping[str, Any]) -> bool:
    """True for a parameter that travels in a header, or a reference to one."""
    name = parameter.get("$ref", "").rpartition("/")[2]
    return bool(raw["components"]["parameters"].get(name, parameter)["in"] == "header")


def takes_input(operation: str) -> bool:
    """False for an operation with nothing to draw, and so with nothing to draw wrong."""
    raw = document.load().operations[operation].raw
    return "requestBody" in raw or not all(
        is_header(document.load().raw, each) for each in raw.get("parameters", ())
    )


@functools.cache
def cases(operation: str, mode: str) -> Any:
    """What schemathesis draws for one operation, right or wrong."""
    from schemathesis import GenerationMode

    return schema().find_operation_by_id(operation).as_strategy(generation_mode=GenerationMode(mode))


def request(target: Target, case: Any) -> Request:
    """A drawn case as it goes out."""
    import requests  # as schemathesis does

    arguments = case.as_transport_kwargs(base_url=target.base)
    wire = requests.Request(**{key: value for key, value in arguments.items() if key in WIRE}).prepare()
    headers = dict(target.credentials) | {"Accept": "application/json", "User-Agent": USER_AGENT}
    headers |= {name: text(value) for name, value in wire.headers.items() if name.lower() not in LEFT_OUT}
    body = wire.body.encode() if isinstance(wire.body, str) else wire.body
    path = str(wire.url)[len(target.base) :]
    return Request(str(wire.method), path, str(wire.url), headers, body)


def text(value: str | bytes) -> str:
    """A header's value as the connection takes it."""
    return value.decode("latin-1") if isinstance(value, bytes) else value
