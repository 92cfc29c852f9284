"""Paths into a webhook: JSON Pointer with an optional first slash and property names in any case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mock_server.problems import Invalid, shown

Tokens = tuple[str, ...]

APPEND = "-"
_STRAY = re.compile(r"~(?![01])")


def split(path: str) -> Tokens:
    """The steps of a path: `/Headers/X~1Y` leads to Headers and then to `X/Y`."""
    if path.strip("/") == "":
        raise Invalid(f"path: expected the name of a property, got {path!r}")
    if _STRAY.search(path):
        raise Invalid(f"path: expected ~0 or ~1 after each ~, got {shown(path)}")
    return tuple(unescape(token) for token in path.removeprefix("/").split("/"))


def unescape(token: str) -> str:
    """RFC 6901, section 4: first ~1, then ~0, so that `~01` is `~1` and not a slash."""
    return token.replace("~1", "/").replace("~0", "~")


def property_name(names: Iterable[str], token: str) -> str | None:
    """The documented name of a property that is written in any case."""
    if token in names:
        return token
    return next((name for name in names if name.casefold() == token.casefold()), None)


def key(dictionary: Mapping[str, Any], token: str) -> str | None:
    """The key of a dictionary entry: as it is written, or else the only one that differs in case."""
    if token in dictionary:
        return token
    alike = [name for name in dictionary if name.casefold() == token.casefold()]
    return alike[0] if len(alike) == 1 else None


def index(array: list[Any], token: str) -> int | None:
    """The place of an existing element, None when there is no such place."""
    if not (token.isascii() and token.isdigit()) or (token.startswith("0") and len(token) > 1):
        raise Invalid(f"path: expected the index of an element, got {shown(token)}")
    # More digits than any array of a request can have elements.
    place = int(token[:10])
    return place if place < len(array) else None
