"""Verification: which requests of the journal are as described, and what the nearest one differs in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from mock_server.control import asked
from mock_server.control.comparing import ABSENT, differences
from mock_server.control.hiding import CREDENTIALS, HIDDEN
from mock_server.control.journal import Exchange, cut
from mock_server.problems import Invalid, shown

Said = Mapping[str, Any]

# How far off a request is that differs in this; a line of a body counts 1.
WEIGHTS = {"operation": 20, "path": 10, "pathPattern": 10, "method": 5}
MOST = 4


def counted(said: Said, exchanges: list[Exchange]) -> dict[str, Any]:
    """How many are as described, whether that is as wished, and otherwise what came nearest."""
    _demand_sense(said)
    found = [list(_different(said, each)) for each in exchanges]
    count = sum(not lines for lines in found)
    least, most = _bounds(said)
    nearest = None
    if count < least and count < len(exchanges):
        others = [(lines, each) for lines, each in zip(found, exchanges, strict=True) if lines]
        # The latest of those that are equally near.
        lines, exchange = min(reversed(others), key=lambda other: sum(map(_weight, other[0])))
        nearest = {"request": exchange.shown(), "differences": [line for _, line in lines]}
    return {
        "count": count,
        "satisfied": least <= count and (most is None or count <= most),
        "nearest": nearest,
    }


def _bounds(said: Said) -> tuple[int, int | None]:
    if "exactly" in said:
        return said["exactly"], said["exactly"]
    return said.get("atLeast", 0 if "atMost" in said else 1), said.get("atMost")


def _demand_sense(said: Said) -> None:
    # Says whether the operation is known, and the pattern one.
    asked.meant(said)
    if "exactly" in said and ("atLeast" in said or "atMost" in said):
        raise Invalid("body: expected exactly, or atLeast and atMost, got both")
    least, most = _bounds(said)
    if most is not None and least > most:
        raise Invalid(f"body: expected atLeast up to atMost, got {least} and {most}")


def _weight(difference: tuple[str, str]) -> int:
    return WEIGHTS.get(difference[0], 1)


def _different(said: Said, exchange: Exchange) -> Iterator[tuple[str, str]]:
    """What a request differs in: the kind of each difference, and a line that tells it."""
    for name in ("operation", "method", "path", "pathPattern"):
        if name in said and not asked.meant({name: said[name]})(exchange.method, exchange.path):
            came = {"operation": _operation(exchange), "method": exchange.method}.get(name, exchange.path)
            yield name, f"{name}: expected {shown(said[name])}, got {shown(came)}"
    if said.get("status", exchange.code) != exchange.code:
        yield "status", f"status: expected {said['status']}, got {exchange.code}"
    yield from (("query", line) for line in _values("query", said.get("query", {}), exchange.query))
    yield from (("headers", line) for line in _values("headers", said.get("headers", {}), exchange.headers))
    for line in _of_body(said, exchange):
        yield "body", line


def _operation(exchange: Exchange) -> str | None:
    return asked.operation_of(exchange.method, exchange.path)


def _values(place: str, expected: Mapping[str, str | None], got: Mapping[str, str]) -> Iterator[str]:
    known = {name.casefold(): value for name, value in got.items()}
    for name, wanted in expected.items():
        found = known.get(name.casefold())
        if found != wanted:
            secret = name.casefold() in CREDENTIALS
            words = [HIDDEN if secret and value else _or_nothing(value) for value in (wanted, found)]
            yield f"{place}.{name}: expected {words[0]}, got {words[1]}"


def _or_nothing(value: str | None) -> str:
    return "nothing" if value is None else shown(value)


def _of_body(said: Said, exchange: Exchange) -> list[str]:
    lines: list[str] = []
    for name, part in (("body", False), ("bodyContains", True)):
        if name in said and said[name] != cut(exchange.body):
            lines += differences(said[name], _json(exchange.body), "body", part=part)
    # Hundreds of lines say no more than a few.
    return lines[:MOST] + ([f"body: {len(lines) - MOST} more differences"] if len(lines) > MOST else [])


def _json(body: bytes) -> Any:
    """The value of a body; what is no JSON stands for itself."""
    if not body:
        return ABSENT
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return cut(body)
