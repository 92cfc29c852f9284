"""Wrong ways to take a new webhook."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from mock_server.clock import NEVER
from mock_server.entity import DEFAULT
from mock_server.faults.fault import Change, Entity, Fault, Save, around, keeping, posting, showing
from mock_server.faults.wire import answering, asks, media_type, members, status, without
from mock_server.filters import EVERYTHING, Filter
from mock_server.problems import Invalid, Problem

POST = asks("POST /Webhook")
_LONG_FRACTION = re.compile(r"\.\d{7}")


def _unnumbered(save: Save) -> Entity:
    return {**save.done(), "WebhookId": save.webhook_id}


def _numbered_alike(save: Save) -> Entity:
    return {**save.done(), "WebhookId": 1}


def _overwriting(save: Save) -> Entity:
    with suppress(Problem):
        return save.service.behaviour.replace(save.service, save.caller, save.webhook_id, save.sent)
    return save.done()


def _forgetting(save: Save) -> Entity:
    entity = save.done()
    save.store({**entity, "Secret": "", "Headers": {}})
    return entity


def _trusting(*names: str) -> Change:
    """Members that are the server's own, taken from the body."""

    def wrong(save: Save) -> Entity:
        return save.store({**save.done(), **{name: save.sent[name] for name in names if save.sent.get(name)}})

    return posting(wrong)


def _namesakes(save: Save) -> list[Entity]:
    with save.service.store.reading() as rows:
        return list(rows.find(save.caller.tenant, Filter(name=save.sent.get("Name") or None)))


def _unique(save: Save) -> Entity:
    if save.sent.get("Name") and _namesakes(save):
        raise Invalid("Name: there is a webhook of this name")
    return save.done()


def _found_again(save: Save) -> Entity:
    known = _namesakes(save) if save.sent.get("Name") else []
    return known[0] if known else save.done()


def _exact_stamps(save: Save) -> Entity:
    if _LONG_FRACTION.search(save.sent.get("Registered") or ""):
        raise Invalid("Registered: expected at most three digits of a second")
    return save.done()


def _documented_case(read: Any) -> Any:
    def wrong(body: bytes, content_type: str, schema: str) -> Any:
        found = read(body, content_type, schema)
        if schema != "WebhookInput" or not isinstance(found, dict):
            return found
        return {name: each for name, each in found.items() if name in DEFAULT or not name[:1].islower()}

    return wrong


def _elsewhere(entity: Entity) -> Entity:
    if not entity.get("_Links"):
        return {}
    return {"_Links": {name: url.replace("/Webhook", "/contact") for name, url in entity["_Links"].items()}}


def _relative(entity: Entity) -> Entity:
    links = entity.get("_Links")
    return {"_Links": {name: url[url.index("/api") :] for name, url in links.items()}} if links else {}


def _newest_moved(save: Save) -> Entity:
    """A POST that counts up a webhook that was there."""
    with save.service.store.reading() as rows:
        last = list(rows.find(save.caller.tenant, EVERYTHING))[-1:]
    entity = save.done()
    for other in last if save.webhook_id else []:
        save.store({**other, "Name": entity["Name"]})
    return entity


def _post(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"webhook.post.{clause}", says, change)


FAULTS = (
    _post("post-created", "ok", "a POST answers 201", answering(POST, status(201))),
    _post(
        "id-not-answered",
        "assigns-id",
        "a POST answers the WebhookId it was sent, or 0",
        posting(_unnumbered),
    ),
    _post("id-repeated", "assigns-id", "a POST answers the WebhookId 1 each time", posting(_numbered_alike)),
    _post(
        "post-overwrites",
        "creates-new",
        "a POST replaces the webhook whose id its body names",
        posting(_overwriting),
    ),
    _post(
        "post-renames-newest",
        "creates-new",
        "a POST with an id in its body gives its Name to the newest webhook, too",
        posting(_newest_moved),
    ),
    _post(
        "post-forgets",
        "stores",
        "a POST answers a Secret and Headers that it does not store",
        posting(_forgetting),
    ),
    _post(
        "sample-stamps-refused",
        "sample",
        "a Registered with seven digits of a second, as in the samples, is refused",
        posting(_exact_stamps),
    ),
    _post("names-unique", "name-not-unique", "a second webhook of a name is refused", posting(_unique)),
    _post(
        "namesake-answered",
        "name-not-unique",
        "a POST with a known Name answers the webhook that has it",
        posting(_found_again),
    ),
    _post(
        "registered-trusted", "registered-now", "Registered is taken from the body", _trusting("Registered")
    ),
    _post(
        "registered-never",
        "registered-now",
        "Registered is the zero date",
        keeping(lambda _: {"Registered": NEVER}),
    ),
    _post(
        "associates-trusted",
        "server-members",
        "Updated and the associates are taken from the body",
        _trusting("Updated", "RegisteredAssociate", "UpdatedAssociate"),
    ),
    _post(
        "updated-trusted", "server-members", "Updated is taken from the body of a POST", _trusting("Updated")
    ),
    _post(
        "state-numbered",
        "shape",
        "answers show State as a number",
        showing(lambda entity: {"State": 1 if entity["State"] == "Active" else 2}),
    ),
    _post(
        "stamps-numbered",
        "shape",
        "the answer to a POST has stamps as numbers",
        answering(POST, members(lambda _: {"Registered": 1_700_000_000, "Updated": 0})),
    ),
    _post(
        "updated-missing",
        "shape",
        "the answer to a POST has no Updated",
        answering(POST, without("Updated")),
    ),
    _post("links-missing", "links", "the answer to a POST has no _Links", answering(POST, without("_Links"))),
    _post(
        "links-nested",
        "links",
        "the members of _Links are objects with an href",
        answering(
            POST,
            members(
                lambda entity: {"_Links": {name: {"href": url} for name, url in entity["_Links"].items()}}
            ),
        ),
    ),
    _post(
        "links-elsewhere",
        "links-self",
        "_Links lead to another entity, as in the generated samples",
        showing(_elsewhere),
    ),
    _post("links-relative", "links-self", "_Links have no host", showing(_relative)),
    _post(
        "camel-case-unread",
        "names-any-case",
        "the names of members are read in the documented letter case only",
        around("read", _documented_case),
    ),
    Fault(
        "post-as-text",
        "webhook.post.content-type",
        "the JSON of a POST is labelled as plain text",
        answering(POST, media_type("text/plain")),
    ),
)
