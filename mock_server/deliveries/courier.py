"""Makes one request: builds it from the hook as it is stored now, sends it, judges the answer, logs both."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson

from mock_server.deliveries.log import BODY, Entry, Log
from mock_server.deliveries.payload import Event, variables
from mock_server.deliveries.targets import Targets
from mock_server.entity import is_script
from mock_server.lives import Life

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

    def carry(self, tenant: str, webhook: dict[str, Any], event: Event, retry: int) -> Outcome:
        """Brings an event to whatever its hook names: a URL or a script."""
        if is_script(webhook):
            return self._run(tenant, webhook, event, retry)
        return self.post(tenant, webhook, event, retry=retry)

    def _run(self, tenant: str, webhook: dict[str, Any], event: Event, retry: int) -> Outcome:
        """Writes down what a script would have found; there is nothing here to run one."""
        found = orjson.dumps(variables(webhook, event))[:BODY]
        self._note(tenant, webhook, event, self._begun(tenant), success=True, retry=retry, request_body=found)
        return Outcome(True, None, "")

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
        begun = self._begun(tenant)
        answer = post(
            webhook["TargetUrl"], headers, body, limit=self.limit, targets=self.targets, trust=self.trust
        )
        outcome = Outcome(behaviour.succeeded(answer.status), answer.status, answer.text)
        self._note(
            tenant,
            webhook,
            event,
            begun,
            retry=retry,
            test=ping,
            success=outcome.success,
            request_headers=headers,
            request_body=body[:BODY],
            **_told(answer),
        )
        return outcome

    def _begun(self, tenant: str) -> tuple[Life, float]:
        return self.log.life(tenant), time.perf_counter()

    def _note(
        self, tenant: str, webhook: dict[str, Any], event: Event, begun: tuple[Life, float], **exchange: Any
    ) -> None:
        life, start = begun
        seconds = time.perf_counter() - start
        entry = Entry(
            when=self.clock() - timedelta(seconds=seconds),
            webhook_id=webhook["WebhookId"],
            type=webhook["Type"],
            event=event.name,
            event_id=event.id,
            target=webhook["TargetUrl"],
            seconds=seconds,
            secret=webhook["Secret"],
            **exchange,
        )
        self.log.add(tenant, entry, life)


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "error": answer.text if answer.status is None else None,
        "response_headers": answer.headers,
        "response_body": answer.body,
    }
