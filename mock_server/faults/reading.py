"""Wrong ways to read a webhook, and to propose one."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from mock_server.faults.fault import Change, Fault, keeping
from mock_server.faults.trying import leaving
from mock_server.faults.wire import (
    AGENT,
    Environ,
    When,
    answering,
    asking,
    asks,
    members,
    value,
)

BARE = "-"
PROPOSED = asks("GET /Webhook/default")
FOUND = asks("GET /Webhook")
LAST_ERROR = asks("GET /Webhook/{id}/LastError")


def got(environ: Environ) -> bool:
    """GET of one webhook."""
    return asks("GET /Webhook/{id}")(environ) and not PROPOSED(environ)


def agent(method: str) -> When:
    """A call of one method of the agent."""
    return asks(f"POST {AGENT}/{method}")


def _proposing(when: When) -> Change:
    """A call that saves what it proposes, which has neither a Name nor a TargetUrl."""
    left = leaving(when, lambda _: orjson.dumps({"Type": "crmscript", "TargetUrl": BARE}))
    bare = keeping(lambda entity: {"TargetUrl": None} if entity["TargetUrl"] == BARE else {})
    return lambda behaviour: bare(left(behaviour))


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
)
