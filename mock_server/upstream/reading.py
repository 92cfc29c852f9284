"""Reads JSON as RFC 8259 has it: also what the mock refuses in requests, such as half of a surrogate pair."""

from __future__ import annotations

import codecs
import json
from typing import Any, NoReturn

import orjson


def value_of_json(body: bytes, charset: str | None) -> Any:
    """The value of a body, or ValueError; a byte order mark is skipped, as section 8.1 allows."""
    try:
        text = body if charset in (None, "utf-8", "utf8") else body.decode(charset).encode()
    except LookupError:
        raise ValueError(f"unknown charset {charset}") from None
    text = text.removeprefix(codecs.BOM_UTF8)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _patiently(text)


def _patiently(text: bytes) -> Any:
    try:
        return json.loads(text.decode(), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("more levels than can be read") from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
