"""What a store of webhooks is to hold after any order of writes, compared with what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from contract_tests.kit import arrange, expect, stamps, ways
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.patches import add, holds, renamed_though_gone, replace
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json, Members

# The members that the writes below set.
WRITTEN = ("Name", "Events", "TargetUrl", "Secret", "State", "Headers")


@dataclass(slots=True)
class Shadow:
    """The webhooks of one history: what each is to hold, by id, and the ids that were deleted."""

    run: Run
    hooks: dict[int, dict[str, Json]] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    gone: list[int] = field(default_factory=list)

    # ---- writes

    def create(self) -> int:
        """POST a webhook; its id."""
        made = arrange.saved(self.run, arrange.rich_hook(self.run, State="Stopped"))
        self.hooks[made["WebhookId"]] = {name: made.get(name) for name in WRITTEN}
        return int(made["WebhookId"])

    def create_two(self) -> None:
        """POST two webhooks."""
        self.create()
        self.create()

    def replace(self, hook: int, members: Members) -> None:
        """PATCH members with operations."""
        self._patch(hook, [replace(f"/{name}", value) for name, value in members.items()], members)

    def merge(self, hook: int, members: Members) -> None:
        """PATCH members with a merge patch."""
        self._patch(hook, dict(members), members)

    def append(self, hook: int, event: str) -> None:
        """PATCH one more event onto those that are to be there, after a test that holds."""
        events = self.hooks[hook]["Events"]
        self._patch(hook, [holds("/Events", events), add("/Events/-", event)], {"Events": [*events, event]})

    def _patch(self, hook: int, changes: Json, members: Members) -> None:
        exchange = arrange.patch(self.run, hook, changes)
        expect.status(exchange, 200)
        self.hooks[hook].update(members)
        self.changed.add(hook)
        expect.same_members(exchange, self.hooks[hook], expect.members(exchange), WRITTEN, when="as written")

    def conflict(self, hook: int, members: Members, *, last: bool) -> None:
        """A PATCH whose first or last operation is a test that fails: nothing is written."""
        test = holds("/Name", "a name that nothing has")
        operations = [replace(f"/{name}", value) for name, value in members.items()]
        operations.insert(len(operations) if last else 0, test)
        expect.refused(arrange.patch(self.run, hook, operations))

    def stale(self, hook: int, members: Members) -> None:
        """A PATCH on a condition of days before the last change: nothing is written."""
        if hook not in self.changed:
            return
        now = self.run.target.recent[-1].server_time
        condition = stamps.http_date(now - timedelta(days=2))
        expect.refused(arrange.patch(self.run, hook, dict(members), If_Unmodified_Since=condition))

    def put(self, hook: int, members: Members) -> None:
        """PUT the whole webhook, where that is offered."""
        if self.run.offers("v1Webhook_PutWebhook"):
            self._write(hook, members, "PUT", f"/Webhook/{hook}")

    def save(self, hook: int, members: Members) -> None:
        """SaveWebhook the whole webhook, where that is offered."""
        if self.run.offers("v1WebhookAgent_SaveWebhook"):
            self._write(hook, members, "POST", "/Agents/Webhook/SaveWebhook")

    def _write(self, hook: int, members: Members, method: str, path: str) -> None:
        rest = {"WebhookId": hook, "Type": "webhook", "Properties": {}}
        rest |= {"ErrorsEmail": "errors@example.com"} if "ErrorsEmail" in self.run.members else {}
        exchange = self.run.target.send(method, path, json={**self.hooks[hook], **members, **rest})
        expect.status(exchange, 200)
        self.hooks[hook].update(members)
        self.changed.add(hook)

    def delete(self, hook: int, *, agent: bool) -> None:
        """Delete a webhook, where that is offered; a PATCH finds it no more."""
        door = "v1WebhookAgent_DeleteWebhook" if agent else "v1Webhook_DeleteWebhook"
        if not self.run.offers(door):
            return
        by_agent = ("POST", f"/Agents/Webhook/DeleteWebhook?webhookId={hook}")
        exchange = self.run.target.send(*(by_agent if agent else ("DELETE", f"/Webhook/{hook}")))
        expect.that(arrange.went_well(exchange), "a 2xx status", f"status {exchange.status}", exchange)
        was = {**self.hooks.pop(hook), "WebhookId": hook}
        self.gone.append(hook)
        expect.status(renamed_though_gone(self.run, was, "json-patch"), 404)

    def supersede(self, hook: int, *, agent: bool) -> None:
        """Delete a webhook, where that is offered, and make another one."""
        self.delete(hook, agent=agent)
        if hook in self.gone:
            self.create()

    def signal(self, hook: int) -> None:
        """Signal an event that a stopped or an active webhook listens for."""
        arrange.signalled(self.run, self.hooks[hook]["Events"][0])

    # ---- reads

    def everything(self) -> None:
        """Every webhook is read by its id, in the list and through filters as it was last written."""
        for hook in self.hooks:
            self.item(hook)
        self.listed()
        for hook in self.hooks:
            self.filtered(hook)

    def item(self, hook: int) -> None:
        """The webhook is read by its id as it was last written."""
        self._is(hook, arrange.read(self.run, hook))

    def listed(self) -> None:
        """The list has every webhook of the history as it was last written, and none that was deleted."""
        exchange = self._list({})
        by_id = {each.get("WebhookId"): each for each in expect.elements(exchange)}
        for hook in self.hooks:
            self._is(hook, by_id.get(hook, {}))
        # An id may be given again, to us or to somebody else.
        left = [hook for hook in {*self.gone} - {*self.hooks} if self._is_ours(by_id.get(hook, {}))]
        expect.that(not left, "no webhook that was deleted", left, exchange)

    def _is_ours(self, listed: Members) -> bool:
        return self.run.tag in str(listed.get("Name"))

    def filtered(self, hook: int) -> None:
        """Filters for what was last written find the webhook, once."""
        hold = self.hooks[hook]
        filters = {
            "NameFilter": hold["Name"],
            "EventFilter": hold["Events"][-1],
            "StatusFilter": hold["State"],
        }
        found = [each for each in expect.elements(self._list(filters)) if each.get("WebhookId") == hook]
        expect.that(len(found) == 1, f"webhook {hook} once", found, self._last)
        self._is(hook, found[0])

    def _list(self, filters: Json) -> Exchange:
        exchange = ways.listing(self.run, filters)
        expect.status(exchange, 200)
        return exchange

    def _is(self, hook: int, came: Members) -> None:
        expect.same_members(self._last, self.hooks[hook], came, WRITTEN, when="as last written")

    @property
    def _last(self) -> Exchange:
        return self.run.target.recent[-1]


def fresh(run: Run, member: str, hold: Members) -> dict[str, Json]:
    """A value for a member that no webhook of the run has had; a State is the other one."""
    new: dict[str, Callable[[], Json]] = {
        "Name": run.fresh,
        "Secret": lambda: run.fresh("secret"),
        "Events": lambda: [f"{run.entity()}.created", f"{run.entity()}.changed"],
        "State": lambda: "Active" if hold["State"] == "Stopped" else "Stopped",
        "TargetUrl": lambda: run.receiver.url + run.mailbox(),
    }
    return {member: new[member]()}
