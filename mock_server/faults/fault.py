"""What a fault is, and the ways to make one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.service import Caller, Service

Change = Callable[[Behaviour], Behaviour]
Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One promise broken in one way; the clause is the promise's id in `clauses.yaml`.

    `options` of the mock are needed for the promise to be made at all.
    """

    id: str
    clause: str
    says: str
    applied: Change
    options: tuple[str, ...] = ()


def decides(**decisions: Any) -> Change:
    """Another decision in place of the good one."""
    return lambda behaviour: replace(behaviour, **decisions)


def speaks(**decisions: Any) -> Change:
    """Another decision inside the patch language."""
    return lambda behaviour: replace(behaviour, dialect=replace(behaviour.dialect, **decisions))


def around(name: str, wrap: Callable[[Any], Any]) -> Change:
    """The decision that was there, with something around it."""
    return lambda behaviour: replace(behaviour, **{name: wrap(getattr(behaviour, name))})


def keeping(change: Callable[[Entity], Entity]) -> Change:
    """Webhooks that are stored other than they were sent."""
    return around("stored", lambda inner: lambda entity: inner({**entity, **change(entity)}))


def showing(change: Callable[[Entity], Entity]) -> Change:
    """Webhooks that are answered other than they are stored."""

    def shown(value: Any) -> Any:
        if isinstance(value, list):
            return [shown(item) for item in value]
        return {**value, **change(value)} if isinstance(value, dict) and "WebhookId" in value else value

    return decides(shown=shown)


# ---- one save, as a fault sees it


@dataclass(frozen=True, slots=True)
class Save:
    """A POST or a PATCH on its way: what was sent, and the good way to go on with it."""

    service: Service
    caller: Caller
    webhook_id: int
    sent: Any
    good: Callable[[Any], Entity]
    unconditionally: Callable[[Any], Entity]

    def done(self) -> Entity:
        """What the good mock makes of it."""
        return self.good(self.sent)

    def stored(self) -> Entity | None:
        """The webhook that it names, as it is now."""
        with self.service.store.reading() as rows:
            return rows.get(self.caller.tenant, self.webhook_id)

    def store(self, entity: Entity) -> Entity:
        """Keeps a webhook, past everything that the good mock looks at."""
        with self.service.store.writing() as rows:
            rows.put(self.caller.tenant, entity)
        return entity


def posting(wrong: Callable[[Save], Entity]) -> Change:
    """Another way to take a new webhook."""

    def wrap(create: Any) -> Any:
        def created(service: Service, caller: Caller, sent: Any) -> Entity:
            def good(each: Any) -> Entity:
                return create(service, caller, each)  # type: ignore[no-any-return]

            return wrong(Save(service, caller, sent.get("WebhookId") or 0, sent, good, good))

        return created

    return around("create", wrap)


def patching(wrong: Callable[[Save], Entity]) -> Change:
    """Another way to patch."""

    def wrap(patch: Any) -> Any:
        def patched(
            service: Service, caller: Caller, webhook_id: int, changes: Any, **condition: Any
        ) -> Entity:
            def good(each: Any) -> Entity:
                return patch(service, caller, webhook_id, each, **condition)  # type: ignore[no-any-return]

            def unconditionally(each: Any) -> Entity:
                return patch(service, caller, webhook_id, each)  # type: ignore[no-any-return]

            return wrong(Save(service, caller, webhook_id, changes, good, unconditionally))

        return patched

    return around("patch", wrap)


def rewriting(rewrite: Callable[[Any], Any]) -> Change:
    """Another patch than the one that was sent."""
    return patching(lambda save: save.good(rewrite(save.sent)))
