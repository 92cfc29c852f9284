"""Wrong ways to save and to show a webhook."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from mock_server.clock import NEVER
from mock_server.faults.fault import Entity, Fault, around, keeping, showing
from mock_server.problems import Problem
from mock_server.service import Caller, Service


def _mangled(entity: Entity) -> Entity:
    return {"Name": entity["Name"] and entity["Name"].encode().decode("latin-1")}


def _unnumbered(create: Any) -> Any:
    def wrong(service: Service, caller: Caller, sent: Entity) -> Entity:
        return {**create(service, caller, sent), "WebhookId": sent.get("WebhookId") or 0}

    return wrong


def _overwriting(create: Any) -> Any:
    def wrong(service: Service, caller: Caller, sent: Entity) -> Entity:
        webhook_id = sent.get("WebhookId") or 0
        with suppress(Problem):
            return service.behaviour.replace(service, caller, webhook_id, sent)
        return create(service, caller, sent)  # type: ignore[no-any-return]

    return wrong


def _trusting(*names: str) -> Any:
    def around_create(create: Any) -> Any:
        def wrong(service: Service, caller: Caller, sent: Entity) -> Entity:
            entity = {
                **create(service, caller, sent),
                **{name: sent[name] for name in names if sent.get(name)},
            }
            with service.store.writing() as rows:
                rows.put(caller.tenant, entity)
            return entity

        return wrong

    return around("create", around_create)


def _forgetting(create: Any) -> Any:
    def wrong(service: Service, caller: Caller, sent: Entity) -> Entity:
        entity: Entity = create(service, caller, sent)
        with service.store.writing() as rows:
            rows.put(caller.tenant, {**entity, "Secret": "", "Headers": {}})
        return entity

    return wrong


def _shallow(entity: Entity) -> Entity:
    return {
        "Properties": {
            key: {} if isinstance(value, dict) else value for key, value in entity["Properties"].items()
        }
    }


def _elsewhere(entity: Entity) -> Entity:
    if not entity.get("_Links"):
        return {}
    return {"_Links": {name: url.replace("/Webhook", "/contact") for name, url in entity["_Links"].items()}}


FAULTS = (
    Fault(
        "id-not-answered",
        "webhook.post.assigns-id",
        "a POST answers the WebhookId it was sent, or 0",
        around("create", _unnumbered),
    ),
    Fault(
        "post-overwrites",
        "webhook.post.creates-new",
        "a POST replaces the webhook whose id its body names",
        around("create", _overwriting),
    ),
    Fault(
        "post-forgets",
        "webhook.post.stores",
        "a POST answers a Secret and Headers that it does not store",
        around("create", _forgetting),
    ),
    Fault("name-mangled", "webhook.post.keeps-name", "UTF-8 names are read as Latin-1", keeping(_mangled)),
    Fault(
        "events-sorted",
        "webhook.post.keeps-events",
        "Events are stored in alphabetical order",
        keeping(lambda entity: {"Events": sorted(entity["Events"])}),
    ),
    Fault(
        "target-cut",
        "webhook.post.keeps-target-url",
        "the query of a TargetUrl is cut off",
        keeping(lambda entity: {"TargetUrl": entity["TargetUrl"].partition("?")[0]}),
    ),
    Fault(
        "secret-masked",
        "webhook.post.keeps-secret",
        "answers show asterisks in place of a Secret",
        showing(lambda entity: {"Secret": entity["Secret"] and "********"}),
    ),
    Fault(
        "state-forced",
        "webhook.post.keeps-state",
        "every webhook is stored as Active",
        keeping(lambda _: {"State": "Active"}),
    ),
    Fault(
        "headers-lowered",
        "webhook.post.keeps-headers",
        "the names of Headers are stored in lower case",
        keeping(
            lambda entity: {"Headers": {name.lower(): value for name, value in entity["Headers"].items()}}
        ),
    ),
    Fault(
        "properties-shallow",
        "webhook.post.keeps-properties",
        "what stands below the first level of Properties is lost",
        keeping(_shallow),
    ),
    Fault(
        "errors-email-lost",
        "webhook.post.keeps-errors-email",
        "ErrorsEmail is not stored",
        keeping(lambda _: {"ErrorsEmail": None}),
    ),
    Fault(
        "registered-trusted",
        "webhook.post.registered-now",
        "Registered is taken from the body",
        _trusting("Registered"),
    ),
    Fault(
        "associates-trusted",
        "webhook.post.server-members",
        "Updated and the associates are taken from the body",
        _trusting("Updated", "RegisteredAssociate", "UpdatedAssociate"),
    ),
    Fault(
        "state-numbered",
        "webhook.post.shape",
        "answers show State as a number",
        showing(lambda entity: {"State": 1 if entity["State"] == "Active" else 2}),
    ),
    Fault(
        "links-elsewhere",
        "webhook.post.links-self",
        "_Links lead to another entity, as in the generated samples",
        showing(_elsewhere),
    ),
    Fault(
        "updated-never",
        "webhook.patch.updated-now",
        "Updated stays at the zero date",
        keeping(lambda _: {"Updated": NEVER}),
    ),
)
