"""What the page shows of a tenant: a bounded look at its webhooks, deliveries and requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from mock_server.control.journal import Exchange
from mock_server.control.stages import Control
from mock_server.deliveries.log import Entry
from mock_server.service import Service, context_of
from mock_server.settings import Settings
from mock_server.web.page.asked import Asked
from mock_server.web.page.learned import told

if TYPE_CHECKING:
    from mock_server.upstream.violations import Violation
    from mock_server.upstream.watch import Upstream

# How many rows a list has at once.
ROWS = 25
TENANTS = 200
EVENTS = 100
FEW = 6


class Numbered(Protocol):
    """What both logs hold."""

    @property
    def id(self) -> int:
        """Ascending."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One stretch of a log, newest first, and what there is beside it."""

    rows: Sequence[Any]
    # All that are kept, and those of them that went wrong.
    kept: int
    wrong: int
    # Where the next older stretch begins.
    older: int | None
    oldest: int
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """The server that a proxy stands before, and what departs from the document in what has passed."""

    url: str
    violations: Rows
    faults: Mapping[str, int]
    # Exchanges of any tenant that could not be checked.
    unchecked: int


@dataclass(frozen=True, slots=True)
class View:
    """Everything the page shows."""

    asked: Asked
    settings: Settings
    hooks: Sequence[Mapping[str, Any]]
    # The id after which the next page of webhooks begins.
    next_hooks: int | None
    states: Mapping[str, int]
    waiting: int
    deliveries: Rows
    requests: Rows
    faults: tuple[str, ...]
    # Other tenants, where this one has nothing.
    others: Sequence[Mapping[str, Any]]
    behind: Behind | None

    @property
    def name(self) -> str:
        """The tenant as payloads name it."""
        return context_of(self.asked.tenant)

    @property
    def number(self) -> int:
        """How many webhooks there are."""
        return sum(self.states.values())

    @property
    def events(self) -> list[str]:
        """What the webhooks shown wait for."""
        return sorted({each for hook in self.hooks for each in hook["Events"] or ()})[:EVENTS]


def at(control: Control, asked: Asked) -> View:
    """What there is to see now."""
    tenant, service = asked.tenant, control.service
    behind = _behind(control.upstream, asked) if control.upstream else None
    hooks, states, waiting = _hooks(control, asked)
    deliveries = _rows(service.log.all(tenant), asked.deliveries, _is_failed, _delivery_wanted(asked))
    requests = _rows(_requests(control, tenant), asked.requests, is_refused, _request_wanted(asked))
    is_empty = not (states or deliveries.kept or requests.kept)
    return View(
        asked,
        service.settings,
        hooks[:ROWS],
        hooks[ROWS - 1]["WebhookId"] if len(hooks) > ROWS else None,
        states,
        waiting,
        deliveries,
        requests,
        control.stage(tenant).faults,
        tenants(control)[:FEW] if is_empty else (),
        behind,
    )


Hooks = tuple[Sequence[Mapping[str, Any]], Mapping[str, int], int]


def _hooks(control: Control, asked: Asked) -> Hooks:
    return _learned(control.upstream, asked) if control.upstream else _stored(control.service, asked)


def _stored(service: Service, asked: Asked) -> Hooks:
    """Webhooks, how many have each State, and how many deliveries wait."""
    with service.store.reading() as rows:
        hooks = rows.page(asked.tenant, asked.after or 0, ROWS + 1)
        return hooks, rows.tenants.states(asked.tenant), rows.outbox.size(asked.tenant)


def _learned(upstream: Upstream, asked: Asked) -> Hooks:
    """The same of the server behind a proxy, as far as its answers have told."""
    known = [told(each) for each in upstream.learned.webhooks(asked.tenant)]
    hooks = (each for each in known if each["WebhookId"] > (asked.after or 0))
    return [*islice(hooks, ROWS + 1)], Counter(each["State"] for each in known), 0


def _behind(upstream: Upstream, asked: Asked) -> Behind:
    upstream.settle()
    found = upstream.violations.find(asked.tenant, lambda _: True)
    rows = _rows(found, asked.violations, _is_servers, _is_servers if asked.servers else lambda _: True)
    faults: Counter[str] = Counter(each.finding.fault for each in found)
    return Behind(upstream.address.url, rows, faults, upstream.violations.tally().unchecked)


def _is_servers(violation: Violation) -> bool:
    return violation.finding.fault == "server"


def one(control: Control, tenant: str, kind: str, number: int) -> Any:
    """The attempt, the request or the violation of that id."""
    found: Sequence[Any]
    if kind == "deliveries":
        found = control.service.log.all(tenant)
    elif kind == "requests":
        found = _requests(control, tenant)
    else:
        found = control.upstream.violations.find(tenant, lambda _: True) if control.upstream else ()
    return next((each for each in found if each.id == number), None)


def tenants(control: Control) -> list[dict[str, Any]]:
    """The tenants, those of the latest requests first."""
    found = sorted(control.tenants(), key=lambda each: each["name"])
    return sorted(found, key=lambda each: each["lastUse"] or "", reverse=True)[:TENANTS]


def is_refused(exchange: Exchange) -> bool:
    """Whether it ended with an error, or broken off."""
    return exchange.code is None or exchange.code >= 400


def _is_failed(entry: Entry) -> bool:
    return not entry.success


def _requests(control: Control, tenant: str) -> list[Exchange]:
    return control.journal.find(tenant, lambda _: True)


def _delivery_wanted(asked: Asked) -> Callable[[Entry], bool]:
    return lambda entry: asked.hook in (None, entry.webhook_id) and not (asked.failed and entry.success)


def _request_wanted(asked: Asked) -> Callable[[Exchange], bool]:
    return is_refused if asked.refused else lambda _: True


def _rows(
    found: Sequence[Numbered],
    before: int | None,
    is_wrong: Callable[[Any], bool],
    is_wanted: Callable[[Any], bool],
) -> Rows:
    """The stretch before an id; ends come nearly in the order of ids, and rows stand in it."""
    ordered = sorted(found, key=lambda each: -each.id)
    wanted = (each for each in ordered if (before is None or each.id < before) and is_wanted(each))
    rows = list(islice(wanted, ROWS + 1))
    return Rows(
        rows[:ROWS],
        kept=len(ordered),
        wrong=sum(map(is_wrong, ordered)),
        older=rows[ROWS - 1].id if len(rows) > ROWS else None,
        oldest=ordered[-1].id if ordered else 0,
        is_newest=before is None,
    )
