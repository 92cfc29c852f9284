"""Which webhooks a list shows: the three filters of GetAllWebhooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Filter:
    """What a webhook has to be; None asks for nothing."""

    name: str | None = None
    event: str | None = None
    state: str | None = None


EVERYTHING = Filter()


def wanted(name: str | None, event: str | None, state: str | None) -> Filter:
    """The filter of a request: no text and the state Unknown ask for nothing."""
    return Filter(name or None, event or None, None if state in (None, "Unknown") else state)


def matches(entity: Mapping[str, Any], wanted: Filter) -> bool:
    """Whether a webhook passes all of a filter."""
    return (
        has_name(entity, wanted.name) and has_event(entity, wanted.event) and has_state(entity, wanted.state)
    )


def has_name(entity: Mapping[str, Any], name: str | None) -> bool:
    """Whether this is its whole name, in any case."""
    return name is None or folded(entity["Name"] or "") == folded(name)


def has_event(entity: Mapping[str, Any], event: str | None) -> bool:
    """Whether it waits for this event, in any case."""
    return event is None or folded(event) in map(folded, entity["Events"])


def has_state(entity: Mapping[str, Any], state: str | None) -> bool:
    """Whether it is in this state."""
    return state is None or entity["State"] == state


def folded(text: str) -> str:
    """A text without its letter case."""
    return text.casefold()


def joined(events: Iterable[str]) -> str:
    """Event names as one text in which each stands between commas; a name never holds a comma."""
    return folded(f",{','.join(events)},")
