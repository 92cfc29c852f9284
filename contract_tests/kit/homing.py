"""Turns what was drawn towards the run's own webhooks, its own events and its own receiver."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from contract_tests.kit.run import Run


def turn(run: Run, case: Any) -> None:
    """Make a drawn case one about what is ours."""
    for part in (case.path_parameters, case.query):
        for name in {*(part or {})} & {"id", "webhookId", "WebhookId"}:
            part[name] = turned(run, part[name])
    if isinstance(case.path_parameters, dict) and "eventName" in case.path_parameters:
        case.path_parameters["eventName"] = f"{run.tag}.drawn"
    case.body = at_home(run, case.body)


def turned(run: Run, value: Any) -> Any:
    """An id that was drawn, of the same kind, that can be taken for no other than one of ours."""
    match value:
        case bool():
            return False
        case int():
            return run.spare
        case float():
            return run.spare + 0.25
        case str():
            return re.sub(r"\d+", str(run.spare), value)
        case list():
            return [turned(run, each) for each in value]
    return at_home(run, value)


def at_home(run: Run, body: Any) -> Any:
    """The same body, with our receiver for its target, our webhook for its id and our event for its event."""
    if isinstance(body, list):
        return [at_home(run, each) for each in body]
    if not isinstance(body, Mapping):
        return body
    patched = str(body.get("path", "")).strip("/").lower()
    return {
        name: _at_home(run, patched if name == "value" and patched else name, value)
        for name, value in body.items()
    }


def _at_home(run: Run, name: str, value: Any) -> Any:
    match name.lower():
        case "targeturl" if isinstance(value, str) and urlsplit_or_none(value):
            return f"{run.receiver.url}/{run.tag}/drawn"
        case "name" | "targeturl" if isinstance(value, str) and value:
            return f"{run.tag} {value}"
        case "webhookid" if value:
            return turned(run, value)
        case "eventname" if isinstance(value, str):
            return f"{run.tag}.drawn"
        case "eventname" if value is not None and not isinstance(value, Mapping):
            return [f"{run.tag}.drawn"]  # of a wrong kind too, but of nobody's name
    return at_home(run, value)


def urlsplit_or_none(value: str) -> bool:
    """True for a text that names a host."""
    try:
        return bool(urlsplit(value).netloc)
    except ValueError:
        return False
