"""Deals a run out to its parts: whoever is done with a clause takes the next, and none waits at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby, pairwise

import pytest

from contract_tests import shards
from contract_tests.kit import arming, clause
from contract_tests.shards import Shard

Deal = Callable[[], int]  # the place of the next clause in the stock
Items = list[pytest.Item]


class Hand:
    """A pytest plugin that leaves a part of a run its own checks, and takes of a stock what it has time for.

    Its own are the clauses of its shard among those that belong together; the stock is all the rest. `whole`
    counts the checks of all parts.
    """

    def __init__(self, shard: Shard, deal: Deal) -> None:
        self.whole = 0
        self._shard = shard
        self._deal = deal
        self._stock: list[Items] = []
        self._late: list[Items] = []  # of each part, what goes last

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: Items) -> None:
        """Leave its own; every part sees the same stock, in the same order."""
        self.whole = len(items)
        bound = shards.bound(items)
        parts = [shards.share(each, sorted(bound), items) for each in self._shard.all]
        late = [each for each in items if any(arming.order(each))]
        self._late = [_of(part, late) for part in parts]
        self._stock = _stock(each for each in items if clause.of(each) not in bound)
        items[:] = _of(parts[self._shard.number - 1], items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """As pytest does it, with items that are not all known when it begins."""
        for item, following in pairwise(chain(self.in_turn(session.items), [None])):
            if item is not None:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return True

    def in_turn(self, own: Items) -> Iterator[pytest.Item]:
        """The checks of this part: those that look at slow observations wait until the end."""
        late = self._late[self._shard.number - 1]
        yield from (each for each in own if each not in late)
        yield from self._dealt(_wait(late), sum(map(_wait, self._late)))
        yield from late

    def _dealt(self, own: int, late: int) -> Iterator[pytest.Item]:
        """Take of the stock until what waits here is a fair share of all that is left."""
        left = [_weight(each) for each in self._stock]
        while own < (sum(left) + late) / self._shard.count and (place := self._deal()) < len(self._stock):
            yield from self._stock[place]
            left = [_weight(each) for each in self._stock[place + 1 :]]


def _of(part: frozenset[str], items: Iterable[pytest.Item]) -> Items:
    return [each for each in items if clause.of(each) in part]


def _stock(items: Iterable[pytest.Item]) -> list[Items]:
    """The checks of each clause, the longest first: what is short fills the gaps at the end."""
    return sorted((list(found) for _, found in groupby(items, clause.of)), key=_weight, reverse=True)


def _weight(items: Items) -> int:
    return sum(map(shards.weight, items))


def _wait(late: Items) -> int:
    """What it takes to look at what was observed: nothing, but for checks that wait for something more."""
    return sum(weight for weight in map(shards.weight, late) if weight > 1)
