"""Set-up calls: they return what a check needs, or raise Blocked, since then its question is not asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from contract_tests.kit import expect, removal, values, ways
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.ledger import made_by
from contract_tests.kit.ordinary import refused_as_odd
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json, Members
from contract_tests.kit.verdicts import Blocked, ContractViolation
from openapi import document

P = ParamSpec("P")
R = TypeVar("R")
PATCH = "v1Webhook_PatchWebhook"
# Counted by the server, whatever is asked.
VOLATILE = {"TotalCalls", "TotalErrors", "ConsecutiveErrors", "LastError"}


def arranging(call: Callable[P, R]) -> Callable[P, R]:
    """Turn a violation during set-up into Blocked."""

    @wraps(call)
    def arranged(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except ContractViolation as violation:
            raise Blocked(f"set-up failed: {violation.seen}: {violation}") from violation

    return arranged


def hook(run: Run, **members: Json) -> dict[str, Json]:
    """The body of a good new webhook with a name, an event and a mailbox of its own."""
    mine = {
        "Name": run.fresh(),
        "Events": [f"{run.entity()}.created"],
        "TargetUrl": run.receiver.url + run.mailbox(),
        "State": "Active",
        "Type": "webhook",
    }
    return mine | members


def rich_hook(run: Run, **members: Json) -> dict[str, Json]:
    """The body of a webhook with a value in every member that a client sets."""
    body = hook(
        run,
        Events=[f"{run.entity()}.created", f"{run.entity()}.changed"],
        Secret="s3cr3t",
        Headers={"X-First": "1", "X-Second": "2"},
        Properties={"outer": {"inner": "deep"}},
    )
    if "ErrorsEmail" in run.members:  # the older page has no such row
        body["ErrorsEmail"] = "errors@example.com"
    return body | members


def mailbox(saved: Members) -> str:
    """The mailbox of our receiver that a webhook delivers to; a tunnel may have put more before it."""
    return "/" + "/".join(str(saved["TargetUrl"]).partition("?")[0].split("/")[-2:])


def post(run: Run, body: Json, **query: str) -> Exchange:
    """POST a webhook."""
    return run.target.send("POST", "/Webhook", json=body, query=query)


def make(run: Run, body: Json) -> Exchange:
    """A new webhook, by whatever operation makes one; it is remembered for the clean-up."""
    exchange = ways.make(run, body)
    remember(run, exchange)
    return exchange


def remember(run: Run, exchange: Exchange) -> None:
    """Remove at once what an odd request has made without the tag of the run: nobody else would know it."""
    made = made_by(exchange) if went_well(exchange) and exchange.request.method == "POST" else None
    body = (exchange.request.body or b"").decode(errors="replace")
    if made in run.target.made and made not in run.target.ledger.gone and run.tag not in body.lower():
        removal.remove(run.target, made, run.offered)


def succeeded(exchange: Exchange) -> None:
    """A word for set-ups: the answer is a 2xx."""
    __tracebackhide__ = True
    expect.that(went_well(exchange), "a 2xx status", f"status {exchange.status}", exchange)


def went_well(exchange: Exchange) -> bool:
    """Any 2xx will do for a set-up: whether it is the documented one is asked elsewhere."""
    return 200 <= exchange.status < 300


@arranging
def saved(run: Run, body: Json | None = None, **members: Json) -> dict[str, Json]:
    """A new webhook, as the answer that made it shows it."""
    return _shown(make(run, hook(run, **members) if body is None else body))


@arranging
def taken(run: Run, **members: Json) -> dict[str, Json] | None:
    """A new webhook with members that are not ordinary; None where they are refused."""
    exchange = make(run, hook(run, **members))
    return None if refused_as_odd(exchange, members) else _shown(exchange)


def kept(run: Run, **members: Json) -> dict[str, Json] | None:
    """A new webhook as it is read back; None where one of these members is refused, or kept otherwise."""
    exchange = make(run, hook(run, **members))
    found = read(run, expect.webhook_id(exchange)) if went_well(exchange) else {}
    return found if all(values.equal(found.get(name), value) for name, value in members.items()) else None


def _shown(exchange: Exchange) -> dict[str, Json]:
    succeeded(exchange)
    return {**expect.members(exchange), "WebhookId": expect.webhook_id(exchange)}


@arranging
def everything(run: Run, **filters: Json) -> list[dict[str, Json]]:
    """All webhooks that the list shows."""
    exchange = ways.listing(run, filters)
    succeeded(exchange)
    return expect.elements(exchange)


def named(run: Run, name: str) -> list[dict[str, Json]]:
    """The webhooks of a name; where the list comes without filters it is looked through."""
    return [each for each in everything(run, NameFilter=name) if each.get("Name") == name]


def current(run: Run, webhook_id: int) -> dict[str, Json] | None:
    """A webhook as it is now, or None: from what shows one where it is offered, else from the list."""
    if any(map(run.offers, ways.READS)):
        return _got(run, webhook_id)
    return next((each for each in everything(run) if each.get("WebhookId") == webhook_id), None)


@arranging
def _got(run: Run, webhook_id: int) -> dict[str, Json] | None:
    exchange = ways.get(run, webhook_id)
    expect.status(exchange, 200, 204, 404)
    there = exchange.status == 200 and expect.json(exchange) is not None  # the agent answers null
    return {**expect.members(exchange), "WebhookId": expect.webhook_id(exchange)} if there else None


def read(run: Run, webhook_id: int) -> dict[str, Json]:
    """A webhook as it is now; Blocked when it cannot be read."""
    found = current(run, webhook_id)
    if found is None:
        raise Blocked(f"webhook {webhook_id} cannot be read back")
    return found


def patch(run: Run, webhook_id: int, changes: Json, **headers: str) -> Exchange:
    """PATCH a webhook with an array of operations or with a merge object."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return run.target.send("PATCH", f"/Webhook/{webhook_id}", json=changes, headers=named)


@arranging
def patched(run: Run, webhook_id: int, changes: Json) -> Exchange:
    """A PATCH that is taken for granted; where there is none, a merge goes by PUT or SaveWebhook."""
    exchange = patch(run, webhook_id, changes) if _can_patch(run, changes) else _put(run, webhook_id, changes)
    succeeded(exchange)
    return exchange


def _can_patch(run: Run, changes: Json) -> bool:
    if isinstance(changes, list):
        run.require(PATCH)
    return run.offers(PATCH)


def _put(run: Run, webhook_id: int, changes: Members) -> Exchange:
    """A merge by reading and replacing: what the server sets goes back as it came."""
    kept = {name: value for name, value in read(run, webhook_id).items() if name != "_Links"}
    return ways.replace(run, webhook_id, kept | dict(changes))


@arranging
def deleted(run: Run, webhook_id: int) -> Exchange:
    """A webhook taken away for granted, by whatever operation does it."""
    exchange = ways.delete(run, webhook_id)
    succeeded(exchange)
    return exchange


def signal(run: Run, event: str, key: int = 1, data: Json | None = None) -> Exchange:
    """A signal with an event's name, a primary key and data: SignalEvent, or else the path of the event."""
    return ways.signal(run, event, key, {} if data is None else data)


@arranging
def signalled(run: Run, event: str, key: int = 1, data: Json | None = None) -> Exchange:
    """A signal that is taken for granted."""
    exchange = signal(run, event, key, data)
    succeeded(exchange)
    return exchange


def unchanged(run: Run, before: Members, exchange: Exchange) -> None:
    """A word that looks: the webhook is as it was before the exchange, its stamps included."""
    __tracebackhide__ = True
    after = current(run, int(before["WebhookId"]))
    expect.that(after is not None, "the webhook still there", "it is gone", exchange)
    kept = [name for name in document.load().schema("Webhook")["properties"] if name not in VOLATILE]
    was, now = (values.with_ids_of_associates(each) for each in (before, after or {}))
    # Whether the answer to a save shows associates, and how much of them, is not said: the samples have null.
    shown = [name for name in kept if name not in values.ASSOCIATES or was.get(name) is not None]
    expect.same_members(exchange, was, now, shown, when="as before")
