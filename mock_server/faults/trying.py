"""Wrong ways to try a target, and calls that save what they are only asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from mock_server.faults.fault import Change, Entity, Fault
from mock_server.faults.wire import (
    AGENT,
    Environ,
    When,
    Wsgi,
    answering,
    asks,
    body_of,
    call,
    instead,
    members,
    send,
    with_body,
    wrapping,
)

TEST = asks("POST /Webhook/Test")
TEST_BY_AGENT = asks(f"POST {AGENT}/TestWebhook")


def leaving(when: When, made: Callable[[bytes], bytes]) -> Change:
    """A call that leaves a webhook behind, which it ought not to save."""

    def wrap(app: Wsgi) -> Wsgi:
        def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
            if not when(environ):
                return app(environ, start_response)
            sent = body_of(environ)
            answer = call(app, with_body(environ, sent))
            posted = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/Webhook", "QUERY_STRING": ""}
            posted["CONTENT_TYPE"] = "application/json"
            call(app, with_body({**environ, **posted}, made(sent)))
            return send(answer, start_response)

        return wrong

    return wrapping(wrap)


def _inner(body: bytes) -> bytes:
    sent = orjson.loads(body)
    return orjson.dumps(sent.get("Webhook") or sent.get("webhook"))


def _broken_when_failed(when: When) -> Change:
    """A target that does not answer is an error of the call."""
    return answering(when, instead(400, lambda answer: b'"Success":false' in answer.body))


def _always_well(when: When) -> Change:
    return answering(when, members(lambda _: {"Success": True}))


def _any_answer_counts(when: When) -> Change:
    """A status line will do, whatever the status."""
    return answering(when, members(lambda told: {"Success": told["Success"] or _was_answered(told)}))


def _was_answered(told: Entity) -> bool:
    return bool(str(told["Message"]).startswith("HTTP/"))


FAULTS = (
    Fault(
        "test-failing-refused",
        "webhook.test.failing-target",
        "Webhook/Test answers 400 when the target does not answer",
        _broken_when_failed(TEST),
    ),
    Fault(
        "test-always-well",
        "webhook.test.failing-target",
        "Webhook/Test says Success whatever the target answers",
        _always_well(TEST),
    ),
    Fault(
        "test-answer-counts",
        "webhook.test.failing-target",
        "Webhook/Test says Success when the target answers 500",
        _any_answer_counts(TEST),
    ),
    Fault(
        "agent-test-always-well",
        "agent.test.failing-target",
        "TestWebhook says Success whatever the target answers",
        _always_well(TEST_BY_AGENT),
    ),
    Fault(
        "agent-test-answer-counts",
        "agent.test.failing-target",
        "TestWebhook says Success when the target answers 500",
        _any_answer_counts(TEST_BY_AGENT),
    ),
    Fault(
        "test-saves",
        "webhook.test.not-saved",
        "Webhook/Test saves what it tries",
        leaving(TEST, lambda body: body),
    ),
    Fault(
        "agent-test-saves",
        "agent.test.not-saved",
        "TestWebhook saves what it tries",
        leaving(TEST_BY_AGENT, _inner),
    ),
)
