"""What the answers of a server have told of its webhooks, as a snapshot that the mock can begin with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import orjson

from mock_server.control.snapshots import kept
from mock_server.formats.negotiation import JSON_TYPES
from mock_server.problems import Problem
from mock_server.service import Service
from mock_server.upstream.hops import value_of
from mock_server.upstream.passed import Passed, decoded
from mock_server.upstream.plans import plan_of
from openapi.document import BASE_PATH

Webhook = Mapping[str, Any]

ONE = {
    "v1Webhook_PostWebhook",
    "v1Webhook_GetWebhook",
    "v1Webhook_PutWebhook",
    "v1Webhook_PatchWebhook",
    "v1WebhookAgent_SaveWebhook",
    "v1WebhookAgent_GetWebhook",
}
ALL = {"v1Webhook_GetAllWebhooks", "v1WebhookAgent_GetAllWebhooks"}
GONE = {"v1Webhook_DeleteWebhook": 204, "v1WebhookAgent_DeleteWebhook": 204, "v1Webhook_GetWebhook": 404}
FILTERS = {"namefilter", "eventfilter", "statusfilter"}
STAMPS = ("Registered", "Updated")
COUNTS = ("TotalCalls", "TotalErrors", "ConsecutiveErrors", "LastError")


@dataclass(slots=True)
class Known:
    """What is known of one tenant: its webhooks by their ids, and the highest id that was seen."""

    webhooks: dict[int, Webhook] = field(default_factory=dict)
    highest: int = 0


class Learned:
    """What is known of each tenant of a server."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tenants: dict[str, Known] = {}

    def see(self, passed: Passed) -> None:
        """Takes from an exchange what it tells."""
        plan = plan_of(passed.method, passed.path)
        if plan is None or passed.method == "HEAD" or passed.answered is None or passed.answered.broken:
            return
        with self._lock:
            if GONE.get(plan.id) == passed.status and passed.tenant in self._tenants:
                self._tenants[passed.tenant].webhooks.pop(_named(passed, plan.path), None)
            elif passed.status == 200 and plan.id in ONE | ALL:
                known = self._tenants.setdefault(passed.tenant, Known())
                _take(known, passed, _named(passed, plan.path), whole=plan.id in ALL)

    def counts(self) -> dict[str, int]:
        """How many webhooks are known of each tenant."""
        with self._lock:
            return {tenant: len(known.webhooks) for tenant, known in self._tenants.items()}

    def webhooks(self, tenant: str) -> list[Webhook]:
        """What is known of a tenant by ascending ids, as the server has told it."""
        with self._lock:
            known = self._tenants.get(tenant, Known()).webhooks
            return [known[number] for number in sorted(known)]

    def forget(self, tenant: str) -> None:
        """Lets a tenant be unknown again."""
        with self._lock:
            self._tenants.pop(tenant, None)

    def snapshot(self, service: Service, tenant: str) -> dict[str, Any]:
        """What is known of a tenant, in the form that `--seed` takes."""
        with self._lock:
            known = self._tenants.get(tenant, Known())
            webhooks, highest = [known.webhooks[number] for number in sorted(known.webhooks)], known.highest
        entities = [found for each in webhooks if (found := _entity(service, each)) is not None]
        return {"version": 1, "tenant": tenant, "nextId": highest + 1, "webhooks": entities}


def _named(passed: Passed, path: Any) -> int:
    """The id that a request names, in its path or its query; 0 for none."""
    fits = path.fullmatch(passed.path.removeprefix(BASE_PATH))
    said = next(iter(fits.groupdict().values()), None) or _query(passed).get("webhookid", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _query(passed: Passed) -> dict[str, str]:
    from urllib.parse import parse_qsl

    pairs = parse_qsl(passed.target.partition("?")[2], keep_blank_values=True)
    return {name.casefold(): value for name, value in pairs if value}


def _take(known: Known, passed: Passed, named: int, *, whole: bool) -> None:
    value, query = _value(passed), _query(passed)
    selected = "$select" in query
    if value is None:
        known.webhooks.pop(named, None)
    listed = value if isinstance(value, list) else [value]
    found = {number: each for each in listed if (number := _number(each, named if selected else 0))}
    if whole and isinstance(value, list) and len(found) == len(value) and not _is_filtered(passed, query):
        known.webhooks = {number: each for number, each in known.webhooks.items() if number in found}
    for number, each in found.items():
        known.highest = max(known.highest, number)
        if not selected:
            known.webhooks[number] = each
        elif number in known.webhooks:
            shown = {name: member for name, member in each.items() if member is not None}
            known.webhooks[number] = {**known.webhooks[number], **shown}


def _value(passed: Passed) -> Any:
    answered = passed.answered
    if answered is None:
        return ()
    media = (value_of(answered.headers, "content-type") or JSON_TYPES[0]).partition(";")[0].strip().casefold()
    body = decoded(answered.body, answered.headers)
    if body is None or media not in JSON_TYPES:
        return ()
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return ()


def _number(value: Any, named: int) -> int:
    """The id of what may be a webhook, or the one that was named where it is left out; 0 for none."""
    if not isinstance(value, dict):
        return 0
    number = value.get("WebhookId") or named
    return number if type(number) is int and number > 0 else 0


def _is_filtered(passed: Passed, query: Mapping[str, str]) -> bool:
    if FILTERS & set(query):
        return True
    try:
        said = orjson.loads(decoded(passed.body, passed.headers) or b"null")
    except orjson.JSONDecodeError:
        return True
    if not isinstance(said, dict):
        return said is not None
    return any(value not in (None, "", "Unknown", 0) for value in said.values())


def _entity(service: Service, webhook: Webhook) -> Any:
    """A webhook as the mock keeps one; None, and a line about it, for one that it could not keep."""
    known = {*service.model.members, *STAMPS, *COUNTS, "RegisteredAssociate", "UpdatedAssociate"}
    raw = {name: value for name, value in webhook.items() if name in known}
    raw |= {name: _stamp(raw.get(name)) for name in STAMPS if name in raw}
    raw = {name: value for name, value in raw.items() if value is not None or name not in (*STAMPS, *COUNTS)}
    try:
        return kept(service, raw)
    except Problem as problem:
        print(  # noqa: T201  # whoever keeps the snapshot should know what is not in it
            f"webhook-mock: webhook {webhook['WebhookId']} is left out of the snapshot: {problem.message}",
            file=sys.stderr,
        )
        return None


def _stamp(value: Any) -> str | None:
    """A stamp as snapshots have it: UTC in whole seconds."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    moment = moment.astimezone(UTC) if moment.tzinfo and moment.year > 1 else moment
    return moment.replace(tzinfo=None, microsecond=0).isoformat()
