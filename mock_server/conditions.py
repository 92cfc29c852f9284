"""If-Unmodified-Since and If-Modified-Since: whole seconds, and an unreadable date asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from mock_server.clock import NEVER


def last_change(entity: Mapping[str, Any]) -> datetime:
    """When a webhook was changed last: its Updated, or its Registered while nobody has changed it."""
    stamp = entity["Registered"] if entity["Updated"] == NEVER else entity["Updated"]
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC)


def changed_since(entity: Mapping[str, Any], moment: datetime) -> bool:
    """Whether it was changed after a moment; within the same second it counts as unchanged."""
    return last_change(entity) > moment


def http_date(text: str | None) -> datetime | None:
    """A date of any of the three forms of RFC 9110, or None."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
