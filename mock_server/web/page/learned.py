"""Webhooks of a real server in a form that the page can show, whatever its answers were like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server.control.hiding import without_secrets

TEXTS = ("Name", "TargetUrl", "Type", "Secret", "Registered", "Updated", "LastError")
NUMBERS = ("TotalCalls", "TotalErrors", "ConsecutiveErrors")
UNKNOWN = "Unknown"


def told(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """The members that the page shows, without secrets; None for what was not told, or is of another type."""
    public = without_secrets(dict(webhook))
    events = public.get("Events")
    return {
        "WebhookId": public["WebhookId"],
        "State": _of(str, public.get("State")) or UNKNOWN,
        "Events": [each for each in events if isinstance(each, str)] if isinstance(events, list) else None,
        **{name: _of(str, public.get(name)) for name in TEXTS},
        **{name: _of(int, public.get(name)) for name in NUMBERS},
        **{name: _of(dict, public.get(name)) for name in ("Headers", "Properties")},
    }


def _of(kind: type, value: Any) -> Any:
    return value if type(value) is kind else None
