"""Wrong ways to keep what was sent."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from unicodedata import normalize

from mock_server.faults.fault import Entity, Fault, around, keeping, showing
from mock_server.faults.wire import parted

PIECE = 65536


def _entries(name: str, change: Callable[[str, Any], tuple[str, Any]]) -> Callable[[Entity], Entity]:
    """Other entries of a dictionary."""
    return lambda entity: {name: dict(change(key, value) for key, value in entity[name].items())}


def _text(name: str, change: Callable[[str], str]) -> Callable[[Entity], Entity]:
    """Another text, where there is one."""
    return lambda entity: {name: entity[name] and change(entity[name])}


def _inside(value: Any, change: Callable[[Any], Any]) -> Any:
    """The same of whatever stands in a value, and has no parts itself."""
    if isinstance(value, dict):
        return {key: _inside(inner, change) for key, inner in value.items()}
    return [_inside(inner, change) for inner in value] if isinstance(value, list) else change(value)


def _values(change: Callable[[Any], Any]) -> Callable[[Entity], Entity]:
    """Other values in Properties."""
    return lambda entity: {"Properties": _inside(entity["Properties"], change)}


def _wrapped(value: Any) -> Any:
    return (value + 2**31) % 2**32 - 2**31 if type(value) is int else value


def _without_nearly_nothing(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: _without_nearly_nothing(inner) for key, inner in value.items() if inner}


def _in_pieces(read: Any) -> Any:
    return lambda body, content_type, schema: read(parted(body, PIECE), content_type, schema)


def _keep(fault_id: str, member: str, says: str, change: Callable[[Entity], Entity]) -> Fault:
    return Fault(fault_id, f"webhook.post.keeps-{member}", says, keeping(change))


FAULTS = (
    _keep(
        "name-mangled",
        "name",
        "UTF-8 names are read as Latin-1",
        _text("Name", lambda name: name.encode().decode("latin-1")),
    ),
    _keep("name-trimmed", "name", "blanks around a Name are cut off", _text("Name", str.strip)),
    _keep("name-escaped", "name", "a Name is stored as HTML", _text("Name", html.escape)),
    _keep(
        "name-composed",
        "name",
        "letters and marks of a Name are composed",
        _text("Name", lambda name: normalize("NFC", name)),
    ),
    _keep("name-cut", "name", "a Name is cut after 40 characters", _text("Name", lambda name: name[:40])),
    _keep(
        "events-sorted",
        "events",
        "Events are stored in alphabetical order",
        lambda entity: {"Events": sorted(entity["Events"])},
    ),
    _keep(
        "events-lowered",
        "events",
        "Events are stored in lower case",
        lambda entity: {"Events": [event.lower() for event in entity["Events"]]},
    ),
    _keep(
        "events-cut",
        "events",
        "no more than 25 Events are stored",
        lambda entity: {"Events": entity["Events"][:25]},
    ),
    _keep(
        "target-cut",
        "target-url",
        "the query of a TargetUrl is cut off",
        lambda entity: {"TargetUrl": entity["TargetUrl"].partition("?")[0]},
    ),
    _keep(
        "target-cut-late",
        "target-url",
        "a TargetUrl is cut after 2,048 characters",
        lambda entity: {"TargetUrl": entity["TargetUrl"][:2048]},
    ),
    _keep(
        "target-lowered",
        "target-url",
        "a TargetUrl is stored in lower case",
        lambda entity: {"TargetUrl": entity["TargetUrl"].lower()},
    ),
    Fault(
        "secret-masked",
        "webhook.post.keeps-secret",
        "answers show asterisks in place of a Secret",
        showing(lambda entity: {"Secret": entity["Secret"] and "********"}),
    ),
    _keep("secret-trimmed", "secret", "blanks around a Secret are cut off", _text("Secret", str.strip)),
    _keep(
        "secret-cut", "secret", "a Secret is cut after 64 characters", _text("Secret", lambda text: text[:64])
    ),
    _keep(
        "secret-blanks-joined",
        "secret",
        "several blanks in a Secret become one",
        _text("Secret", lambda text: re.sub(" +", " ", text)),
    ),
    _keep("state-forced", "state", "every webhook is stored as Active", lambda _: {"State": "Active"}),
    _keep(
        "type-capitalised",
        "type",
        "Type is stored with a capital letter",
        lambda entity: {"Type": entity["Type"].capitalize()},
    ),
    _keep(
        "headers-lowered",
        "headers",
        "the names of Headers are stored in lower case",
        _entries("Headers", lambda name, value: (name.lower(), value)),
    ),
    _keep(
        "header-values-split",
        "headers",
        "the value of a header is stored up to its first semicolon",
        _entries("Headers", lambda name, value: (name, value.partition(";")[0])),
    ),
    _keep(
        "header-values-cut",
        "headers",
        "the value of a header is cut after 255 characters",
        _entries("Headers", lambda name, value: (name, value[:255])),
    ),
    _keep(
        "headers-few",
        "headers",
        "no more than 20 Headers are stored",
        lambda entity: {"Headers": dict(list(entity["Headers"].items())[:20])},
    ),
    _keep(
        "properties-wrapped",
        "properties",
        "integers in Properties have the lower 32 bits only",
        _values(_wrapped),
    ),
    _keep(
        "properties-whole",
        "properties",
        "numbers in Properties are stored without their fractions",
        _values(lambda value: int(value) if isinstance(value, float) else value),
    ),
    _keep(
        "properties-thinned",
        "properties",
        "zeros, empty texts and false in Properties are not stored",
        lambda entity: {"Properties": _without_nearly_nothing(entity["Properties"])},
    ),
    Fault(
        "bodies-parted",
        "webhook.post.keeps-properties",
        f"characters are lost where a body is read in pieces of {PIECE:,} bytes",
        around("read", _in_pieces),
    ),
    _keep(
        "properties-shallow",
        "properties",
        "what stands below the first level of Properties is lost",
        _entries("Properties", lambda name, value: (name, {} if isinstance(value, dict) else value)),
    ),
    _keep(
        "properties-as-texts",
        "properties",
        "numbers and truth values in Properties are stored as texts",
        _values(str),
    ),
    _keep("errors-email-lost", "errors-email", "ErrorsEmail is not stored", lambda _: {"ErrorsEmail": None}),
)
