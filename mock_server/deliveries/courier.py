"""Makes one request: builds it from the hook as it is stored now, sends it, judges the answer, logs both."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson

from mock_server.deliveries.log import BODY, Entry, Log
from mock_server.deliveries.payload import Event
from mock_server.deliveries.targets import Targets

if TYPE_CHECKING:
    from ssl import SSLContext

    from mock_server.behaviour import Behaviour
    from mock_server.clock import Clock
    from mock_server.deliveries.sender import Answer


# The first delivery loads the HTTP client. Python 3.11 may fail when several threads begin that at once.
_importing = Lock()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an attempt counts as delivered, and what the target said."""

    success: bool
    status: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Courier:
    """Carries events to targets."""

    behaviour: Behaviour
    targets: Targets
    limit: float
    log: Log
    clock: Clock
    trust: SSLContext | None = None

    def post(
        self, tenant: str, webhook: dict[str, Any], event: Event, *, retry: int, ping: bool = False
    ) -> Outcome:
        """Sends one request, and judges the answer."""
        with _importing:
            from mock_server.deliveries.sender import post
        behaviour = self.behaviour
        body = orjson.dumps(behaviour.payload(webhook, event))
        headers = behaviour.headers(
            webhook, event, retry=retry, signature=behaviour.sign(webhook, body), ping=ping
        )
        when, start = self.clock(), time.perf_counter()
        answer = post(
            webhook["TargetUrl"], headers, body, limit=self.limit, targets=self.targets, trust=self.trust
        )
        outcome = Outcome(behaviour.succeeded(answer.status), answer.status, answer.text)
        entry = Entry(
            when=when,
            webhook_id=webhook["WebhookId"],
            type=webhook["Type"],
            event=event.name,
            event_id=event.id,
            retry=retry,
            target=webhook["TargetUrl"],
            test=ping,
            seconds=time.perf_counter() - start,
            request_headers=headers,
            request_body=body[:BODY],
            **_told(outcome, answer),
        )
        self.log.add(tenant, entry)
        return outcome


def _told(outcome: Outcome, answer: Answer) -> dict[str, Any]:
    return {
        "success": outcome.success,
        "status": answer.status,
        "error": answer.text if answer.status is None else None,
        "response_headers": answer.headers,
        "response_body": answer.body,
    }
