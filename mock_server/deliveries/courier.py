"""Makes one attempt: builds the request from the hook as it is stored now, sends it, counts it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson

from mock_server.deliveries.payload import Event
from mock_server.deliveries.targets import Targets

if TYPE_CHECKING:
    from mock_server.behaviour import Behaviour
    from mock_server.store import Store


# The first delivery loads the HTTP client. Python 3.11 may fail when several threads begin that at once.
_importing = Lock()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an attempt counts as delivered, and what the target said."""

    success: bool
    text: str


@dataclass(frozen=True, slots=True)
class Courier:
    """Carries events to targets."""

    store: Store
    behaviour: Behaviour
    targets: Targets
    limit: float

    def attempt(self, tenant: str, webhook_id: int, event: Event, retry: int) -> bool:
        """Tries a delivery; true when there is nothing left to try."""
        with self.store.reading() as rows:
            webhook = rows.get(tenant, webhook_id)
        if webhook is None or not self.behaviour.may_deliver(webhook):
            return True
        outcome = self.post(webhook, event, retry=retry)
        self.count(tenant, webhook_id, None if outcome.success else outcome.text)
        return outcome.success

    def post(self, webhook: dict[str, Any], event: Event, *, retry: int, ping: bool = False) -> Outcome:
        """Sends one request, and judges the answer."""
        with _importing:
            from mock_server.deliveries.sender import post
        behaviour = self.behaviour
        body = orjson.dumps(behaviour.payload(webhook, event))
        headers = behaviour.headers(
            webhook, event, retry=retry, signature=behaviour.sign(webhook, body), ping=ping
        )
        answer = post(webhook["TargetUrl"], headers, body, limit=self.limit, targets=self.targets)
        return Outcome(behaviour.succeeded(answer.status), answer.text)

    def count(self, tenant: str, webhook_id: int, error: str | None) -> None:
        """Adds an attempt to the counters of its hook."""
        with self.store.writing() as rows:
            rows.count(tenant, webhook_id, error)
