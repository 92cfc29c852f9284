"""Selections by names that are nearly those of other members: $select leaves what it names alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contract_tests.kit import expect, values
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.values import Json

# What is selected, and what has a name like it: parts of names, and names with more around them.
ALIKE = {
    "Name,Sec,Url,xEvents,HeadersX": ("Secret", "TargetUrl", "Events", "Headers"),
    "Name,Registered": ("RegisteredAssociate",),
    "Name,RegisteredAssociate": ("Registered",),
    "Name,Updated": ("UpdatedAssociate",),
    "Name,UpdatedAssociate": ("Updated",),
}


def stands_for_nothing(value: Json) -> bool:
    """True for what a member becomes that was not selected: a date that cannot be null is the year 1."""
    return values.is_empty(value) or str(value).startswith("0001-01-01")


def brings_nothing_along(
    ask: Callable[[Mapping[str, str]], Exchange],
    shown: Callable[[Exchange], Mapping[str, Json]] = expect.members,
) -> None:
    """A word that asks with each selection: a member that `Name` alone nulls is nulled by that one too.

    What comes with every selection may come with these.
    """
    __tracebackhide__ = True
    always = {name for name, value in _left(ask, shown, "Name")[1].items() if not stands_for_nothing(value)}
    for chosen, others in ALIKE.items():
        exchange, came = _left(ask, shown, chosen)
        for name in (each for each in others if each not in always):
            wanted = f"{name} null or absent ($select={chosen})"
            expect.that(stands_for_nothing(came.get(name)), wanted, expect.show(came.get(name)), exchange)


def _left(
    ask: Callable[[Mapping[str, str]], Exchange], shown: Callable[[Exchange], Mapping[str, Json]], chosen: str
) -> tuple[Exchange, Mapping[str, Json]]:
    """The answer to a selection, and what it has left; nothing of an answer that refuses it."""
    __tracebackhide__ = True
    exchange = ask({"$select": chosen})
    if 400 <= exchange.status < 500:
        return exchange, {}
    expect.status(exchange, 200)
    return exchange, shown(exchange)
