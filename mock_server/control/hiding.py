"""Hides what nobody else may read: credentials, and the secrets and headers of webhooks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "x-xsrf-token", "so-apptoken"})
SECRETS = frozenset({*CREDENTIALS, "set-cookie"})
HIDDEN = "***"
SECRET, HEADERS = "secret", "headers"
MEMBERS = (SECRET, HEADERS)
_JSON = re.compile(r'("Secret"\s*:\s*)"(?:\\.|[^"\\])*"?', re.IGNORECASE)
_XML = re.compile(r"(<(?:\w+:)?(Secret|Headers)\b[^>]*>).*?(?=</(?:\w+:)?\2>|$)", re.IGNORECASE | re.DOTALL)
_FORM = re.compile(r"((?:^|&)(?:Secret|Headers)=)[^&]*", re.IGNORECASE)


def hidden(name: str, value: str) -> str:
    """A header without what would let somebody in; the scheme of credentials stays."""
    if name.casefold() not in SECRETS:
        return value
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {HIDDEN}" if blank and name.casefold() == "authorization" else HIDDEN


def without_secrets(value: Any) -> Any:
    """A JSON value whose secrets are hidden; operations of a patch are looked into."""
    if isinstance(value, list):
        return [without_secrets(each) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(path := _member(value, "path"), str) and _member(value, "op") is not None:
        first = path.strip("/").partition("/")[0].casefold()
        return {
            name: _veiled(each) if name.casefold() == "value" and first in MEMBERS else without_secrets(each)
            for name, each in value.items()
        }
    return {
        name: _veiled(each) if name.casefold() in MEMBERS else without_secrets(each)
        for name, each in value.items()
    }


def _member(value: dict[str, Any], name: str) -> Any:
    return next((each for key, each in value.items() if key.casefold() == name), None)


def _veiled(value: Any) -> Any:
    """The same shape without its texts; what is no text can be no secret, and may be what is wrong."""
    if isinstance(value, dict):
        return {name: _veiled(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_veiled(each) for each in value]
    return HIDDEN if isinstance(value, str) and value else value


def hidden_text(text: str) -> str:
    """A body as text without its secrets; one that has none stays as it was written."""
    folded = text.casefold()
    if not any(member in folded for member in MEMBERS):
        return text
    try:
        value = orjson.loads(text)
        without = without_secrets(value)
    except (orjson.JSONDecodeError, RecursionError):
        return _FORM.sub(rf"\1{HIDDEN}", _XML.sub(rf"\1{HIDDEN}", _JSON.sub(rf'\1"{HIDDEN}"', text)))
    return text if without == value else orjson.dumps(without).decode()


def credentials(headers: Iterable[tuple[str, str]]) -> list[str]:
    """What let a request in, in the forms in which an answer could repeat it."""
    found = [value for name, value in headers if name.casefold() in CREDENTIALS and value]
    return sorted({part for each in found for part in (each, each.partition(" ")[2]) if part}, key=len)[::-1]


def cleared(text: str, secrets: Iterable[str]) -> str:
    """A text without what let the request in, and without what no encoding can write."""
    for each in secrets:
        text = text.replace(each, HIDDEN)
    return text.encode(errors="backslashreplace").decode()
