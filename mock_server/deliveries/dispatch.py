"""Runs attempts in the background: each hook has a lane, so that a slow target delays only itself."""

from __future__ import annotations

import heapq
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from threading import Condition, Thread

from mock_server.deliveries.payload import Event

# (tenant, webhook id, event, retries so far) -> nothing is left to try
Attempt = Callable[[str, int, Event, int], bool]
Hook = tuple[str, int]

LANE_WIDTH = 4
WORKERS = 64
CYCLES = 3
IDLE_SECONDS = 3.0

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Lane:
    """The deliveries of one hook: those that wait, how many of them have a turn coming, and how many run."""

    hook: Hook
    waiting: deque[Delivery] = field(default_factory=deque)
    promised: int = 0
    running: int = 0
    later: int = 0
    # One at a time until the target has shown that it takes deliveries: a hook that is disabled after so
    # many failures in a row must not have more of them under way.
    width: int = 1
    dropped: bool = False

    def has_room(self) -> bool:
        """Whether one more of the waiting may have a turn."""
        return self.promised < len(self.waiting) and self.promised + self.running < self.width

    def is_over(self) -> bool:
        """Whether nothing of this hook is left."""
        return not (self.waiting or self.running or self.later)

    def take(self) -> Delivery:
        """The next one, whose turn it is."""
        self.promised -= 1
        self.running += 1
        return self.waiting.popleft()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one hook."""

    lane: Lane
    event: Event
    retry: int = 0
    cycle: int = 0


class Dispatch:
    """A queue of deliveries with workers that come when there is work and go when there is none."""

    def __init__(self, attempt: Attempt, delays: tuple[float, ...], limit: int, cycles: int = CYCLES) -> None:
        self._attempt = attempt
        self._delays = delays
        self._limit = limit
        self._cycles = cycles
        self._changed = Condition()
        self._lanes: dict[Hook, Lane] = {}
        self._open: deque[Lane] = deque()
        self._later: list[tuple[float, int, Delivery]] = []
        self._numbers = count()
        self._queued = self._idle = self._workers = self._running = 0
        self._closed = False

    def send(self, tenant: str, webhook_id: int, event: Event) -> bool:
        """Queues an event for a hook; false when the queue is full."""
        hook = (tenant, webhook_id)
        with self._changed:
            if self._closed or self._queued >= self._limit:
                return False
            self._schedule(Delivery(self._lanes.get(hook) or self._lanes.setdefault(hook, Lane(hook)), event))
        return True

    def drop(self, tenant: str, webhook_id: int) -> None:
        """Forgets what is queued for a hook; an attempt that runs is its last."""
        with self._changed:
            if lane := self._lanes.pop((tenant, webhook_id), None):
                self._queued -= len(lane.waiting) + lane.later
                lane.dropped = True
                lane.waiting.clear()

    def close(self, patience: float = 15.0) -> None:
        """Starts no more attempts, and waits for those that run."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._running, patience)

    def _schedule(self, delivery: Delivery) -> None:
        self._queued += 1
        if delay := self._delays[delivery.retry]:
            delivery.lane.later += 1
            heapq.heappush(self._later, (time.monotonic() + delay, next(self._numbers), delivery))
            self._changed.notify()
        else:
            self._admit(delivery)

    def _admit(self, delivery: Delivery) -> None:
        delivery.lane.waiting.append(delivery)
        self._promise(delivery.lane)

    def _promise(self, lane: Lane) -> None:
        while lane.has_room():
            lane.promised += 1
            self._open.append(lane)
            self._call_worker()

    def _call_worker(self) -> None:
        if self._idle >= len(self._open):
            self._changed.notify()
        elif self._workers < WORKERS:
            self._workers += 1
            Thread(target=self._work, name="webhook-mock-delivery", daemon=True).start()

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            try:
                done = self._attempt(*delivery.lane.hook, delivery.event, delivery.retry)
            except Exception:
                # A lost attempt is our bug; the queue goes on.
                log.exception("an attempt for webhook %s broke off", delivery.lane.hook)
                done = True
            self._finish(delivery, done)

    def _next(self) -> Delivery | None:
        with self._changed:
            while not self._closed:
                self._admit_due()
                if delivery := self._taken():
                    return delivery
                if not self._wait() and not self._open:
                    break
            self._workers -= 1
            return None

    def _taken(self) -> Delivery | None:
        while self._open:
            lane = self._open.popleft()
            if not lane.dropped:
                self._running += 1
                self._queued -= 1
                return lane.take()
        return None

    def _admit_due(self) -> None:
        while self._later and self._later[0][0] <= time.monotonic():
            delivery = heapq.heappop(self._later)[2]
            if not delivery.lane.dropped:
                delivery.lane.later -= 1
                self._admit(delivery)

    def _wait(self) -> bool:
        """Waits for work; false when there has been none for long, and none is to come."""
        pause = self._later[0][0] - time.monotonic() if self._later else IDLE_SECONDS
        self._idle += 1
        woken = self._changed.wait(max(pause, 0))
        self._idle -= 1
        return woken or bool(self._later)

    def _finish(self, delivery: Delivery, done: bool) -> None:
        lane = delivery.lane
        with self._changed:
            self._running -= 1
            lane.running -= 1
            lane.width = LANE_WIDTH if done else 1
            following = None if done or lane.dropped or self._closed else self._following(delivery)
            if following:
                self._schedule(following)
            self._promise(lane)
            if lane.is_over() and not lane.dropped:
                del self._lanes[lane.hook]
            if self._closed:
                self._changed.notify_all()

    def _following(self, delivery: Delivery) -> Delivery | None:
        """The next attempt of a delivery that failed; after a cycle of them it stands at the back again."""
        if delivery.retry + 1 < len(self._delays):
            return replace(delivery, retry=delivery.retry + 1)
        if delivery.cycle + 1 < self._cycles:
            return replace(delivery, retry=0, cycle=delivery.cycle + 1)
        return None
