"""Which media type an answer has, from `Accept`; JSON when nothing fits, unless that is to be refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

JSON = "application/json"
JSON_TYPES = (JSON, "text/json", "application/json-patch+json", "application/merge-patch+json")
XML_TYPES = ("application/xml", "text/xml")
FORM = "application/x-www-form-urlencoded"
OFFERED = (*JSON_TYPES, *XML_TYPES)
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The form of an answer."""

    content_type: str
    xml: bool


def _as(media_type: str) -> Wanted:
    return Wanted(f"{media_type}; charset=utf-8", media_type in XML_TYPES)


FALLBACK = _as(JSON)


@lru_cache(maxsize=64)
def wanted(accept: str) -> Wanted:
    """The first offer of the highest quality, or JSON."""
    return _best(accept) or FALLBACK


@lru_cache(maxsize=64)
def fits(accept: str) -> bool:
    """Whether anything is offered that is accepted."""
    return _best(accept) is not None


def quality(accept: str, patterns: tuple[str, ...]) -> float:
    """The quality that a header gives to the first of these names that is in it; 0 for none."""
    ranges = [parsed for part in accept[:LONGEST].split(",") if (parsed := _range(part))]
    for pattern in patterns:
        for name, number in ranges:
            if name == pattern:
                return number
    return 0.0


def _best(accept: str) -> Wanted | None:
    ranked = sorted(((_quality(offer, accept), offer) for offer in OFFERED), key=lambda pair: -pair[0])
    number, best = ranked[0]
    return _as(best) if number > 0 else None


def _range(part: str) -> tuple[str, float] | None:
    name, *parameters = (piece.strip().casefold() for piece in part.split(";"))
    if not name:
        return None
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name, _number(value)
    return name, 1.0


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(offer: str, accept: str) -> float:
    """RFC 9110, 12.5.1: the most specific range that fits an offer gives its quality."""
    return quality(accept, (offer, offer.partition("/")[0] + "/*", "*/*"))
