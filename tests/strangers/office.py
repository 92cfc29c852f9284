"""The webhooks of one server and what can be done with them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from .delivery import Courier, Event, Outcome
from .hooks import STATES, WRITABLE, Hook, read, shown, validate
from .patching import apply, operations
from .problems import Refusal, refused
from .rules import Rules

STATE_VERBS = {"Active": "started", "Stopped": "stopped", "TooManyErrors": "errors"}


class Office:
    """A store in memory, with the rules that everything done to it follows."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.hooks: dict[int, Hook] = {}
        self.last_id = 0
        self.saving = threading.RLock()
        self.courier = Courier(rules, lambda hook: self.set_state(hook, "TooManyErrors"))

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.rules.skew)

    def unused_id(self) -> int:
        self.last_id = max(self.last_id, *self.hooks, 0) + 1
        return self.last_id

    def all(self) -> list[Hook]:
        return list(self.hooks.values())

    def known(self, hook_id: int) -> Hook:
        return self.found(hook_id, self.hooks.get(hook_id))

    def found(self, hook_id: int, hook: Hook | None) -> Hook:
        if hook is None:
            raise refused(404, f"Webhook id {hook_id} not found")
        return hook

    def create(self, document: Any) -> Hook:
        """Save a new webhook."""
        with self.saving if self.rules.serial_creates else contextlib.nullcontext():
            try:
                values = self.complete(self.rules.on_create(self.read(document)))
                if values["State"] == "Unknown":
                    values["State"] = "Active"
                values["WebhookId"] = self.wanted_id(document)
                self.admit(values, None)
            except Refusal:
                self.rules.refused_create(self, document)
                raise
            return self.rules.created(self, values)

    def wanted_id(self, document: dict[str, Any]) -> int:
        """The id a client sent with a new webhook, 0 without one."""
        wanted = next((value for key, value in document.items() if key.lower() == "webhookid"), 0) or 0
        if wanted and self.rules.client_id == "refuse":
            raise refused(400, "the server numbers new webhooks")
        return wanted

    def insert(self, values: dict[str, Any]) -> Hook:
        wanted = values.pop("WebhookId", 0)
        free = self.rules.client_id == "use" and 0 < wanted < 2**31 and wanted not in self.hooks
        hook = Hook(wanted if free else self.rules.next_id(self, wanted), values, self.now())
        self.hooks[hook.id] = hook
        return hook

    def read(self, document: Any) -> dict[str, Any]:
        return self.rules.on_read(read(document, self.rules))

    def complete(self, given: dict[str, Any]) -> dict[str, Any]:
        return {name: self.rules.null_becomes.get(name, null) for name, null in WRITABLE.items()} | given

    def admit(self, values: dict[str, Any], before: dict[str, Any] | None) -> None:
        """Refuse a webhook that breaks a rule, or whose target does not answer the test event."""
        validate(values, self.rules)
        moved = before is None or before["TargetUrl"] != values["TargetUrl"]
        due = {"never": False, "save": True, "ignore": True, "target": moved}[self.rules.ping]
        if due and values["Type"] == "webhook":
            outcome = self.ping(values)
            if outcome.status != 200 and self.rules.ping != "ignore":
                raise refused(400, f"the target answered {outcome.status}: {outcome.text}")

    def ping(self, values: dict[str, Any]) -> Outcome:
        return self.courier.attempt(values, Event(self.rules.test_event, test=True))

    def replace(self, hook_id: int, document: Any, condition: str | None, way: str = "put") -> Hook:
        """Save over a webhook; what the document lacks goes back to its default."""
        with self.saving:
            try:
                given = self.read(self.rules.entity_of(document))
            except Refusal:
                self.rules.refused_put(self, hook_id, document)
                raise
            hook = self.known(hook_id)
            self.check(hook, condition, "PUT", given)
            self.commit(hook, self.rules.written_over(hook, given, self.complete), way)
            self.rules.replaced(hook, document)
            return hook

    def patch(self, hook_id: int, body: Callable[[], Any], condition: str | None) -> Hook:
        """Save the changes a patch describes, or none of them."""
        document, hook, values = None, None, None
        with self.saving if self.rules.serial else contextlib.nullcontext():
            for stage in self.rules.stages:
                if stage == "body":
                    document = body()
                elif stage == "missing":
                    hook = self.hooks.get(hook_id) or self.rules.unknown_patched(self, hook_id)
                    self.found(hook_id, hook)
                elif stage == "stale":
                    self.check(hook, condition, "PATCH", document)
                else:
                    values = self.drafted(hook, document)
            if not self.rules.serial:
                time.sleep(0.1)
            before = dict(hook.values)
            self.rules.stored(self, hook, values, "merge" if isinstance(document, dict) else "patch")
            return self.rules.patched(self, hook, before, document)

    def drafted(self, hook: Hook, document: Any) -> dict[str, Any]:
        """The values a webhook would have after a patch."""
        entity = self.rules.started(self, hook, shown(hook, self.rules))
        listed = operations(document, entity, self.rules)
        if not listed and self.rules.empty_patch == "refuse":
            raise refused(400, "a patch needs an operation")
        try:
            apply(entity, listed, self.rules)
        except Refusal as refusal:
            self.rules.refused_patch(self, hook, entity, listed, refusal)
            raise
        return self.complete(self.read({name: entity[name] for name in WRITABLE if name in entity}))

    def check(self, hook: Hook, condition: str | None, method: str, document: Any = None) -> None:
        """Refuse to change a webhook that changed since the client saw it."""
        applies = condition and method in self.rules.condition_on
        merge = isinstance(document, dict) and method == "PATCH"
        if applies and self.rules.stale(condition, hook, merge=merge):
            self.rules.refused_stale(self, hook, document)
            raise refused(412, f"webhook {hook.id} has changed since {condition}", "stale")

    def commit(self, hook: Hook, values: dict[str, Any], way: str) -> None:
        self.admit(values, hook.values)
        before, hook.values = hook.values, values
        if before != values or self.rules.noop_bumps:
            self.rules.bump(hook, self.now(), way)
        if before["State"] != values["State"]:
            self.state_changed(hook)

    def set_state(self, hook: Hook, state: str) -> None:
        hook.values = hook.values | {"State": state}
        hook.was_disabled = True
        self.state_changed(hook)

    def state_changed(self, hook: Hook) -> None:
        """Tell the webhooks that listen to the states of this one."""
        state = hook.values["State"]
        if state == "Active" and self.rules.reactivation_resets:
            hook.consecutive = 0
        if state in STATES[1:] and self.rules.announced(state):
            name = f"webhook{hook.id}.{STATE_VERBS[state]}"
            self.tell(Event(name, key=hook.id, changes=("state",), about_hook=True))

    def remove(self, hook_id: int, condition: str | None) -> None:
        with self.saving:
            if self.rules.delete_missing_status == 204 and hook_id not in self.hooks:
                return
            hook = self.known(hook_id)
            self.check(hook, condition, "DELETE")
            self.rules.removed(self, hook_id)

    def forget(self, hook_id: int) -> None:
        self.hooks.pop(hook_id, None)

    def signal(self, name: Any, key: Any, data: Any) -> None:
        """Tell every listening webhook that something happened."""
        if not isinstance(name, str | None) or not isinstance(data, dict | None):
            raise refused(self.rules.malformed_status, "an event has a name and a dictionary")
        if isinstance(key, bool) or not isinstance(key, int | None) or abs(key or 0) >= 2**31:
            raise refused(self.rules.malformed_status, "PrimaryKey is an integer")
        if name and name.strip():
            self.tell(self.rules.signalled(Event(name, key=key or 0, changes=tuple(data or {}))))
        elif self.rules.blank_event_status != 204:
            raise refused(self.rules.blank_event_status, "an event has a name")

    def tell(self, event: Event) -> None:
        rules = self.rules
        listening = [
            hook
            for hook in rules.audience(self)
            if rules.posted_to((hook.values["Type"] or "").lower())
            and rules.reached(hook.values["State"])
            and (rules.revives or not hook.was_disabled)
            and rules.listens(rules.subscriptions(hook), event.name)
        ]
        for hook in rules.recipients(listening):
            self.courier.send(hook, event)
