"""Which webhooks a list shows: the three filters of GetAllWebhooks."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from .hooks import Hook, state_name
from .problems import Refusal, refused

if TYPE_CHECKING:
    from .rules import Rules


def matching(hooks: list[Hook], filters: dict[str, Any], rules: Rules) -> list[Hook]:
    """The webhooks that pass every filter given."""
    texts = [filters.get("namefilter"), filters.get("eventfilter"), filters.get("statusfilter")]
    if not all(text is None or isinstance(text, str) for text in texts[:2]):
        raise refused(rules.malformed_status, "a filter is a text")
    name, event, status = (None if rules.unfiltered(text) else text for text in texts)
    state = None if status is None else wanted_state(status, rules)
    if state == "Unknown":
        state = None

    def passes(hook: Hook) -> bool:
        asked = []
        if name is not None:
            asked.append(rules.name_matches(name, hook.values["Name"] or ""))
        if event is not None:
            asked.append(rules.event_listed(event, hook.values["Events"] or []))
        if state is not None:
            asked.append(rules.state_matches(state, hook.values["State"]))
        return rules.combine(asked)

    return rules.arrange([hook for hook in hooks if passes(hook)])


def wanted_state(status: Any, rules: Rules) -> str | None:
    try:
        return state_name(status, numbers=rules.filter_numbers)
    except Refusal:
        if rules.unknown_filter == "ignore":
            return None
        raise


def empty(text: Any) -> bool:
    """No filter: null and, as an official script has it, the empty text."""
    return text is None or text == ""


def equal_names(wanted: str, name: str) -> bool:
    return wanted == name


def contains_event(wanted: str, events: list[str]) -> bool:
    return wanted in events


def listens(events: list[str], event: str) -> bool:
    return event in events


def ascending(hooks: list[Hook]) -> list[Hook]:
    return sorted(hooks, key=lambda hook: hook.id)


def changed_since(header: str, hook: Hook, *, merge: bool = False, precise: bool = False) -> bool:
    """Whether the webhook changed after the date of an If-Unmodified-Since header."""
    try:
        limit = parsedate_to_datetime(header)
    except ValueError:
        return False
    if limit.tzinfo is None:
        limit = limit.replace(tzinfo=UTC)
    moment = hook.changed.timestamp()
    return (moment if precise else math.floor(moment)) > limit.timestamp()


def utc_stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
