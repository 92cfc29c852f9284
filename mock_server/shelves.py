"""Shelves: what each tenant keeps of its latest, bounded in number and weight, and all of them together."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")

# After so many items, or one of so many bytes, the shelves are tidied.
BATCH = 64
HEAVY = 64 * 1024


@dataclass(slots=True)
class Shelf(Generic[Item]):
    """The items of one tenant with their weights, oldest first; `weight` is that of the first `counted`."""

    items: deque[tuple[int, Item]] = field(default_factory=deque)
    counted: int = 0
    weight: int = 0


class Shelves(Generic[Item]):
    """What every tenant adds to.

    Weights are bytes, about. What a tenant has too much lets its own oldest go; what all have together lets
    the tenant go that was quiet for the longest time. Whoever adds waits for nobody, and one in many does the
    counting; whoever reads gets a copy.
    """

    def __init__(self, *, entries: int, weight: int, total: int) -> None:
        self._entries = entries
        self._weight = weight
        self._total = total
        self._lock = Lock()
        # The tenant that was quiet for the longest time comes first, those that were touched since aside.
        self._shelves: OrderedDict[str, Shelf[Item]] = OrderedDict()
        self._touched: dict[str, None] = {}
        self._room = BATCH
        self._all = 0
        self._lives: dict[str, int] = {}

    def life(self, tenant: str) -> int:
        """Which life of a tenant this is: what began before `clear` is not added after it."""
        return self._lives.get(tenant, 0)

    def add(self, tenant: str, weight: int, item: Item, life: int | None = None) -> None:
        """Keeps an item, unless it belongs to an earlier life of its tenant."""
        if life is not None and life != self._lives.get(tenant, 0):
            return
        shelf = self._shelves.get(tenant)
        if shelf is None:
            shelf = self._made(tenant)
        shelf.items.append((weight, item))
        self._touched[tenant] = None
        self._room -= 1
        if self._room < 0 or weight > HEAVY:
            with self._lock:
                self._tidy()

    def items(self, tenant: str) -> list[Item]:
        """What a tenant has, oldest first."""
        with self._lock:
            self._tidy()
            shelf = self._shelves.get(tenant)
            return [item for _, item in shelf.items.copy()] if shelf else []

    def last(self, tenant: str) -> Item | None:
        """The latest of a tenant."""
        with self._lock:
            shelf = self._shelves.get(tenant)
            return shelf.items[-1][1] if shelf and shelf.items else None

    def clear(self, tenant: str) -> None:
        """Forgets what a tenant has, and what is still under way to it."""
        with self._lock:
            self._lives[tenant] = self._lives.get(tenant, 0) + 1
            if shelf := self._shelves.pop(tenant, None):
                self._all -= shelf.weight

    def tenants(self) -> list[str]:
        """Those that have something."""
        with self._lock:
            return list(self._shelves)

    def _made(self, tenant: str) -> Shelf[Item]:
        with self._lock:
            return self._shelves.setdefault(tenant, Shelf())

    def _tidy(self) -> None:
        """Counts what was added since, and lets go what is too much."""
        touched, self._touched, self._room = self._touched, {}, BATCH
        for tenant in list(touched):
            if shelf := self._shelves.get(tenant):
                self._shelves.move_to_end(tenant)
                self._all += self._counted(shelf)
        while self._all > self._total and len(self._shelves) > 1:
            self._all -= self._shelves.popitem(last=False)[1].weight

    def _counted(self, shelf: Shelf[Item]) -> int:
        """How much heavier a shelf has become; it may become longer meanwhile."""
        before, items = shelf.weight, shelf.items
        while shelf.counted < len(items):
            shelf.weight += items[shelf.counted][0]
            shelf.counted += 1
        while shelf.counted > self._entries or shelf.weight > self._weight:
            shelf.weight -= items.popleft()[0]
            shelf.counted -= 1
        return shelf.weight - before
