"""Wrong ways to read, to propose and to try a webhook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from mock_server.entity import DEFAULT
from mock_server.faults.fault import Change, Fault, keeping
from mock_server.faults.wire import (
    AGENT,
    Environ,
    When,
    Wsgi,
    answering,
    asking,
    asks,
    body_of,
    call,
    instead,
    members,
    send,
    status,
    value,
    with_body,
    wrapping,
)

BARE = "-"
PROPOSED = asks("GET /Webhook/default")
FOUND = asks("GET /Webhook")
TEST = asks("POST /Webhook/Test")
LAST_ERROR = asks("GET /Webhook/{id}/LastError")


def got(environ: Environ) -> bool:
    """GET of one webhook."""
    return asks("GET /Webhook/{id}")(environ) and not PROPOSED(environ)


def agent(method: str) -> When:
    """A call of one method of the agent."""
    return asks(f"POST {AGENT}/{method}")


def _saving(when: When, made: Callable[[bytes], bytes]) -> Change:
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


def _proposing(when: When) -> Change:
    """A call that saves what it proposes, which has neither a Name nor a TargetUrl."""
    saving = _saving(when, lambda _: orjson.dumps({"Type": "crmscript", "TargetUrl": BARE}))
    bare = keeping(lambda entity: {"TargetUrl": None} if entity["TargetUrl"] == BARE else {})
    return lambda behaviour: bare(saving(behaviour))


def _inner(body: bytes) -> bytes:
    sent = orjson.loads(body)
    return orjson.dumps(sent.get("Webhook") or sent.get("webhook"))


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


def _unselected(_: Environ) -> Environ:
    return {"QUERY_STRING": ""}


def _id_only(environ: Environ) -> Environ:
    parts = environ.get("QUERY_STRING", "").split("&")
    return {"QUERY_STRING": "&".join(part for part in parts if "select" not in part.lower())}


def _unfiltered(name: str) -> Callable[[Environ], Environ]:
    def change(environ: Environ) -> Environ:
        parts = environ.get("QUERY_STRING", "").split("&")
        return {"QUERY_STRING": "&".join(part for part in parts if not part.startswith(name))}

    return change


def _null_refused(environ: Environ) -> Environ:
    """What comes as null counts as broken JSON."""
    body = body_of(environ)
    return with_body(environ, b"{" if body.strip() == b"null" else body)


def _broken_when_failed(when: When) -> Change:
    """A target that does not answer is an error of the call."""
    return answering(when, instead(400, lambda answer: b'"Success":false' in answer.body))


def _always_well(when: When) -> Change:
    return answering(when, members(lambda _: {"Success": True}))


FAULTS = (
    Fault(
        "default-for-sales",
        "webhook.default.value",
        "the default webhook is for sale.created",
        answering(PROPOSED, members(lambda _: {"Events": ["sale.created"]})),
    ),
    Fault(
        "default-saved",
        "webhook.default.not-saved",
        "GET Webhook/default saves a webhook",
        _proposing(PROPOSED),
    ),
    Fault(
        "agent-default-empty",
        "agent.default.value",
        "CreateDefaultWebhook proposes no Events",
        answering(agent("CreateDefaultWebhook"), members(lambda _: {"Events": []})),
    ),
    Fault(
        "agent-default-saved",
        "agent.default.not-saved",
        "CreateDefaultWebhook saves a webhook",
        _proposing(agent("CreateDefaultWebhook")),
    ),
    Fault(
        "rest-status-filter-ignored",
        "webhook.list.filters",
        "GET Webhook ignores statusFilter",
        asking(FOUND, _unfiltered("statusFilter")),
    ),
    Fault(
        "rest-event-filter-ignored",
        "webhook.list.filters",
        "GET Webhook ignores eventFilter",
        asking(FOUND, _unfiltered("eventFilter")),
    ),
    Fault(
        "rest-list-without-secrets",
        "webhook.list.agrees",
        "GET Webhook shows no Secret",
        answering(FOUND, value(lambda found: [{**each, "Secret": ""} for each in found])),
    ),
    Fault(
        "rest-list-active",
        "webhook.list.agrees",
        "GET Webhook shows every webhook as Active",
        answering(FOUND, value(lambda found: [{**each, "State": "Active"} for each in found])),
    ),
    Fault(
        "get-shows-one-event",
        "webhook.get.agrees",
        "GET shows the first of Events only",
        answering(got, members(lambda entity: {"Events": (entity["Events"] or [])[:1]})),
    ),
    Fault(
        "get-select-ignored", "webhook.get.select", "the $select of GET is ignored", asking(got, _unselected)
    ),
    Fault(
        "agent-get-always-active",
        "agent.get.agrees",
        "the agent's GetWebhook shows every webhook as Active",
        answering(agent("GetWebhook"), members(lambda _: {"State": "Active"})),
    ),
    Fault(
        "agent-get-select-ignored",
        "agent.get.select",
        "the $select of the agent's GetWebhook is ignored",
        asking(agent("GetWebhook"), _id_only),
    ),
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
        "agent-test-always-well",
        "agent.test.failing-target",
        "TestWebhook says Success whatever the target answers",
        _always_well(agent("TestWebhook")),
    ),
    Fault(
        "test-saves",
        "webhook.test.not-saved",
        "Webhook/Test saves what it tries",
        _saving(TEST, lambda body: body),
    ),
    Fault(
        "agent-test-saves",
        "agent.test.not-saved",
        "TestWebhook saves what it tries",
        _saving(agent("TestWebhook"), _inner),
    ),
    Fault(
        "last-error-never-empty",
        "webhook.last-error.empty",
        "GET LastError has a text for a webhook that never failed",
        answering(LAST_ERROR, value(lambda text: text or "HTTP/1.1 200 OK")),
    ),
    Fault(
        "agent-last-error-never-empty",
        "agent.last-error.empty",
        "GetLastError has a text for a webhook that never failed",
        answering(agent("GetLastError"), value(lambda text: text or "HTTP/1.1 200 OK")),
    ),
    # the habits of the official client
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
