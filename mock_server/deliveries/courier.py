"""Makes one request: builds it from the hook as it is stored now, sends it, judges the answer."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson

from mock_server.deliveries.payload import Event
from mock_server.deliveries.targets import Targets

if TYPE_CHECKING:
    from mock_server.behaviour import Behaviour


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
        return Outcome(behaviour.succeeded(answer.status), answer.status, answer.text)
