"""Runs attempts in the background: each hook has a lane, so that a slow target delays only itself."""

from __future__ import annotations

import heapq
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Condition, Thread

from mock_server.deliveries.payload import Event

# (tenant, webhook id, event, retries so far) -> nothing is left to try
Attempt = Callable[[str, int, Event, int], bool]
Hook = tuple[str, int]

LANE_WIDTH = 4
WORKERS = 64
IDLE_SECONDS = 3.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one hook."""

    hook: Hook
    event: Event
    retry: int = 0


@dataclass(slots=True)
class Lane:
    """The deliveries of one hook that wait, how many of them have a turn coming, and how many run."""

    waiting: deque[Delivery] = field(default_factory=deque)
    promised: int = 0
    running: int = 0

    def has_room(self) -> bool:
        """Whether one more of the waiting may have a turn."""
        return self.promised < len(self.waiting) and self.promised + self.running < LANE_WIDTH

    def take(self) -> Delivery:
        """The next one, whose turn it is."""
        self.promised -= 1
        self.running += 1
        return self.waiting.popleft()


class Dispatch:
    """A queue of deliveries with workers that come when there is work and go when there is none."""

    def __init__(self, attempt: Attempt, delays: tuple[float, ...], limit: int) -> None:
        self._attempt = attempt
        self._delays = delays
        self._limit = limit
        self._changed = Condition()
        self._lanes: dict[Hook, Lane] = {}
        self._open: deque[Hook] = deque()
        self._later: list[tuple[float, int, Delivery]] = []
        self._numbers = count()
        self._queued = self._idle = self._workers = self._running = 0
        self._closed = False

    def send(self, tenant: str, webhook_id: int, event: Event) -> bool:
        """Queues an event for a hook; false when the queue is full."""
        with self._changed:
            if self._closed or self._queued >= self._limit:
                return False
            self._schedule(Delivery((tenant, webhook_id), event))
        return True

    def close(self, patience: float = 15.0) -> None:
        """Starts no more attempts, and waits for those that run."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._running, patience)

    def _schedule(self, delivery: Delivery) -> None:
        self._queued += 1
        if delay := self._delays[delivery.retry]:
            heapq.heappush(self._later, (time.monotonic() + delay, next(self._numbers), delivery))
            self._changed.notify()
        else:
            self._admit(delivery)

    def _admit(self, delivery: Delivery) -> None:
        lane = self._lanes.setdefault(delivery.hook, Lane())
        lane.waiting.append(delivery)
        self._promise(delivery.hook, lane)

    def _promise(self, hook: Hook, lane: Lane) -> None:
        if not lane.has_room():
            return
        lane.promised += 1
        self._open.append(hook)
        if self._idle >= len(self._open):
            self._changed.notify()
        elif self._workers < WORKERS:
            self._workers += 1
            Thread(target=self._work, name="webhook-mock-delivery", daemon=True).start()

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            try:
                done = self._attempt(*delivery.hook, delivery.event, delivery.retry)
            except Exception:
                # A lost attempt is our bug; the queue goes on.
                log.exception("an attempt for webhook %s broke off", delivery.hook)
                done = True
            self._finish(delivery, done)

    def _next(self) -> Delivery | None:
        with self._changed:
            while not self._closed:
                self._admit_due()
                if self._open:
                    self._running += 1
                    self._queued -= 1
                    return self._lanes[self._open.popleft()].take()
                if not self._wait() and not self._open:
                    break
            self._workers -= 1
            return None

    def _admit_due(self) -> None:
        while self._later and self._later[0][0] <= time.monotonic():
            self._admit(heapq.heappop(self._later)[2])

    def _wait(self) -> bool:
        """Waits for work; false when there has been none for long, and none is to come."""
        pause = self._later[0][0] - time.monotonic() if self._later else IDLE_SECONDS
        self._idle += 1
        woken = self._changed.wait(max(pause, 0))
        self._idle -= 1
        return woken or bool(self._later)

    def _finish(self, delivery: Delivery, done: bool) -> None:
        with self._changed:
            self._running -= 1
            self._release(delivery.hook)
            if not done and not self._closed and delivery.retry + 1 < len(self._delays):
                self._schedule(Delivery(delivery.hook, delivery.event, delivery.retry + 1))
            if self._closed:
                self._changed.notify_all()

    def _release(self, hook: Hook) -> None:
        lane = self._lanes[hook]
        lane.running -= 1
        self._promise(hook, lane)
        if not lane.waiting and not lane.running:
            del self._lanes[hook]
