"""What was set for each tenant while the mock runs: its faults, its rules and its clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any

from mock_server import signals
from mock_server.behaviour import Behaviour, Wsgi
from mock_server.control.clocks import Timing
from mock_server.control.journal import Journal
from mock_server.control.rules import Rules
from mock_server.deliveries import waits
from mock_server.problems import NotFound, shown
from mock_server.service import Service

if TYPE_CHECKING:
    from mock_server.outbox import Waiting
    from mock_server.settings import Settings
    from mock_server.upstream.watch import Upstream

LOOK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Stage:
    """What was set for one tenant; `wrap` is what its faults put around the application."""

    faults: tuple[str, ...]
    timing: Timing
    rules: Rules
    wrap: Callable[[Wsgi], Wsgi] | None


class Control:
    """The stages of one mock; a tenant without one is as the mock was started."""

    def __init__(self, service: Service, faults: Iterable[str], upstream: Upstream | None = None) -> None:
        self.service = service
        self.upstream = upstream
        self.journal = Journal()
        self.stages: dict[str, Stage] = {}
        self._faults = tuple(faults)
        self._lock = RLock()

    def stage(self, tenant: str) -> Stage:
        """What holds for a tenant."""
        return self.stages.get(tenant) or self._fresh()

    def _fresh(self) -> Stage:
        return Stage(
            self._faults,
            Timing(self.service.clock),
            Rules({"rules": []}),
            self.service.behaviour.wrap,
        )

    def faults(self) -> list[str]:
        """Those that are switched on in any tenant, the ones that the mock was started with first."""
        with self._lock:
            stages = list(self.stages.values())
        return list(dict.fromkeys([*self._faults, *(each for stage in stages for each in stage.faults)]))

    def set_faults(self, tenant: str, ids: Iterable[str]) -> None:
        """Lets a tenant have these faults, each from its beginning."""
        faults = tuple(dict.fromkeys(ids))
        behaviour = behaving(self.service.settings, faults)
        with self._lock:
            self._set(tenant, replace(self.stage(tenant), faults=faults, wrap=behaviour.wrap), behaviour)

    def switch(self, tenant: str, fault: str, *, on: bool) -> None:
        """Turns one fault on or off."""
        demand_faults([fault])
        with self._lock:
            others = [each for each in self.stage(tenant).faults if each != fault]
            self.set_faults(tenant, [*others, fault] if on else others)

    def set_rules(self, tenant: str, said: Mapping[str, Any]) -> None:
        """Lets these rules hold for a tenant; what the earlier ones hold up goes on."""
        rules = Rules(said)
        with self._lock:
            before = self.stage(tenant)
            self._set(tenant, replace(before, rules=rules))
        before.rules.over.set()

    def set_clock(self, tenant: str, said: Mapping[str, Any] | None) -> None:
        """Changes the clock of a tenant, and what waits for it; None is the machine's."""
        with self._lock:
            before = self.stage(tenant)
            timing = Timing(self.service.clock) if said is None else before.timing.changed(said)
            change = partial(self._set, tenant, replace(before, timing=timing))
            self.service.dispatch.retime(tenant, float((said or {}).get("step", 0)), change)

    def _set(self, tenant: str, stage: Stage, behaviour: Behaviour | None = None) -> None:
        before = self.service.of(tenant)
        behaviour, clock = behaviour or before.behaviour, stage.timing.pace
        courier = replace(self.service.courier, behaviour=behaviour, clock=clock)
        self.service.apart[tenant] = replace(self.service, behaviour=behaviour, clock=clock, courier=courier)
        self.stages[tenant] = stage

    def reset(self, tenant: str) -> None:
        """Lets a tenant begin anew, as the mock was started."""
        with self._lock:
            stage = self.stages.pop(tenant, None)
            self.service.apart.pop(tenant, None)
            self.service.dispatch.forget(tenant, lambda rows: rows.tenants.clear(tenant))
            for kept in (self.service.log, self.service.mails, self.journal):
                kept.clear(tenant)
            if self._faults:
                # Some remember what they have seen.
                self.set_faults(tenant, self._faults)
            if self.upstream:
                self.upstream.forget(tenant)
        if stage:
            stage.rules.over.set()

    def tenants(self) -> list[dict[str, Any]]:
        """Every tenant that has, or was asked for, anything."""
        with self.service.store.reading() as rows:
            stored = rows.tenants.names()
        if self.upstream:
            self.upstream.settle()
            stored = self.upstream.learned.counts()
        names = sorted({*stored, *self.journal.tenants(), *self._set_apart()})
        return [
            {"name": name, "webhooks": stored.get(name, 0), "lastUse": self.journal.last_use(name)}
            for name in names
        ]

    def _set_apart(self) -> list[str]:
        with self._lock:
            return [name for name, stage in self.stages.items() if self._differs(stage)]

    def _differs(self, stage: Stage) -> bool:
        timing = stage.timing
        is_set = stage.rules.said["rules"] or timing.pace is not timing.machine
        return bool(is_set or stage.faults != self._faults)

    def forget(self, tenant: str) -> None:
        """Forgets a tenant that there is."""
        if not any(each["name"] == tenant for each in self.tenants()):
            raise NotFound(f"no tenant is called {shown(tenant)}")
        self.reset(tenant)

    def waiting(self, tenant: str, seconds: float) -> list[dict[str, Any]] | None:
        """What is still queued or tried for a tenant after so many seconds; None as soon as it rests."""
        end = time.monotonic() + seconds
        dispatch = self.service.dispatch
        while not dispatch.rests_for(tenant):
            if time.monotonic() >= end:
                scale = dispatch.scale(tenant)
                return [_told(each, scale) for each in dispatch.pending(tenant)]
            time.sleep(LOOK_SECONDS)
        return None


def _told(waiting: Waiting, scale: float) -> dict[str, Any]:
    delivery = waiting.delivery
    running = waiting.lease_end > time.time()
    return {
        "webhookId": waiting.webhook_id,
        "event": delivery.event.name,
        "eventId": delivery.event.id,
        "retry": delivery.retry,
        "cycle": delivery.cycle,
        "running": running,
        "seconds": 0.0 if running else round(waits.left(delivery.due, scale), 3),
    }


def behaving(settings: Settings, faults: Iterable[str]) -> Behaviour:
    """How a mock behaves that was started like this, with these faults."""
    behaviour = Behaviour()
    if ids := tuple(faults):
        from mock_server.faults import wrong

        behaviour = wrong(ids)
    return replace(behaviour, succeeded=signals.any_2xx) if settings.any_2xx else behaviour


def demand_faults(ids: Iterable[str]) -> None:
    """Refuses what is no fault."""
    from mock_server.faults import FAULTS

    for each in ids:
        if each not in FAULTS:
            raise NotFound(f"no fault is called {shown(each)}; GET /_mock/faults shows those that are")
