"""Looks behind the scenes of the mock, below `/_mock`: what no SuperOffice would show."""

from __future__ import annotations

from typing import Any

from mock_server.problems import Invalid
from mock_server.web.calls import Call

LIMIT = 100


def deliveries(call: Call) -> list[dict[str, Any]]:
    """GET /_mock/deliveries"""
    hook = call.query("hook")
    found = call.service.log.find(
        call.caller.tenant,
        hook=call.number(hook, "hook") if hook else None,
        event=call.query("event"),
        limit=limit(call),
    )
    return [entry.shown() for entry in found]


def mails(call: Call) -> list[dict[str, Any]]:
    """GET /_mock/mails"""
    return [mail.shown() for mail in call.service.mails.find(call.caller.tenant, limit(call))]


def limit(call: Call) -> int:
    """How many of the latest are to be shown."""
    text = call.query("limit")
    number = call.number(text, "limit") if text else LIMIT
    if number < 0:
        raise Invalid(f"limit: expected 0 or more, got {number}")
    return number
