"""Turns: a webhook that has work gets one, in Huey's queue or schedule, and a thread that takes it."""

from __future__ import annotations

import heapq
import logging
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huey import Huey

    from mock_server.outbox import Hook

# Does a piece of work of one webhook, and says when it has more: a moment in seconds since 1970.
Run = Callable[["Hook"], float | None]

WORKERS = 64
IDLE_SECONDS = 3.0
# What broke off is looked at again after so many seconds.
AGAIN = 1.0

log = logging.getLogger(__name__)
# The first turn loads Huey. Python 3.11 may fail when several threads begin that at once.
_importing = Lock()


class Turns:
    """Huey's storage in memory, and threads that come when there is work and go when there is none.

    A turn is worth nothing by itself: what is to be done stands in the outbox, and a turn that is lost is
    given again. So nothing of this has to outlive the process.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._changed = Condition()
        self._huey: Any = None
        # Requests only leave a note: loading Huey would hold them up.
        self._notes: deque[tuple[Hook, float]] = deque()
        self._soon: set[Hook] = set()
        self._later: dict[Hook, float] = {}
        self._alarms: list[float] = []
        self._workers = self._idle = self._running = 0
        self._closed = False

    def give(self, hook: Hook, at: float = 0.0) -> None:
        """Gives a webhook a turn, now or at a moment, unless it has one coming by then."""
        with self._changed:
            if self._note(hook, at):
                self._call_worker()

    def load(self) -> None:
        """Loads Huey, which takes a while."""
        with _importing:
            self._huey = self._huey or _huey(self._turn)

    def wait_for_room(self, seconds: float) -> bool:
        """Waits until a thread has nothing to do; false when none has, or the end has come."""
        with self._changed:
            return self._changed.wait_for(self._has_room, seconds) and not self._closed

    def close(self, patience: float) -> None:
        """Begins no more turns, and waits for those that run."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._running, patience)

    def rests(self) -> bool:
        """Whether nothing runs and no turn is to come."""
        return not (self._running or self._soon or self._later)

    def _has_room(self) -> bool:
        return self._closed or self._running + len(self._soon) < WORKERS

    def _note(self, hook: Hook, at: float) -> bool:
        if self._closed or hook in self._soon:
            return False
        if at <= time.time():
            self._soon.add(hook)
        elif self._later.get(hook, at + 1) <= at:
            return False
        else:
            self._later[hook] = at
        self._notes.append((hook, at))
        return True

    def _call_worker(self) -> None:
        if self._idle >= max(1, len(self._soon)):
            self._changed.notify()
        elif self._workers < WORKERS:
            self._workers += 1
            Thread(target=self._work, name="webhook-mock-delivery", daemon=True).start()

    def _work(self) -> None:
        self.load()
        while (task := self._next()) is not None:
            self._finish(tuple(task.args), self._huey.execute(task))

    def _turn(self, tenant: str, webhook_id: int) -> float | None:
        try:
            return self._run((tenant, webhook_id))
        except Exception:
            # What it had in hand stays in the outbox.
            log.exception("a turn of webhook %s of tenant %r broke off", webhook_id, tenant)
            return time.time() + AGAIN

    def _next(self) -> Any:
        with self._changed:
            while not self._closed:
                self._file()
                if task := self._taken():
                    return task
                if not self._wait() and not self._notes:
                    break
            self._workers -= 1
            return None

    def _file(self) -> None:
        """Puts what was noted into Huey, and what is due from its schedule into its queue."""
        while self._notes:
            hook, at = self._notes.popleft()
            task = self._huey.turn.s(*hook)
            if hook in self._soon:
                self._huey.enqueue(task)
            else:
                task.eta = _moment(at)
                self._huey.add_schedule(task)
                heapq.heappush(self._alarms, at)
        if self._alarms and self._alarms[0] <= time.time():
            self._file_due(time.time())

    def _file_due(self, now: float) -> None:
        while self._alarms and self._alarms[0] <= now:
            heapq.heappop(self._alarms)
        for task in self._huey.read_schedule(_moment(now)):
            hook = tuple(task.args)
            if self._later.get(hook, now) <= now:
                self._later.pop(hook, None)
            if hook not in self._soon:
                self._soon.add(hook)
                self._huey.enqueue(task)

    def _taken(self) -> Any:
        if task := self._huey.dequeue():
            self._soon.discard(tuple(task.args))
            self._running += 1
            if self._soon or self._alarms:
                # Somebody has to see to the rest, and to the schedule.
                self._call_worker()
        return task

    def _wait(self) -> bool:
        """Waits for work; false when there has been none for long and nothing is scheduled."""
        pause = self._alarms[0] - time.time() if self._alarms else IDLE_SECONDS
        self._idle += 1
        woken = self._changed.wait(min(max(pause, 0), IDLE_SECONDS))
        self._idle -= 1
        return woken or pause < IDLE_SECONDS or bool(self._alarms and not self._idle)

    def _finish(self, hook: Hook, at: float | None) -> None:
        with self._changed:
            self._running -= 1
            if at is not None:
                self._note(hook, at)
            if self._closed or self._running == WORKERS - 1:
                self._changed.notify_all()


def _huey(turn: Callable[[str, int], float | None]) -> Huey:
    with _without("redis", "psycopg"):
        from huey import MemoryHuey
    huey = MemoryHuey("webhook-mock", results=False)
    huey.turn = huey.task(name="turn")(turn)
    return huey


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Keeps Huey from loading clients that happen to be installed: 30 MB, and more than half a second."""
    absent = [name for name in names if name not in sys.modules]
    # None is what makes an import fail.
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _moment(at: float) -> datetime:
    """As Huey counts: UTC without saying so."""
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
