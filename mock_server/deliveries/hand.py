"""What this mock has in hand: the deliveries that it tries right now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_server.deliveries.work import Claim
    from mock_server.outbox import Hook


class Hand:
    """Deliveries by their ids, each with its webhook; `begun` counts those that were ever taken."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[int, Hook] = {}
        self.begun = 0

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[None]:
        """Has one in hand for as long as the block runs."""
        with self._lock:
            self._held[claim.delivery.id] = claim.hook
            self.begun += 1
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(claim.delivery.id, None)

    def ids(self) -> list[int]:
        """The deliveries."""
        with self._lock:
            return list(self._held)

    def has_one_of(self, tenant: str) -> bool:
        """Whether one of a tenant is among them."""
        with self._lock:
            return any(hook[0] == tenant for hook in self._held.values())
