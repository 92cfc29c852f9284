"""What a request may be understood to say: the numbers in a text, the members of a body, in any notation."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

Members = list[tuple[str, Any]]  # folded names, dotted below the top, and scalar values

NUMBER = re.compile(r"0x[0-9a-f]+|0b[01]+|0o[0-7]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?")
GROUPED = re.compile(r"\d+(?:[,_' ]\d+)+")
LONGEST = 4_000  # digits; whoever reads more might read anything
HIGHEST = 40  # powers of ten; what is higher is beyond every number type
WORD = 2**32
TRUE = {"true", "yes", "on"}


class Unreadable(ValueError):  # noqa: N818  # a fact about a body
    """A body that names something which no reading of it finds."""


class _Object(tuple[tuple[str, Any], ...]):
    """A JSON object with all its members, the repeated ones too."""

    __slots__ = ()


# Numbers stay as they are written: some servers read only how they begin.
JSON = json.JSONDecoder(object_pairs_hook=_Object, parse_int=str, parse_float=str)


def numbers(value: Any) -> frozenset[int]:
    """The integers that some server may read in a value: no sign, and wrapped around to 32 bits as well."""
    if isinstance(value, list | tuple):
        return frozenset(each for part in value for each in numbers(part))
    return _numbers(str(value))


@lru_cache(1024)
def _numbers(text: str) -> frozenset[int]:
    plain = _plain(text)
    if plain in TRUE:
        return frozenset({1})
    texts = NUMBER.findall(plain) + [re.sub(r"\D", "", each) for each in GROUPED.findall(plain)]
    return frozenset(each for text in texts for number in _integers(text) for each in _wrapped(number))


def _plain(text: str) -> str:
    """The text in lower case, with the digits of every script as ASCII."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    return "".join(str(unicodedata.digit(each, each)) for each in folded)


def _integers(text: str) -> Iterator[int]:
    if text[:2] in {"0x", "0b", "0o"}:
        yield from (0, int(text, 0))
        return
    lead = re.match(r"\d+", text)
    if lead is None or len(text) > LONGEST:
        yield 1
        return
    yield int(lead[0])
    if len(lead[0]) > 1 and re.fullmatch("0[0-7]+", lead[0]):
        yield int(lead[0], 8)
    exact = Decimal(text)
    if exact.adjusted() <= HIGHEST:
        yield from (int(exact), int(exact.to_integral_value(ROUND_HALF_UP)))


def _wrapped(number: int) -> set[int]:
    return {number, number % WORD, -number % WORD}


@lru_cache(1024)
def fold(name: str) -> str:
    """A name without letter case and without what is no letter or digit."""
    return "".join(filter(str.isalnum, name.casefold()))


def last(name: str) -> str:
    """The last step of a dotted name."""
    return name.rpartition(".")[2]


def decoded(text: str) -> str:
    """A text without percent-encoding, however often it was encoded."""
    while (plain := unquote(text)) != text:
        text = plain
    return text


def query(text: str) -> Members:
    """The parameters of a query."""
    return [(fold(decoded(name)), decoded(value)) for name, value in parse_qsl(text, keep_blank_values=True)]


def members(body: bytes, names: set[str]) -> Members:
    """What a body says, as JSON, XML or a form; Unreadable when it mentions one of the names elsewhere."""
    try:
        return list(_json(JSON.decode(body.decode(json.detect_encoding(body), "surrogatepass"))))
    except (ValueError, RecursionError):
        text = body.replace(b"\0", b"").decode("utf-8", "replace")
    found = _xml(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else query(text)
    said = fold(_unescaped(decoded(text)))
    if hidden := {each for each in names if each in said} - {last(name) for name, _ in found}:
        raise Unreadable(f"a body that mentions {', '.join(sorted(hidden))} and cannot be read")
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def _json(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, _Object):
        yield from _patched(value)
        for key, each in value:
            yield from _json(each, f"{name}.{fold(key)}" if name else fold(key))
    elif isinstance(value, list):
        for each in value:
            yield from _json(each, name)
    else:
        yield name, value


def _patched(operation: _Object) -> Iterator[tuple[str, Any]]:
    """What an operation of a JSON Patch sets, under the name of the member that its path leads to."""
    told = {fold(key): each for key, each in operation}
    path = told.get("path")
    if isinstance(path, str):
        # Where a value comes `from` another place nobody knows it: true reads as 1, which is somebody's.
        value = True if "from" in told else told.get("value")
        yield from _json(value, fold(decoded(path).rstrip("/").rsplit("/", 1)[-1]))


def _xml(text: str) -> Members:
    try:
        root = ElementTree.fromstring(text.lstrip("\ufeff \t\r\n"))  # noqa: S314  # drawn by ourselves
    except (ElementTree.ParseError, ValueError):
        return []
    told: Members = [(fold(each.tag.rpartition("}")[2]), "".join(each.itertext())) for each in root.iter()]
    return told + [(fold(name), value) for each in root.iter() for name, value in each.attrib.items()]
