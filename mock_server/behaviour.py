"""Every decision that a fault can replace; the defaults together are the good mock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mock_server import conditions, filters, saving, selection, signals, states, webhooks
from mock_server.deliveries import headers, payload, signature
from mock_server.filters import Filter
from mock_server.formats import bodies
from mock_server.patch.json_patch import Dialect
from mock_server.rows import Rows
from mock_server.service import Entity, Service

Wsgi = Callable[..., Any]


def same(value: Any) -> Any:
    """What changes nothing."""
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How one mock behaves."""

    # Operations.
    create: Callable[..., Entity] = webhooks.create
    get: Callable[..., Entity] = webhooks.get
    replace: Callable[..., Entity] = webhooks.replace
    patch: Callable[..., Entity] = webhooks.patch
    delete: Callable[..., None] = webhooks.delete
    find: Callable[..., list[Entity]] = webhooks.find
    save: Callable[..., Entity] = webhooks.save
    signal: Callable[..., None] = signals.signal
    test: Callable[..., Entity] = signals.test
    last_error: Callable[..., str] = signals.last_error

    # Decisions inside them.
    read: Callable[[bytes, str, str], Any] = bodies.read
    dialect: Dialect = field(default_factory=Dialect)
    changed_since: Callable[[Mapping[str, Any], datetime], bool] = conditions.changed_since
    narrowed: Callable[[Filter], Filter] = same
    matches: Callable[[Mapping[str, Any], Filter], bool] = filters.matches
    stored: Callable[[Entity], Entity] = same
    reach: Callable[..., None] = saving.reach
    shown: Callable[[Any], Any] = same
    select: Callable[[Any, selection.Tree], Any] = selection.select
    parse_selection: Callable[[str], selection.Tree] = selection.parse

    # Deliveries.
    subscribers: Callable[[Rows, str, str], Sequence[Entity]] = signals.subscribers
    announce: Callable[[Service, str, Entity], None] = states.announce
    may_deliver: Callable[[Entity], bool] = signals.may_deliver
    payload: Callable[[Entity, payload.Event], dict[str, Any]] = payload.payload
    headers: Callable[..., dict[str, str]] = headers.headers
    sign: Callable[[Entity, bytes], str | None] = signature.signature_of
    succeeded: Callable[[int | None], bool] = signals.succeeded
    disables: Callable[[int, int | None], bool] = signals.disables

    # The HTTP layer; None costs nothing.
    wrap: Callable[[Wsgi], Wsgi] | None = None
