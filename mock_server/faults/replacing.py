"""Wrong ways to save over a webhook: PUT and SaveWebhook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, Entity, Fault, around, decides
from mock_server.faults.patching import read_once
from mock_server.faults.wire import (
    Environ,
    Wsgi,
    asking,
    asks,
    body_of,
    call,
    send,
    with_body,
    wrapping,
)
from mock_server.service import Caller, Service

PUT = asks("PUT /Webhook/{id}")
KEPT = ("Secret", "Headers", "Properties")
Replace = Callable[..., Entity]


def _replacing(wrong: Callable[[Replace, Service, Caller, int, Entity], Entity]) -> Change:
    """Another way to replace, for PUT and SaveWebhook."""

    def wrap(replace: Any) -> Any:
        def replaced(
            service: Service, caller: Caller, webhook_id: int, sent: Entity, **condition: Any
        ) -> Entity:
            def good(*values: Any) -> Entity:
                return replace(*values, **condition)  # type: ignore[no-any-return]

            return wrong(good, service, caller, webhook_id, sent)

        return replaced

    return around("replace", wrap)


def _by_save_only(change: Change) -> Change:
    """A change of `replace` that SaveWebhook alone has."""

    def applied(behaviour: Behaviour) -> Behaviour:
        wrong = change(behaviour).replace

        def save(service: Service, caller: Caller, sent: Entity) -> Entity:
            if webhook_id := sent.get("WebhookId") or 0:
                return wrong(service, caller, webhook_id, sent)
            return behaviour.save(service, caller, sent)

        return decides(save=save)(behaviour)

    return applied


def _by_put_only(change: Change) -> Change:
    """A change of `replace` that SaveWebhook does not have."""

    def applied(behaviour: Behaviour) -> Behaviour:
        def save(service: Service, caller: Caller, sent: Entity) -> Entity:
            if webhook_id := sent.get("WebhookId") or 0:
                return behaviour.replace(service, caller, webhook_id, sent)
            return behaviour.save(service, caller, sent)

        return decides(save=save)(change(behaviour))

    return applied


def _merging(good: Replace, service: Service, caller: Caller, webhook_id: int, sent: Entity) -> Entity:
    before = service.behaviour.get(service, caller, webhook_id)
    return good(service, caller, webhook_id, {**{name: before[name] for name in KEPT}, **sent})


def _reregistering(good: Replace, service: Service, caller: Caller, webhook_id: int, sent: Entity) -> Entity:
    entity = good(service, caller, webhook_id, sent)
    return _put(service, caller, {**entity, "Registered": entity["Updated"]})


def _trusting(good: Replace, service: Service, caller: Caller, webhook_id: int, sent: Entity) -> Entity:
    claimed = {name: sent[name] for name in ("Registered", "RegisteredAssociate") if sent.get(name)}
    return _put(service, caller, {**good(service, caller, webhook_id, sent), **claimed})


def _unstamped(good: Replace, service: Service, caller: Caller, webhook_id: int, sent: Entity) -> Entity:
    before = service.behaviour.get(service, caller, webhook_id)
    entity = good(service, caller, webhook_id, sent)
    return _put(service, caller, {**entity, "Updated": before["Updated"]})


def _by_body(good: Replace, service: Service, caller: Caller, webhook_id: int, sent: Entity) -> Entity:
    return good(service, caller, sent.get("WebhookId") or webhook_id, sent)


def _answering_old(good: Replace, service: Service, caller: Caller, webhook_id: int, sent: Entity) -> Entity:
    before = service.behaviour.get(service, caller, webhook_id)
    good(service, caller, webhook_id, sent)
    return before


def _next_too(good: Replace, service: Service, caller: Caller, webhook_id: int, sent: Entity) -> Entity:
    entity = good(service, caller, webhook_id, sent)
    with service.store.reading() as rows:
        following = rows.get(caller.tenant, webhook_id + 1)
    if following is not None:
        _put(service, caller, {**following, "Name": entity["Name"]})
    return entity


def _put(service: Service, caller: Caller, entity: Entity) -> Entity:
    with service.store.writing() as rows:
        rows.put(caller.tenant, entity)
    return entity


def _no_body_resets(app: Wsgi) -> Wsgi:
    """A PUT of null is taken for a webhook with nothing set but its target."""

    def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not PUT(environ):
            return app(environ, start_response)
        sent = body_of(environ)
        empty = sent.strip() in (b"", b"null")
        typed = {**environ, "CONTENT_TYPE": "application/json"} if empty else environ
        return send(
            call(app, with_body(typed, b'{"TargetUrl": "http://localhost/"}' if empty else sent)),
            start_response,
        )

    return wrong


FAULTS = (
    Fault(
        "put-merges",
        "webhook.put.replaces",
        "PUT leaves Secret, Headers and Properties as they were when its body lacks them",
        _by_put_only(_replacing(_merging)),
    ),
    Fault(
        "put-registers-anew",
        "webhook.put.keeps-identity",
        "PUT sets Registered anew",
        _by_put_only(_replacing(_reregistering)),
    ),
    Fault(
        "put-trusts",
        "webhook.put.keeps-identity",
        "PUT takes Registered and its associate from the body",
        _by_put_only(_replacing(_trusting)),
    ),
    Fault(
        "put-unstamped",
        "webhook.put.updated-now",
        "PUT leaves Updated as it was",
        _by_put_only(_replacing(_unstamped)),
    ),
    Fault(
        "put-by-body",
        "webhook.put.neighbours",
        "PUT saves over the webhook that its body names",
        _by_put_only(_replacing(_by_body)),
    ),
    Fault(
        "put-select-ignored",
        "webhook.put.select",
        "the $select of a PUT is ignored",
        asking(PUT, lambda _: {"QUERY_STRING": ""}),
    ),
    Fault(
        "put-answers-old",
        "webhook.put.ok",
        "PUT answers the webhook as it was before",
        _by_put_only(_replacing(_answering_old)),
    ),
    Fault(
        "put-unread",
        "webhook.put.ok",
        "GET shows a webhook as it was before a PUT",
        read_once("patch", "delete"),
    ),
    Fault(
        "put-of-nothing",
        "webhook.put.missing-entity",
        "a PUT of null empties the webhook",
        wrapping(_no_body_resets),
    ),
    Fault(
        "save-merges",
        "agent.save.replaces",
        "SaveWebhook leaves Secret, Headers and Properties as they were when its body lacks them",
        _by_save_only(_replacing(_merging)),
    ),
    Fault(
        "save-answers-old",
        "agent.save.ok",
        "SaveWebhook answers the webhook as it was before",
        _by_save_only(_replacing(_answering_old)),
    ),
    Fault(
        "save-registers-anew",
        "agent.save.keeps-identity",
        "SaveWebhook sets Registered anew",
        _by_save_only(_replacing(_reregistering)),
    ),
    Fault(
        "save-renames-next",
        "agent.save.keeps-identity",
        "SaveWebhook gives its Name to the webhook of the next id, too",
        _by_save_only(_replacing(_next_too)),
    ),
)
