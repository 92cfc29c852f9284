"""Exchanges and deliveries as texts that a report can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from contract_tests.kit import curl, redaction
from contract_tests.kit.exchange import Delivery, Exchange
from contract_tests.kit.redaction import Hide
from contract_tests.kit.verdicts import Turn

TURNS = 12  # of one check: the last ones, and those that made the webhooks they are about
OWN_HEADERS = {"x-contract-clause"}
LONG = 4_000


def turns(exchanges: Iterable[Exchange], hide: Hide) -> tuple[Turn, ...]:
    """What was said in a check, its last turns and its first ones."""
    listed = list(exchanges)
    shown = listed if len(listed) <= TURNS else [*islice(listed, 2), *listed[2 - TURNS :]]
    return tuple(turn(each, hide) for each in shown)


def turn(exchange: Exchange, hide: Hide, longest: int = LONG) -> Turn:
    """One exchange, with texts cut where they get long."""
    request = exchange.request
    return Turn(
        method=request.method,
        url=redaction.without_user(hide(request.url)),
        headers=_headers(request.headers, hide),
        body=hide(curl.pretty(request.body or b"", longest)),
        status=exchange.status,
        answer_headers=_headers(exchange.headers, hide),
        answer=hide(curl.pretty(exchange.body, longest)),
    )


def _headers(headers: Mapping[str, str], hide: Hide) -> tuple[tuple[str, str], ...]:
    shown = ((name, value) for name, value in headers.items() if name.lower() not in OWN_HEADERS)
    return tuple(redaction.header(name, value, hide) for name, value in shown)


def sent(seen: Exchange | Delivery | None, hide: Hide) -> str:
    """The request that was answered wrongly, whole; nothing for a delivery, which nobody asked for."""
    if not isinstance(seen, Exchange):
        return ""
    shown = turn(seen, hide, curl.LONG)
    return _message(f"{shown.method} {shown.url}", shown.headers, shown.body)


def came(seen: Exchange | Delivery | None, hide: Hide) -> str:
    """The answer or the delivery that was wrong, whole."""
    if seen is None:
        return ""
    first = f"HTTP {seen.status}" if isinstance(seen, Exchange) else f"{seen.method} {seen.path}"
    return _message(first, _headers(seen.headers, hide), hide(curl.pretty(seen.body)))


def _message(first: str, headers: Iterable[tuple[str, str]], body: str) -> str:
    return "\n".join([first, *(f"{name}: {value}" for name, value in headers), "", body]).rstrip("\n")
