"""Wrong answers of the operations beside the four of the pages that the project started from."""

from __future__ import annotations

from typing import Any

from mock_server.faults.fault import Change, Entity, Fault, around, decides
from mock_server.faults.wire import (
    AGENT,
    answering,
    asking,
    asks,
    instead,
    members,
    status,
    value,
    without,
)
from mock_server.service import Caller, Service

DEFAULT = asks("GET /Webhook/default")
FOUND = asks("GET /Webhook")
PUT = asks("PUT /Webhook/{id}")
DELETE = asks("DELETE /Webhook/{id}")
TEST = asks("POST /Webhook/Test")
SIGNAL = asks("POST /Webhook/{event}/{key}")
LAST_ERROR = asks("GET /Webhook/{id}/LastError")


def _got(environ: dict[str, Any]) -> bool:
    return asks("GET /Webhook/{id}")(environ) and not DEFAULT(environ)


def _agent(method: str) -> Any:
    return asks(f"POST {AGENT}/{method}")


def _put_leaves_state(replace: Any) -> Any:
    def wrong(service: Service, caller: Caller, webhook_id: int, sent: Entity, **condition: Any) -> Any:
        state = service.behaviour.get(service, caller, webhook_id)["State"]
        return replace(service, caller, webhook_id, {**sent, "State": state}, **condition)

    return wrong


def _stops(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> None:
    """A webhook that is deleted is only stopped."""
    entity = service.behaviour.get(service, caller, webhook_id, **condition)
    with service.store.writing() as rows:
        rows.put(caller.tenant, {**entity, "State": "Stopped"})


def _takes_the_next(delete: Any) -> Any:
    """The webhook behind the one that is deleted goes, too."""

    def wrong(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> None:
        delete(service, caller, webhook_id, **condition)
        with service.store.writing() as rows:
            rows.remove(caller.tenant, webhook_id + 1)

    return wrong


def _always_creates(_: Any) -> Any:
    return lambda service, caller, sent: service.behaviour.create(service, caller, sent)


def _not_stored(save: Any) -> Any:
    """What SaveWebhook changes about a webhook that is there is answered only."""

    def wrong(service: Service, caller: Caller, sent: Entity) -> Entity:
        if not (webhook_id := sent.get("WebhookId") or 0):
            return save(service, caller, sent)  # type: ignore[no-any-return]
        before = service.behaviour.get(service, caller, webhook_id)
        answer: Entity = save(service, caller, sent)
        with service.store.writing() as rows:
            rows.put(caller.tenant, before)
        return answer

    return wrong


def _elsewhere(_: dict[str, Any]) -> dict[str, Any]:
    """An event that nobody listens for, in place of the one that was signalled."""
    return {"PATH_INFO": "/api/v1/Webhook/nobody.listens/1"}


def _failing(environ: Any) -> Change:
    return answering(environ, members(lambda _: {"Success": False}))


FAULTS = (
    Fault(
        "default-numbered",
        "webhook.default.ok",
        "the default webhook has an id",
        answering(DEFAULT, members(lambda _: {"WebhookId": 1})),
    ),
    Fault(
        "default-stopped",
        "webhook.default.ok",
        "the default webhook is stopped",
        answering(DEFAULT, members(lambda _: {"State": "Stopped"})),
    ),
    Fault(
        "rest-list-shortened",
        "webhook.list.ok",
        "the list of GET shows neither Events nor Headers",
        answering(FOUND, value(lambda found: [{**each, "Events": [], "Headers": {}} for each in found])),
    ),
    Fault(
        "rest-list-wrapped",
        "webhook.list.ok",
        "the list of GET is an object with the webhooks in it",
        answering(FOUND, value(lambda found: {"Items": found})),
    ),
    Fault("get-without-links", "webhook.get.ok", "GET shows no _Links", answering(_got, without("_Links"))),
    Fault(
        "get-without-secret",
        "webhook.get.ok",
        "GET shows no Secret",
        answering(_got, members(lambda _: {"Secret": ""})),
    ),
    Fault(
        "get-unknown-null",
        "webhook.get.unknown-id",
        "GET of an unknown id is answered with 200 and null",
        answering(_got, instead(200, lambda answer: answer.status == 404)),
    ),
    Fault(
        "put-leaves-state",
        "webhook.put.ok",
        "PUT leaves State as it was",
        around("replace", _put_leaves_state),
    ),
    Fault("put-created", "webhook.put.ok", "PUT answers 201", answering(PUT, status(201))),
    Fault(
        "delete-stops",
        "webhook.delete.ok",
        "a webhook that is deleted is only stopped",
        decides(delete=_stops),
    ),
    Fault(
        "delete-takes-the-next",
        "webhook.delete.ok",
        "with a webhook the one of the next id is deleted",
        around("delete", _takes_the_next),
    ),
    Fault(
        "delete-answered",
        "webhook.delete.ok",
        "DELETE answers 200 with a body",
        answering(DELETE, status(200, b"null")),
    ),
    Fault("test-fails-always", "webhook.test.ok", "Webhook/Test always says that it failed", _failing(TEST)),
    Fault(
        "rest-signal-unheard",
        "webhook.signal.ok",
        "an event in a path is told to nobody",
        asking(SIGNAL, _elsewhere),
    ),
    Fault(
        "rest-signal-answered",
        "webhook.signal.ok",
        "an event in a path is answered with 200",
        answering(SIGNAL, status(200, b"null")),
    ),
    Fault(
        "rest-last-error-object",
        "webhook.last-error.ok",
        "GET LastError answers an object",
        answering(LAST_ERROR, value(lambda text: {"LastError": text})),
    ),
    Fault(
        "agent-default-numbered",
        "agent.default.ok",
        "CreateDefaultWebhook answers a webhook with an id",
        answering(_agent("CreateDefaultWebhook"), members(lambda _: {"WebhookId": 1})),
    ),
    Fault(
        "agent-save-creates", "agent.save.ok", "SaveWebhook always creates", around("save", _always_creates)
    ),
    Fault(
        "agent-save-forgets",
        "agent.save.ok",
        "SaveWebhook does not store what it changes",
        around("save", _not_stored),
    ),
    Fault(
        "agent-delete-answered",
        "agent.delete.ok",
        "DeleteWebhook answers 200",
        answering(_agent("DeleteWebhook"), status(200, b"null")),
    ),
    Fault(
        "agent-get-in-array",
        "agent.get.ok",
        "the agent's GetWebhook answers an array",
        answering(_agent("GetWebhook"), value(lambda found: [found])),
    ),
    Fault(
        "agent-get-without-events",
        "agent.get.ok",
        "the agent's GetWebhook shows no Events",
        answering(_agent("GetWebhook"), members(lambda _: {"Events": []})),
    ),
    Fault(
        "agent-get-unknown-404",
        "agent.get.unknown-id",
        "the agent's GetWebhook answers 404 for an unknown id",
        answering(_agent("GetWebhook"), instead(404, lambda answer: answer.body == b"null")),
    ),
    Fault(
        "agent-test-fails-always",
        "agent.test.ok",
        "TestWebhook always says that it failed",
        _failing(_agent("TestWebhook")),
    ),
    Fault(
        "agent-last-error-null",
        "agent.last-error.ok",
        "the agent's GetLastError answers null when there was none",
        answering(_agent("GetLastError"), value(lambda text: text or None)),
    ),
)
