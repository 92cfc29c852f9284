"""Splits a run by its clauses, so that several machines or processes share it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


class NoShard(ValueError):  # noqa: N818  # an option is at fault, nobody else
    """A text is no shard; the text of this is one line."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One of so many parts of a run; they are numbered from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def parse(text: str) -> Shard:
    """The shard that `2/3` means."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", text)
    if match is None or int(match[1]) > int(match[2]):
        raise NoShard(f"{text!r}: a shard is I/N, with I from 1 to N")
    return Shard(int(match[1]), int(match[2]))


def share(shard: Shard, chosen: Sequence[str], items: Iterable[pytest.Item]) -> frozenset[str]:
    """The clauses of a shard: those that look at one experiment stay together, so that it is made once."""
    listed = list(items)
    weights = _weights(listed)
    shares: list[list[str]] = [[] for _ in range(shard.count)]
    loads = [0] * shard.count
    groups = _groups(chosen, listed)
    for group in sorted(groups, key=lambda group: -sum(weights.get(each, 1) for each in group)):
        lightest = loads.index(min(loads))
        shares[lightest] += group
        loads[lightest] += sum(weights.get(each, 1) for each in group)
    return frozenset(shares[shard.number - 1])


def _weights(items: Iterable[pytest.Item]) -> Mapping[str, int]:
    """How many examples are tried for each clause, about."""
    from contract_tests.kit import clause

    weights: dict[str, int] = {}
    for item in items:
        clause_id = clause.of(item) or ""
        weights[clause_id] = weights.get(clause_id, 0) + weight(item)
    return weights


def weight(item: pytest.Item) -> int:
    """How many examples are tried in a check, about."""
    from contract_tests.kit.properties import examples_of

    return examples_of(getattr(item, "function", None))


def bound(items: Iterable[pytest.Item]) -> frozenset[str]:
    """The clauses whose part is known before the run: they share something, or are to go last."""
    from contract_tests.kit import arming, clause

    found = {clause.of(item) for item in items if _shared(item) or any(arming.order(item))}
    return frozenset(filter(None, found))


def _groups(chosen: Sequence[str], items: Iterable[pytest.Item]) -> list[list[str]]:
    """The chosen clauses, in their order, with those together that share an experiment, or what was drawn."""
    from contract_tests.kit import clause

    first: dict[str, str] = {}
    group = {each: [each] for each in chosen}
    for item in items:
        clause_id = clause.of(item)
        for name in _shared(item) if clause_id in group else ():
            _join(group, first.setdefault(name, str(clause_id)), str(clause_id))
    return list({id(each): each for each in group.values()}.values())


def _shared(item: pytest.Item) -> list[str]:
    from contract_tests.kit import arming

    drawn = {"drawn"}.intersection(getattr(item, "fixturenames", ()))
    return [*arming.experiments_of(item), *drawn]


def _join(group: dict[str, list[str]], one: str, other: str) -> None:
    into, from_ = group[one], group[other]
    if into is not from_:
        into += from_
        group.update(dict.fromkeys(from_, into))
