"""Deals a run out to its parts: whoever is done with a clause takes the next, and none waits at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, chain, filterfalse, groupby, pairwise

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
        self._waits = 0  # what all parts together wait for at their ends

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: Items) -> None:
        """Leave its own; every part sees the same stock, in the same order."""
        self.whole = len(items)
        bound = shards.bound(items)
        own = shards.share(self._shard, sorted(bound), items)
        self._waits = _wait(filter(_is_late, items))
        self._stock = _stock(each for each in items if clause.of(each) not in bound)
        items[:] = [each for each in items if clause.of(each) in own]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """As pytest does it, with items that are not all known when it begins."""
        for item, following in pairwise(chain(self.in_turn(session.items), [None])):
            if item is not None:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return True

    def in_turn(self, own: Items) -> Iterator[pytest.Item]:
        """The checks of this part: those that look at slow observations wait until the end."""
        late = [*filter(_is_late, own)]
        yield from filterfalse(_is_late, own)
        yield from self._dealt(_wait(late))
        yield from late

    def _dealt(self, waiting: int) -> Iterator[pytest.Item]:
        """Take of the stock until what waits here is a fair share of all that is left."""
        left = [*accumulate(map(_weight, reversed(self._stock)), initial=self._waits)][::-1]
        place = -1
        while waiting < left[place + 1] / self._shard.count and (place := self._deal()) < len(self._stock):
            yield from self._stock[place]


def _is_late(item: pytest.Item) -> bool:
    return any(arming.order(item))


def _stock(items: Iterable[pytest.Item]) -> list[Items]:
    """The checks of each clause, the longest first: what is short fills the gaps at the end."""
    return sorted((list(found) for _, found in groupby(items, clause.of)), key=_weight, reverse=True)


def _weight(items: Items) -> int:
    return sum(map(shards.weight, items))


def _wait(late: Iterable[pytest.Item]) -> int:
    """What it takes to look at what was observed: nothing, but for checks that wait for something more."""
    return sum(weight for weight in map(shards.weight, late) if weight > 1)
