"""The outbox: every event on its way to one webhook, kept until it is delivered or given up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Executable, bindparam, delete, func, insert, select, update

from mock_server.deliveries.payload import Event
from mock_server.deliveries.waits import FROZEN
from mock_server.tables import Statement, deliveries

Hook = tuple[str, int]

_columns = deliveries.c
_hook = (_columns.tenant == bindparam("tenant_"), _columns.webhook_id == bindparam("id_"))
_of_tenant = _columns.tenant == bindparam("tenant_")
_shown = (_columns.id, _columns.event, _columns.retry, _columns.cycle, _columns.due)
_free = _columns.lease_end <= bindparam("now_")
_held = (_columns.id == bindparam("row_"), _columns.holder == bindparam("holder_"))
_earliest = func.min(_columns.due)

STATEMENTS: Mapping[str, Executable] = {
    # Inline: nobody asks for the new ids.
    "add": insert(deliveries)
    .inline()
    .values(
        tenant=bindparam("tenant_"),
        webhook_id=bindparam("id_"),
        event=bindparam("event_"),
        retry=0,
        cycle=0,
        due=bindparam("due_"),
        holder="",
        lease_end=0.0,
    ),
    "count": select(func.count()).select_from(deliveries),
    "running": select(func.count())
    .select_from(deliveries)
    .where(*_hook, _columns.lease_end > bindparam("now_")),
    "free": select(*_shown).where(*_hook, _free).order_by(_columns.due, _columns.id).limit(2),
    "next_due": select(_earliest).where(*_hook, _free),
    "waiting": select(_columns.tenant, _columns.webhook_id, _earliest)
    .where(_free)
    .group_by(_columns.tenant, _columns.webhook_id),
    "lease": update(deliveries)
    .where(_columns.id == bindparam("row_"))
    .values(holder=bindparam("holder_"), lease_end=bindparam("end_")),
    "renew": update(deliveries).where(*_held).values(lease_end=bindparam("end_")),
    "release": update(deliveries).where(_columns.lease_end > 0).values(holder="", lease_end=0.0),
    "postpone": update(deliveries)
    .where(*_held)
    .values(
        retry=bindparam("retry_"), cycle=bindparam("cycle_"), due=bindparam("due_"), holder="", lease_end=0.0
    ),
    "remove": delete(deliveries).where(*_held),
    "drop": delete(deliveries).where(*_hook),
    "drop_all": delete(deliveries).where(_of_tenant),
    "size": select(func.count()).select_from(deliveries).where(_of_tenant),
    "all": select(*_shown, _columns.webhook_id, _columns.lease_end)
    .where(_of_tenant)
    .order_by(_columns.due, _columns.id),
    "reschedule": update(deliveries).where(_columns.id == bindparam("row_")).values(due=bindparam("due_")),
    "thaw": update(deliveries)
    .where(_columns.due >= FROZEN)
    .values(due=_columns.due - FROZEN + bindparam("now_")),
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook; `due` is in seconds since 1970."""

    id: int
    event: Event
    retry: int
    cycle: int
    due: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of a tenant: to which webhook it goes, and until when somebody has it in hand."""

    delivery: Delivery
    webhook_id: int
    lease_end: float


class Outbox:
    """What is on its way, as one transaction sees it; moments are seconds since 1970."""

    __slots__ = ("_cursor", "_statements")

    def __init__(self, cursor: Any, statements: Mapping[str, Statement]) -> None:
        self._cursor = cursor
        self._statements = statements

    def add(self, tenant: str, webhook_ids: Sequence[int], event: Event, due: float) -> None:
        """Keeps an event for each of these webhooks."""
        text = orjson.dumps(event).decode()
        each = [{"tenant_": tenant, "id_": number, "event_": text, "due_": due} for number in webhook_ids]
        self._statements["add"].run_each(self._cursor, each)

    def count(self) -> int:
        """How many there are, of all tenants."""
        return int(self._run("count").fetchone()[0])

    def running(self, hook: Hook, now: float) -> int:
        """How many of a webhook are being tried, whichever mock does it."""
        return int(self._of("running", hook, now_=now).fetchone()[0])

    def free(self, hook: Hook, now: float) -> list[Delivery]:
        """The first two of a webhook that nobody holds, due or not."""
        return [_delivery(row) for row in self._of("free", hook, now_=now).fetchall()]

    def next_due(self, hook: Hook, now: float) -> float | None:
        """When the next one of a webhook that nobody holds is due."""
        due: float | None = self._of("next_due", hook, now_=now).fetchone()[0]
        return due

    def waiting(self, now: float) -> list[tuple[str, int, float]]:
        """The webhooks for which something waits, each with the moment when the first is due."""
        return [tuple(row) for row in self._run("waiting", now_=now).fetchall()]

    def lease(self, delivery_id: int, holder: str, end: float) -> None:
        """Takes one that is free; the webhook has to be claimed in the same transaction."""
        self._run("lease", row_=delivery_id, holder_=holder, end_=end)

    def renew(self, delivery_ids: Iterable[int], holder: str, end: float) -> None:
        """Keeps holding these."""
        each = [{"row_": number, "holder_": holder, "end_": end} for number in delivery_ids]
        self._statements["renew"].run_each(self._cursor, each)

    def release(self) -> None:
        """Frees what anybody holds."""
        self._run("release")

    def postpone(self, delivery_id: int, holder: str, *, retry: int, cycle: int, due: float) -> bool:
        """Gives one back to be tried again; false when it is not the holder's any more."""
        values = {"retry_": retry, "cycle_": cycle, "due_": due}
        return bool(self._run("postpone", row_=delivery_id, holder_=holder, **values).rowcount)

    def remove(self, delivery_id: int, holder: str) -> bool:
        """Forgets one that is done; false when it is not the holder's any more."""
        return bool(self._run("remove", row_=delivery_id, holder_=holder).rowcount)

    def drop(self, hook: Hook) -> int:
        """Forgets all of a webhook, and tells how many they were."""
        return int(self._of("drop", hook).rowcount)

    def drop_all(self, tenant: str) -> int:
        """Forgets all of a tenant, and tells how many they were."""
        return int(self._run("drop_all", tenant_=tenant).rowcount)

    def all(self, tenant: str) -> list[Waiting]:
        """All of a tenant, those that are tried right now too."""
        rows = self._run("all", tenant_=tenant).fetchall()
        return [Waiting(_delivery(row[:5]), *row[5:]) for row in rows]

    def size(self, tenant: str) -> int:
        """How many a tenant has."""
        return int(self._run("size", tenant_=tenant).fetchone()[0])

    def reschedule(self, delivery_id: int, due: float) -> None:
        """Lets one be tried at another moment."""
        self._run("reschedule", row_=delivery_id, due_=due)

    def thaw(self, now: float) -> None:
        """Lets those go on that waited for a clock which stood still."""
        self._run("thaw", now_=now)

    def _of(self, name: str, hook: Hook, **values: Any) -> Any:
        return self._run(name, tenant_=hook[0], id_=hook[1], **values)

    def _run(self, name: str, **values: Any) -> Any:
        self._statements[name].run(self._cursor, values)
        return self._cursor


def _delivery(row: Any) -> Delivery:
    number, text, retry, cycle, due = row
    members = orjson.loads(text)
    return Delivery(number, Event(**{**members, "changes": tuple(members["changes"])}), retry, cycle, due)
