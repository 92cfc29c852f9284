"""Shelves: what each tenant keeps of its latest, bounded in number and weight, and all of them together."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from mock_server.lives import Life, Lives

Item = TypeVar("Item")

# After so many bytes the shelves are tidied.
BATCH = 512 * 1024


@dataclass(slots=True)
class Shelf(Generic[Item]):
    """The items of one tenant, oldest first; `weight` is that of the first `counted`."""

    items: deque[Item] = field(default_factory=deque)
    counted: int = 0
    weight: int = 0


class Shelves(Generic[Item]):
    """What every tenant adds to.

    Weights are bytes, about. What a tenant has too much lets its own oldest go; what all have together lets
    the tenant go that was quiet for the longest time. Whoever adds waits for nobody, and one in many does the
    counting; whoever reads gets a copy.
    """

    def __init__(self, weigh: Callable[[Item], int], *, entries: int, weight: int, total: int) -> None:
        self._weigh = weigh
        self._entries = entries
        self._weight = weight
        self._total = total
        self._lock = Lock()
        # The tenant that was quiet for the longest time comes first.
        self._shelves: OrderedDict[str, Shelf[Item]] = OrderedDict()
        self._room = BATCH
        self._all = 0
        self._lives = Lives()

    def life(self, tenant: str) -> Life:
        """Which life of a tenant this is: what began before `clear` is not added after it."""
        return self._lives.of(tenant)

    def lasts(self, tenant: str, life: Life) -> bool:
        """Whether the tenant was not cleared since."""
        return self._lives.lasts(tenant, life)

    def add(self, tenant: str, item: Item, weight: int, life: Life | None = None) -> None:
        """Keeps an item, unless it belongs to an earlier life of its tenant; the weight is about its own."""
        if life is not None and not self._lives.lasts(tenant, life):
            return
        shelf = self._shelves.get(tenant) or self._made(tenant)
        shelf.items.append(item)
        self._room -= weight
        if self._room < 0:
            with self._lock:
                self._tidy()

    def items(self, tenant: str) -> list[Item]:
        """What a tenant has, oldest first."""
        with self._lock:
            self._tidy()
            shelf = self._shelves.get(tenant)
            return [*shelf.items.copy()] if shelf else []

    def last(self, tenant: str) -> Item | None:
        """The latest of a tenant."""
        with self._lock:
            shelf = self._shelves.get(tenant)
            return shelf.items[-1] if shelf and shelf.items else None

    def clear(self, tenant: str) -> None:
        """Forgets what a tenant has, and what is still under way to it."""
        with self._lock:
            self._lives.end(tenant)
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
        self._room = BATCH
        for tenant, shelf in list(self._shelves.items()):
            if shelf.counted < len(shelf.items):
                self._shelves.move_to_end(tenant)
                self._all += self._counted(shelf)
        while self._all > self._total and len(self._shelves) > 1:
            self._all -= self._shelves.popitem(last=False)[1].weight

    def _counted(self, shelf: Shelf[Item]) -> int:
        """How much heavier a shelf has become; it may become longer meanwhile."""
        before, items = shelf.weight, shelf.items
        while shelf.counted < len(items):
            shelf.weight += self._weigh(items[shelf.counted])
            shelf.counted += 1
        while shelf.counted > self._entries or shelf.weight > self._weight:
            shelf.weight -= self._weigh(items.popleft())
            shelf.counted -= 1
        return shelf.weight - before
