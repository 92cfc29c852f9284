"""Looks behind the scenes of the mock, below `/_mock`: what no SuperOffice would show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_server.problems import Invalid
from mock_server.web.calls import Call

Look = Callable[[Call], list[dict[str, Any]]]

LIMIT = 100


def deliveries(call: Call) -> list[dict[str, Any]]:
    """GET /_mock/deliveries"""
    hook = call.query("hook")
    found = call.service.log.find(
        call.caller.tenant,
        hook=call.number(hook, "hook") if hook else None,
        event=call.query("event"),
        limit=_limit(call),
    )
    return [entry.shown() for entry in found]


def mails(call: Call) -> list[dict[str, Any]]:
    """GET /_mock/mails"""
    return [mail.shown() for mail in call.service.mails.find(call.caller.tenant, _limit(call))]


def _limit(call: Call) -> int:
    limit = call.query("limit")
    number = call.number(limit, "limit") if limit else LIMIT
    if number < 0:
        raise Invalid(f"limit: expected 0 or more, got {number}")
    return number


LOOKS: Mapping[str, Look] = {"deliveries": deliveries, "mails": mails}
