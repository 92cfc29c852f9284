"""What a fault is, and the three ways to make one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mock_server.behaviour import Behaviour

Change = Callable[[Behaviour], Behaviour]
Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One promise broken in one way; the clause is the promise's id in `clauses.yaml`."""

    id: str
    clause: str
    says: str
    applied: Change


def decides(**decisions: Any) -> Change:
    """Another decision in place of the good one."""
    return lambda behaviour: replace(behaviour, **decisions)


def speaks(**decisions: Any) -> Change:
    """Another decision inside the patch language."""
    return lambda behaviour: replace(behaviour, dialect=replace(behaviour.dialect, **decisions))


def around(name: str, wrap: Callable[[Any], Any]) -> Change:
    """The decision that was there, with something around it."""
    return lambda behaviour: replace(behaviour, **{name: wrap(getattr(behaviour, name))})


def keeping(change: Callable[[Entity], Entity]) -> Change:
    """Webhooks that are stored other than they were sent."""
    return around("stored", lambda inner: lambda entity: inner({**entity, **change(entity)}))


def showing(change: Callable[[Entity], Entity]) -> Change:
    """Webhooks that are answered other than they are stored."""

    def shown(value: Any) -> Any:
        if isinstance(value, list):
            return [shown(item) for item in value]
        return {**value, **change(value)} if isinstance(value, dict) and "WebhookId" in value else value

    return decides(shown=shown)
