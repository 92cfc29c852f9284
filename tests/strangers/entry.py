"""Who is let in, and what language and which types a request and its answer are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JSON_TYPES = frozenset(
    {"application/json", "text/json", "application/json-patch+json", "application/merge-patch+json"}
)


def same_credentials(given: str, expected: str) -> bool:
    """Scheme names have no letter case (RFC 9110, section 11.1); what follows them has."""
    one, other = given.partition(" "), expected.partition(" ")
    return one[0].lower() == other[0].lower() and one[2] == other[2]


def media_type(header: str) -> str:
    """The type in a Content-Type, which has no letter case (RFC 9110, section 8.3.1)."""
    return header.partition(";")[0].strip().lower()


def spoken(value: Any, _headers: Mapping[str, str]) -> Any:
    """An answer as the caller's language and zone have it: nothing of a webhook depends on them."""
    return value


def welcome(_accept: str) -> None:
    """Whatever is accepted, JSON is answered where nothing else fits."""
