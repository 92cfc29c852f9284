"""Refusals of what the official client does."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from mock_server.entity import DEFAULT
from mock_server.faults.fault import Change, Fault
from mock_server.faults.wire import AGENT, Environ, When, answering, asking, asks, body_of, status, with_body


def agent(method: str) -> When:
    """A call of one method of the agent."""
    return asks(f"POST {AGENT}/{method}")


def _as_written(names: frozenset[str]) -> Callable[[Environ], Environ]:
    """Names of members that count in their documented letter case only."""

    def change(environ: Environ) -> Environ:
        body = body_of(environ)
        try:
            sent = orjson.loads(body)
        except orjson.JSONDecodeError:
            return with_body(environ, body)
        if not isinstance(sent, dict):
            return with_body(environ, body)
        return with_body(environ, orjson.dumps({name: sent[name] for name in sent if name in names}))

    return change


def _documented(method: str, *names: str) -> Change:
    return asking(agent(method), _as_written(frozenset(names)))


def _null_refused(environ: Environ) -> Environ:
    """What comes as null counts as broken JSON."""
    body = body_of(environ)
    return with_body(environ, b"{" if body.strip() == b"null" else body)


FAULTS = (
    Fault(
        "list-names-as-written",
        "agent.list.names-any-case",
        "GetAllWebhooks knows its filters in the documented letter case only",
        _documented("GetAllWebhooks", "NameFilter", "EventFilter", "StatusFilter"),
    ),
    Fault(
        "signal-names-as-written",
        "agent.signal.names-any-case",
        "SignalEvent knows its members in the documented letter case only",
        _documented("SignalEvent", "EventName", "PrimaryKey", "Data"),
    ),
    Fault(
        "save-names-as-written",
        "agent.save.names-any-case",
        "SaveWebhook knows its members in the documented letter case only",
        _documented("SaveWebhook", *DEFAULT, "_Links"),
    ),
    Fault(
        "test-names-as-written",
        "agent.test.names-any-case",
        "TestWebhook knows its webhook as Webhook only",
        _documented("TestWebhook", "Webhook"),
    ),
    Fault(
        "save-needs-id",
        "agent.save.creates",
        "SaveWebhook without a WebhookId is refused",
        answering(
            agent("SaveWebhook"),
            lambda environ, answer: (
                answer if b"ebhookId" in environ["sent"] else status(400)(environ, answer)
            ),
        ),
    ),
    Fault(
        "null-bodies-refused",
        "agent.null-bodies",
        "an agent's method without parameters refuses the body null",
        asking(
            asks(
                *(f"POST {AGENT}/{name}" for name in ("CreateDefaultWebhook", "GetWebhook", "DeleteWebhook"))
            ),
            _null_refused,
        ),
    ),
)
