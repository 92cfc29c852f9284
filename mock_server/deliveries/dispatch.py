"""The queue of deliveries: kept in the outbox, tried turn by turn, and given up after the last cycle."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event as Flag
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from mock_server.deliveries import waits
from mock_server.deliveries.courier import Outcome
from mock_server.deliveries.hand import Hand
from mock_server.deliveries.payload import Event
from mock_server.deliveries.turns import Turns
from mock_server.deliveries.work import Claim, Count, Work
from mock_server.lives import Lives

if TYPE_CHECKING:
    from mock_server.outbox import Delivery, Hook, Waiting
    from mock_server.rows import Rows
    from mock_server.store import Store

LANE_WIDTH = 4
CYCLES = 3
# A delivery in hand belongs to its mock for so long; the mock says every BEAT that it is still there.
LEASE = 10.0
BEAT = 2.0
# For a database that ends with the mock, and has no other.
FOR_GOOD = 1e9

FULL = "the queue of the mock is full"

log = logging.getLogger(__name__)


class Dispatch:
    """Each webhook has a lane: what is slow or fails delays only what goes the same way."""

    def __init__(self, store: Store, *, delays: tuple[float, ...], limit: int, cycles: int = CYCLES) -> None:
        self._store = store
        self._work: Work
        self._delays = delays
        self._limit = limit
        self._cycles = cycles
        self._holder = uuid4().hex
        self._lease = LEASE if store.outlives else FOR_GOOD
        self._lock = Lock()
        self._queued = 0
        self._hand = Hand()
        self._lives = Lives()
        # TotalErrors of a webhook as its last success found them; while they are the same, none has failed.
        self._taking: dict[Hook, int] = {}
        self._closed = Flag()
        self._keeper = Thread(target=self._keep, name="webhook-mock-keeper", daemon=True)
        self._turns = Turns(self._turn)
        self._give: Callable[[Hook], None] = self._turns.give
        self._end_sharing: Callable[[], None] = lambda: None

    def start(self, work: Work, queue: str | None = None) -> None:
        """Takes up what an earlier mock has left; `queue` is the URL of a Redis to share turns through."""
        self._work = work
        if queue is not None:
            self._share(queue)
        if not self._store.outlives:
            return
        with self._store.writing() as rows:
            rows.outbox.thaw(time.time())
        if not self._store.is_shared:
            with self._store.writing() as rows:
                # Whoever held something in a file is no more.
                rows.outbox.release()
        self._look()
        self._keeper.start()

    def warm(self) -> None:
        """Loads the queue before the first delivery."""
        self._turns.load()

    def send(self, tenant: str, webhook_ids: Sequence[int], event: Event) -> None:
        """Keeps an event for each of these webhooks; what finds no place is counted as lost."""
        room = max(self._limit - self._queued, 0)
        taken, lost = webhook_ids[:room], webhook_ids[room:]
        with self._store.writing() as rows:
            rows.outbox.add(tenant, taken, event, self._due(tenant, self._delays[0]))
            for webhook_id in lost:
                # The target cannot be blamed.
                rows.count_lost(tenant, webhook_id, FULL)
        self._count(len(taken))
        for webhook_id in taken:
            self._give((tenant, webhook_id))

    def drop(self, tenant: str, webhook_id: int) -> None:
        """Forgets what is queued for a webhook; an attempt that runs is its last."""
        hook = tenant, webhook_id
        with self._store.writing() as rows:
            dropped = rows.outbox.drop(hook)
        self._taking.pop(hook, None)
        self._count(-dropped)

    def forget(self, tenant: str, along: Callable[[Rows], None]) -> None:
        """Forgets what is queued for a tenant, together with `along`; attempts that run count for nothing."""
        with self._store.writing() as rows:
            dropped = rows.outbox.drop_all(tenant)
            along(rows)
            self._lives.end(tenant)
        for hook in [each for each in list(self._taking) if each[0] == tenant]:
            self._taking.pop(hook, None)
        self._count(-dropped)

    def retime(self, tenant: str, step: float, change: Callable[[], None]) -> None:
        """Lets what waits go by another clock: `change` sets it, after `step` seconds of the old one."""
        hooks = set()
        with self._store.writing() as rows:
            old = self._work.scale(tenant)
            change()
            for each in rows.outbox.all(tenant):
                left = max(waits.left(each.delivery.due, old) - step, 0.0)
                rows.outbox.reschedule(each.delivery.id, self._due(tenant, left))
                hooks.add((tenant, each.webhook_id))
        for hook in hooks:
            self._turns.give(hook)

    def pending(self, tenant: str) -> list[Waiting]:
        """What is queued for a tenant, or tried right now."""
        with self._store.reading() as rows:
            return rows.outbox.all(tenant)

    def rests_for(self, tenant: str) -> bool:
        """Whether nothing is queued and nothing runs for a tenant."""
        begun, runs = self._hand.begun, self._hand.has_one_of
        # An attempt may leave new work behind: nothing may have begun between the looks.
        return not (runs(tenant) or self.pending(tenant) or runs(tenant)) and begun == self._hand.begun

    def close(self, patience: float = 15.0) -> None:
        """Starts no more attempts, and waits for those that run."""
        self._closed.set()
        self._end_sharing()
        self._turns.close(patience)
        if self._keeper.is_alive():
            self._keeper.join(patience)

    def rests(self) -> bool:
        """Whether nothing is queued, nothing runs, and no turn is to come."""
        return not (self._queued or self._hand.ids()) and self._turns.rests()

    def _share(self, url: str) -> None:
        from mock_server.deliveries.sharing import Sharing

        sharing = Sharing(url, self._turns)
        self._give, self._end_sharing = sharing.give, sharing.close

    def scale(self, tenant: str) -> float:
        """How many times faster than ours the clock of a tenant goes."""
        return self._work.scale(tenant)

    def _due(self, tenant: str, wait: float) -> float:
        return waits.due(wait, self._work.scale(tenant))

    def _count(self, more: int) -> None:
        with self._lock:
            self._queued += more

    def _turn(self, hook: Hook) -> float | None:
        """Tries the delivery of a webhook whose turn it is; returns when its next is due."""
        claim, due = self._claimed(hook)
        if claim is None:
            return due
        with self._hand.holding(claim):
            return self._finished(claim, self._carried(claim))

    def _claimed(self, hook: Hook) -> tuple[Claim | None, float | None]:
        """The oldest that is due, if the webhook may have one more under way; or when one will be due."""
        with self._store.writing() as rows:
            webhook = rows.claim(*hook)
            # Another mock may have kept the webhook for a while.
            now = time.time()
            if webhook is None or not self._work.may_deliver(hook[0], webhook):
                self._count(-rows.outbox.drop(hook))
                return None, None
            room = self._width(hook, webhook) - rows.outbox.running(hook, now)
            free = rows.outbox.free(hook, now) if room > 0 else []
            if not free or free[0].due > now:
                return None, waits.turn(free[0].due) if free else None
            rows.outbox.lease(free[0].id, self._holder, now + self._lease)
            life = self._lives.of(hook[0])
        if room > 1 and len(free) > 1 and free[1].due <= now:
            self._give(hook)
        return Claim(hook, webhook, free[0], life), None

    def _width(self, hook: Hook, webhook: Mapping[str, Any]) -> int:
        """How many may be under way: one until the target has shown that it takes deliveries.

        A webhook that is disabled after so many failures in a row must not have more of them under way.
        """
        return LANE_WIDTH if self._taking.get(hook) == webhook["TotalErrors"] else 1

    def _carried(self, claim: Claim) -> Outcome | None:
        try:
            return self._work.carry(claim.hook[0], claim.webhook, claim.delivery.event, claim.delivery.retry)
        except Exception:
            # An attempt that cannot be made is our bug, and would be the same bug again.
            log.exception("an attempt for webhook %s broke off", claim.hook)
            return None

    def _finished(self, claim: Claim, outcome: Outcome | None) -> float | None:
        try:
            return self._settled(claim, outcome, self._work.count)
        except Exception:
            # It had better be missing from the counters than be in hand for ever.
            log.exception("an attempt for webhook %s was not counted", claim.hook)
            return self._settled(claim, outcome, _uncounted)

    def _settled(self, claim: Claim, outcome: Outcome | None, count: Count) -> float | None:
        """Counts the attempt and gives the delivery back or up, both or neither; returns when one is due."""
        hook, delivery = claim.hook, claim.delivery
        with self._store.writing() as rows:
            if not self._lives.lasts(hook[0], claim.life):
                # The tenant began anew meanwhile: there may be another webhook of this id.
                outcome = None
            then = count(rows, hook, delivery.event, outcome) if outcome else None
            is_done = outcome is None or outcome.success or not self._postponed(rows, hook[0], delivery)
            gone = is_done and rows.outbox.remove(delivery.id, self._holder)
            due = waits.turn(rows.outbox.next_due(hook, time.time()))
        if gone:
            self._count(-1)
        if gone and outcome and outcome.success:
            # Nobody forgets a webhook that was deleted meanwhile.
            self._taking[hook] = claim.webhook["TotalErrors"]
        if then:
            then()
        return due

    def _postponed(self, rows: Rows, tenant: str, delivery: Delivery) -> bool:
        """Puts what failed where it is tried again, after a cycle at the back; false after the last."""
        retry, cycle = delivery.retry + 1, delivery.cycle
        if retry == len(self._delays):
            retry, cycle = 0, cycle + 1
        due = self._due(tenant, self._delays[retry])
        return cycle < self._cycles and rows.outbox.postpone(
            delivery.id, self._holder, retry=retry, cycle=cycle, due=due
        )

    def _keep(self) -> None:
        """Renews what is in hand, and looks for what a mock that is no more has left."""
        while not self._closed.wait(BEAT):
            try:
                self._renew()
                self._look()
            except Exception as error:
                log.warning("the queue does not reach its database: %s", error)

    def _renew(self) -> None:
        if held := self._hand.ids():
            with self._store.writing() as rows:
                rows.outbox.renew(held, self._holder, time.time() + self._lease)

    def _look(self) -> None:
        with self._store.reading() as rows:
            count, waiting = rows.outbox.count(), rows.outbox.waiting(time.time())
        with self._lock:
            self._queued = count
        for tenant, webhook_id, due in waiting:
            if waits.turn(due) is not None:
                self._turns.give((tenant, webhook_id), due)


def _uncounted(*_: object) -> Callable[[], None]:
    return lambda: None
