"""Wrong ways to save over a webhook, and to delete one: PUT, DELETE and their agents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Change, Entity, Fault, around, decides
from mock_server.faults.wire import (
    AGENT,
    Environ,
    Wsgi,
    asking,
    asks,
    body_of,
    call,
    query,
    send,
    with_body,
    wrapping,
)
from mock_server.service import Caller, Service

PUT = asks("PUT /Webhook/{id}")
DELETE = asks(f"POST {AGENT}/DeleteWebhook")
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


# ---- deleting


def _reusing(behaviour: Behaviour) -> Behaviour:
    """The next webhook gets the id of the one that was deleted last."""
    free: list[tuple[str, int]] = []

    def delete(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> None:
        behaviour.delete(service, caller, webhook_id, **condition)
        free.append((caller.tenant, webhook_id))

    def create(service: Service, caller: Caller, sent: Entity) -> Entity:
        entity = behaviour.create(service, caller, sent)
        reused = next((each for each in reversed(free) if each[0] == caller.tenant), None)
        if reused is None:
            return entity
        free.remove(reused)
        with service.store.writing() as rows:
            rows.remove(caller.tenant, entity["WebhookId"])
            rows.add(caller.tenant, moved := {**entity, "WebhookId": reused[1]})
        return moved

    return decides(delete=delete, create=create)(behaviour)


def _still_read(behaviour: Behaviour) -> Behaviour:
    """GET finds a webhook that was deleted."""
    gone: dict[tuple[str, int], Entity] = {}

    def delete(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> None:
        with service.store.reading() as rows:
            entity = rows.get(caller.tenant, webhook_id)
        behaviour.delete(service, caller, webhook_id, **condition)
        if entity is not None:
            gone[caller.tenant, webhook_id] = entity

    def get(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> Entity:
        found = gone.get((caller.tenant, webhook_id))
        return found or behaviour.get(service, caller, webhook_id, **condition)

    return decides(delete=delete, get=get)(behaviour)


def _still_told(behaviour: Behaviour) -> Behaviour:
    """Events of a webhook that was deleted go to its target, by way of the newest one that hears of them."""
    targets: dict[str, str] = {}

    def delete(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> None:
        with service.store.reading() as rows:
            entity = rows.get(caller.tenant, webhook_id)
        behaviour.delete(service, caller, webhook_id, **condition)
        for event in entity["Events"] if entity else ():
            targets[event] = entity["TargetUrl"] if entity else ""

    def signal(service: Service, caller: Caller, name: str, *values: Any) -> None:
        behaviour.signal(service, caller, name, *values)
        if name in targets:
            entity = behaviour.create(service, caller, {"TargetUrl": targets[name], "Events": [name]})
            behaviour.signal(service, caller, name, *values)
            _stop(service, caller, entity)

    return decides(delete=delete, signal=signal)(behaviour)


def _stop(service: Service, caller: Caller, entity: Entity) -> None:
    """It is out of the list at once, and what is queued for it goes out."""
    _put(service, caller, {**entity, "Events": []})


def _documented_name(environ: Environ) -> Environ:
    """The parameter webhookId in one spelling only."""
    return {} if query(environ, "WebhookId") else {"QUERY_STRING": ""}


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
    Fault("deleted-read", "webhook.delete.everywhere", "GET finds a webhook that was deleted", _still_read),
    Fault(
        "id-reused",
        "webhook.delete.id-not-reused",
        "a new webhook gets the id of the one that was deleted last",
        _reusing,
    ),
    Fault(
        "deleted-told", "webhook.delete.silent", "a webhook that was deleted hears of its events", _still_told
    ),
    Fault(
        "delete-by-one-name",
        "agent.delete.names-any-case",
        "DeleteWebhook knows its parameter as WebhookId only",
        asking(DELETE, _documented_name),
    ),
)
