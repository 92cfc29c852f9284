"""Bodies in JSON."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Any

import orjson

from mock_server.problems import Invalid, Unsupported

# Deeper than any webhook, and far below what would exhaust the stack.
DEPTH = 100


def write(value: Any) -> bytes:
    """The JSON of an answer."""
    return orjson.dumps(value)


def read(body: bytes, charset: str | None = None) -> Any:
    """The value of a request body; a byte order mark is skipped."""
    text = body if charset in (None, "utf-8", "utf8") else _recoded(body, charset)
    try:
        value = orjson.loads(text.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise Invalid(f"body: expected JSON in UTF-8, got {error}") from None
    if text.count(b"[") + text.count(b"{") > DEPTH:
        _demand_shallow(value)
    return value


def _demand_shallow(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH):
        level = [inner for outer in level for inner in _parts(outer)]
        if not level:
            return
    raise Invalid(f"body: expected at most {DEPTH} levels, got more")


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _recoded(body: bytes, charset: str) -> bytes:
    try:
        return body.decode(charset).encode()
    except LookupError:
        raise Unsupported(f"Content-Type: expected the charset utf-8, got {charset!r}") from None
    except (UnicodeError, ValueError):
        raise Invalid(f"body: expected text in {charset}, got other bytes") from None
