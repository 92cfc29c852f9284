"""Wrong ways to store a PATCH, and to leave everything else alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from time import sleep
from typing import Any

from mock_server import webhooks
from mock_server.behaviour import Behaviour
from mock_server.clock import NEVER
from mock_server.entity import checked
from mock_server.faults.fault import (
    Change,
    Entity,
    Fault,
    Save,
    around,
    keeping,
    patching,
    posting,
)
from mock_server.filters import EVERYTHING, Filter
from mock_server.patch import json_patch
from mock_server.problems import NotFound, Problem
from mock_server.service import Caller, Service

PAUSE = 0.02
MADE = ("Registered", "RegisteredAssociate")


def _answers_new_stores_old(save: Save) -> Entity:
    before, answer = save.stored(), save.done()
    if before is not None:
        save.store(before)
    return answer


def _answers_old_stores_new(save: Save) -> Entity:
    before = save.stored()
    return before if (after := save.done()) and before else after


def read_once(*forgetting: str) -> Change:
    """GET shows a webhook as it was when it was read for the first time, until one of these is decided."""

    def applied(behaviour: Behaviour) -> Behaviour:
        seen: dict[tuple[str, int], Entity] = {}

        def read(get: Any) -> Any:
            def cached(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> Entity:
                found = get(service, caller, webhook_id, **condition)
                return seen.setdefault((caller.tenant, webhook_id), found)

            return cached

        def created(save: Save) -> Entity:
            entity = save.done()
            return seen.setdefault((save.caller.tenant, entity["WebhookId"]), entity)

        def forgets(change: Any) -> Any:
            def changed(
                service: Service, caller: Caller, webhook_id: int, *values: Any, **condition: Any
            ) -> Any:
                seen.pop((caller.tenant, webhook_id), None)
                return change(service, caller, webhook_id, *values, **condition)

            return changed

        for change in (
            around("get", read),
            posting(created),
            *(around(name, forgets) for name in forgetting),
        ):
            behaviour = change(behaviour)
        return behaviour

    return applied


def _touches_another(save: Save) -> Entity:
    answer = save.done()
    for other in _others(save, EVERYTHING)[-1:]:
        save.store({**other, "Name": answer["Name"], "Secret": answer["Secret"]})
    return answer


def _touches_namesakes(save: Save) -> Entity:
    before = save.stored()
    others = _others(save, Filter(name=before["Name"])) if before and before["Name"] else []
    answer = save.done()
    for other in others:
        save.store({**other, "Name": answer["Name"]})
    return answer


def _others(save: Save, wanted: Filter) -> list[Entity]:
    with save.service.store.reading() as rows:
        found = list(rows.find(save.caller.tenant, wanted))
    return [each for each in found if each["WebhookId"] != save.webhook_id]


def _creates_missing(save: Save) -> Entity:
    try:
        return save.done()
    except NotFound:
        return save.service.behaviour.create(save.service, save.caller, {"TargetUrl": "http://localhost/"})


def _patches_removed(behaviour: Behaviour) -> Behaviour:
    """A webhook that was deleted can be patched on, though nothing of it is stored."""
    gone: dict[tuple[str, int], Entity] = {}

    def delete(service: Service, caller: Caller, webhook_id: int, **condition: Any) -> None:
        with suppress(Problem):
            gone[caller.tenant, webhook_id] = webhooks.get(service, caller, webhook_id)
        behaviour.delete(service, caller, webhook_id, **condition)

    def patched(save: Save) -> Entity:
        try:
            return save.done()
        except NotFound:
            if (last := gone.get((save.caller.tenant, save.webhook_id))) is None:
                raise
            return last

    return around("delete", lambda _: delete)(patching(patched)(behaviour))


def _resets(name: str, empty: Any) -> Callable[[Save], Entity]:
    """A PATCH that does not name a member empties it."""

    def wrong(save: Save) -> Entity:
        answer = save.done()
        return answer if name.casefold() in str(save.sent).casefold() else save.store({**answer, name: empty})

    return wrong


def _trusting(save: Save) -> Entity:
    """Who made a webhook, and when, is taken from the patch."""
    entity, claims = save.done(), _claims(save.sent)
    return save.store({**entity, **{name: claims[name] for name in MADE if name in claims}})


def _claims(changes: Any) -> Entity:
    if isinstance(changes, dict):
        return changes
    return {each["path"].strip("/"): each.get("value") for each in changes if isinstance(each, dict)}


def _in_two_transactions(_: Any) -> Any:
    def wrong(
        service: Service, caller: Caller, webhook_id: int, changes: Any, *, unmodified: Any = None
    ) -> Entity:
        operations_on = webhooks.translation(service, changes)
        after = before = webhooks.get(service, caller, webhook_id, unmodified=unmodified)
        for operation in operations_on(before):
            after = json_patch.applied(after, operation, service.model.members, service.behaviour.dialect)
        sleep(PAUSE)
        with service.store.writing() as rows:
            return webhooks.keep(service, rows, caller, before, checked(after))

    return wrong


def _reregisters(entity: Mapping[str, Any]) -> Entity:
    return {"Registered": entity["Updated"]} if entity["UpdatedAssociate"] else {}


def _patch(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, change)


FAULTS = (
    _patch(
        "secret-reset",
        "untouched",
        "a PATCH that does not name Secret empties it",
        patching(_resets("Secret", "")),
    ),
    _patch(
        "patch-restarts",
        "untouched",
        "a PATCH that does not name State starts a stopped webhook",
        patching(_resets("State", "Active")),
    ),
    _patch(
        "neighbour-changed",
        "neighbours",
        "a PATCH changes the newest other webhook, too",
        patching(_touches_another),
    ),
    _patch(
        "namesakes-changed",
        "neighbours",
        "a PATCH changes all webhooks of the same Name",
        patching(_touches_namesakes),
    ),
    _patch(
        "patch-not-stored",
        "stores",
        "a PATCH answers the change and stores nothing",
        patching(_answers_new_stores_old),
    ),
    _patch(
        "patch-answers-old",
        "stores",
        "a PATCH answers the webhook as it was before",
        patching(_answers_old_stores_new),
    ),
    _patch(
        "get-cached", "stores", "GET shows a webhook as it was before a PATCH", read_once("replace", "delete")
    ),
    _patch("registered-moves", "keeps-identity", "a PATCH sets Registered anew", keeping(_reregisters)),
    _patch(
        "patch-trusts",
        "keeps-identity",
        "a PATCH sets Registered and its associate when it names them",
        patching(_trusting),
    ),
    _patch(
        "updated-never",
        "updated-now",
        "Updated stays at the zero date",
        keeping(lambda _: {"Updated": NEVER}),
    ),
    _patch(
        "unknown-created",
        "unknown-id",
        "a PATCH of an unknown id creates a webhook",
        patching(_creates_missing),
    ),
    _patch("removed-patched", "unknown-id", "a webhook that was deleted can be patched", _patches_removed),
    _patch(
        "parallel-lost",
        "parallel",
        "a PATCH reads and writes apart, so that one of two at the same time is lost",
        around("patch", _in_two_transactions),
    ),
)
