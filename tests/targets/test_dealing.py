"""The parts of a run take its clauses as they get ready for more: each is taken, and by one part only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest

from contract_tests import shards
from contract_tests.dealing import Hand
from contract_tests.kit import arming, clause
from contract_tests.shards import Shard


@dataclass
class Part:
    """One part at work: what is still to come, what it has done, and what its own clock says."""

    to_come: Iterator[pytest.Item]
    speed: float
    done: list[pytest.Item] = field(default_factory=list)
    clock: float = 0.0

    def goes_on(self) -> bool:
        """Make one more check, if there is any."""
        item = next(self.to_come, None)
        if item is not None:
            self.done.append(item)
            self.clock += cost(item) / self.speed
        return item is not None


def cost(item: pytest.Item) -> int:
    """A look at what was observed is over at once, unless it waits."""
    weight = shards.weight(item)
    return 0 if any(arming.order(item)) and weight == 1 else weight


def dealt(items: list[pytest.Item], *speeds: float) -> list[Part]:
    """A whole run with parts of these speeds; a check takes as long as it costs."""
    numbers = count()
    parts = [
        Part(begun(items, Shard(number, len(speeds)), numbers), speed)
        for number, speed in enumerate(speeds, start=1)
    ]
    working = list(parts)
    while working:
        first = min(working, key=lambda part: part.clock)
        if not first.goes_on():
            working.remove(first)
    return parts


def begun(items: list[pytest.Item], shard: Shard, numbers: Iterator[int]) -> Iterator[pytest.Item]:
    """The checks of one part, as it comes to them."""
    hand, own = Hand(shard, lambda: next(numbers)), list(items)
    hand.pytest_collection_modifyitems(own)
    assert hand.whole == len(items)
    return hand.in_turn(own)


def clauses(part: Part) -> set[str | None]:
    """The clauses that a part has asked about."""
    return {clause.of(each) for each in part.done}


SPEEDS: list[Sequence[float]] = [(1,), (1, 1), (1, 5), (3, 1, 1, 7)]


@pytest.mark.parametrize("speeds", SPEEDS)
def test_each_check_is_made_once(items, speeds):
    """However quick the parts are, nothing is left out, and nothing is done twice."""
    made = [each.nodeid for part in dealt(items, *speeds) for each in part.done]

    assert sorted(made) == sorted(each.nodeid for each in items)


def test_a_clause_is_never_torn_apart(items):
    """All checks of a clause are made by one part."""
    found = [clauses(part) for part in dealt(items, 1, 2, 3)]

    assert sum(map(len, found)) == len(set().union(*found))


@pytest.mark.parametrize("speeds", SPEEDS)
def test_what_looks_at_slow_observations_comes_last_in_each_part(items, speeds):
    """They have had all the time of the other checks."""
    for part in dealt(items, *speeds):
        late = [any(arming.order(each)) for each in part.done]
        assert late == sorted(late)


def test_a_part_that_is_slow_does_less(items):
    """The others have taken what it had no time for."""
    slow, *others = dealt(items, 0.25, 1, 1)

    assert len(slow.done) < min(len(each.done) for each in others)


@pytest.mark.parametrize("speeds", [(1, 1), (1, 1, 1), (1, 1, 1, 1)])
def test_parts_that_are_equally_quick_end_at_about_the_same_time(items, speeds):
    """What waits in a part until the end counts as what it could still take."""
    ends = [part.clock for part in dealt(items, *speeds)]

    assert max(ends) - min(ends) < sum(ends) / len(ends) / 8
