"""What reads a webhook and saves nothing: defaults, lists, items and last errors."""

from __future__ import annotations

import pytest

from contract_tests.kit import arrange, expect, values
from contract_tests.kit.clause import checks
from contract_tests.kit.selecting import brings_nothing_along

AGENT = "/Agents/Webhook"
SHOWN = ("WebhookId", *values.SETTABLE, "Registered", "Updated")


def agent(run, method, json=None, query=None):
    """Call a method of the agent; a body of None is left out."""
    body = {} if json is None else {"json": json}
    return run.target.send("POST", f"{AGENT}/{method}", query=query, **body)


def listed(run, hook):
    """The webhook as the agent's list shows it."""
    found = [each for each in arrange.everything(run) if each.get("WebhookId") == hook["WebhookId"]]
    return found[0] if found else {}


def select(chosen):
    """The query with that selection."""
    return {"$select": ",".join(chosen)}


# ---- defaults

DEFAULTS = {
    "webhook": lambda run: run.target.send("GET", "/Webhook/default"),
    "agent": lambda run: agent(run, "CreateDefaultWebhook"),
}


def proposes(exchange):
    """The documented proposal."""
    __tracebackhide__ = True
    expect.status(exchange, 200)
    came = expect.members(exchange)
    for name, value in {"State": "Active", "Type": "webhook"}.items():
        expect.member(exchange, name, value, came)
    events = came.get("Events")
    both = isinstance(events, list) and sorted(map(str, events)) == ["contact.created", "contact.deleted"]
    expect.that(both, "Events contact.created and contact.deleted", events, exchange)
    for name in ("WebhookId", "Name", "TargetUrl", "Secret", "Headers", "Properties", "ErrorsEmail"):
        expect.that(came.get(name) == 0 or values.is_empty(came.get(name)), f"no {name}", came, exchange)


def leaves_nothing(run, exchange, before):
    """No webhook has come that nobody sent: the proposal has neither a name nor a target."""
    __tracebackhide__ = True
    known = {each.get("WebhookId") for each in before}
    left = [each for each in arrange.everything(run) if each.get("WebhookId") not in known and is_bare(each)]
    expect.that(not left, "nothing saved", left, exchange)


def is_bare(listed):
    """True for a webhook without a name and without a target."""
    return values.is_empty(listed.get("Name")) and values.is_empty(listed.get("TargetUrl"))


@checks("webhook.default.value")
def test_the_default_is_the_documented_one(run):
    proposes(DEFAULTS["webhook"](run))


@checks("agent.default.value")
def test_the_agents_default_is_the_documented_one(run):
    proposes(DEFAULTS["agent"](run))


@checks("webhook.default.not-saved")
def test_the_default_is_not_saved(run):
    before = arrange.everything(run)

    leaves_nothing(run, DEFAULTS["webhook"](run), before)


@checks("agent.default.not-saved")
def test_the_agents_default_is_not_saved(run):
    before = arrange.everything(run)

    leaves_nothing(run, DEFAULTS["agent"](run), before)


# ---- the list of REST


@checks("webhook.list.filters")
@pytest.mark.parametrize(
    "asked",
    [["nameFilter"], ["eventFilter"], ["statusFilter"], ["nameFilter", "eventFilter", "statusFilter"]],
    ids=["name", "event", "status", "all"],
)
def test_the_filters_of_the_query_filter(run, asked):
    name, event = run.fresh(), f"{run.entity()}.created"
    fits = {"Name": name, "Events": ["sale.changed", event], "State": "Stopped"}
    hook = arrange.saved(run, **fits)
    misses = {
        "nameFilter": arrange.saved(run, **fits | {"Name": run.fresh("another")}),
        "eventFilter": arrange.saved(run, **fits | {"Events": ["sale.changed"]}),
        "statusFilter": arrange.saved(run, **fits | {"State": "Active"}),
    }
    every = {"nameFilter": name, "eventFilter": event, "statusFilter": "Stopped"}
    exchange = run.target.send("GET", "/Webhook", query={each: every[each] for each in asked})

    expect.status(exchange, 200)
    came = {each.get("WebhookId") for each in expect.elements(exchange)}
    kept = {each["WebhookId"] for key, each in misses.items() if key not in asked} | {hook["WebhookId"]}
    expect.that(kept <= came, f"the webhooks {sorted(kept)}", sorted(came), exchange)
    surplus = came & {misses[each]["WebhookId"] for each in asked}
    expect.that(not surplus, "no webhook that fails a filter", f"also {sorted(surplus)}", exchange)


@checks("webhook.list.agrees")
def test_both_lists_agree(run):
    hooks = [arrange.saved(run, arrange.rich_hook(run, State=state)) for state in ("Active", "Stopped")]
    arrange.patched(run, hooks[0]["WebhookId"], {"Secret": "another"})
    exchange = run.target.send("GET", "/Webhook")

    expect.status(exchange, 200)
    by_id = {each.get("WebhookId"): each for each in expect.elements(exchange)}
    for hook in hooks:
        came = by_id.get(hook["WebhookId"], {})
        expect.same_members(exchange, listed(run, hook), came, SHOWN, when="as the agent lists it")


# ---- one webhook


def agrees(run, ask):
    """One webhook, changed once, is shown as the list shows it."""
    __tracebackhide__ = True
    hook = arrange.saved(run, arrange.rich_hook(run, State="Stopped"))
    arrange.patched(run, hook["WebhookId"], {"Name": run.fresh(), "Events": ["sale.changed", "sale.sold"]})
    exchange = ask(hook["WebhookId"])

    expect.status(exchange, 200)
    came = expect.members(exchange)
    expect.same_members(exchange, listed(run, hook), came, SHOWN, when="as the list has it")


@checks("webhook.get.agrees")
def test_item_and_list_agree(run):
    agrees(run, lambda webhook_id: run.target.send("GET", f"/Webhook/{webhook_id}"))


@checks("agent.get.agrees")
def test_the_agents_item_and_list_agree(run):
    agrees(run, lambda webhook_id: agent(run, "GetWebhook", query={"webhookId": str(webhook_id)}))


SELECTIONS = (["Name", "State"], ["targeturl", "headers"], ["name", "department", "category/id"])


def selects(run, chosen, ask):
    """What was chosen is there, and the rest is null; nothing of it in the store."""
    __tracebackhide__ = True
    hook = arrange.saved(run, arrange.rich_hook(run))
    exchange = ask(hook["WebhookId"], select(chosen))

    expect.status(exchange, 200)
    names = [each for each in values.SETTABLE if each.lower() in [word.lower() for word in chosen]]
    expect.selected(exchange, hook, expect.members(exchange), names)
    expect.same_members(exchange, hook, listed(run, hook), values.SETTABLE, when="in the store")


@checks("webhook.get.select")
@pytest.mark.parametrize("chosen", SELECTIONS)
def test_get_nulls_what_is_not_selected(run, chosen):
    selects(run, chosen, lambda made, query: run.target.send("GET", f"/Webhook/{made}", query=query))


@checks("agent.get.select")
@pytest.mark.parametrize("chosen", SELECTIONS)
def test_the_agents_get_nulls_what_is_not_selected(run, chosen):
    selects(run, chosen, lambda made, query: agent(run, "GetWebhook", query={"webhookId": str(made)} | query))


@checks("webhook.get.select")
def test_get_selects_no_member_by_another_name(run):
    made = arrange.saved(run, arrange.rich_hook(run))["WebhookId"]

    brings_nothing_along(lambda query: run.target.send("GET", f"/Webhook/{made}", query=query))


@checks("agent.get.select")
def test_the_agents_get_selects_no_member_by_another_name(run):
    made = str(arrange.saved(run, arrange.rich_hook(run))["WebhookId"])

    brings_nothing_along(lambda query: agent(run, "GetWebhook", query={"webhookId": made, **query}))


# ---- last errors


@checks("webhook.last-error.empty")
def test_no_failure_has_no_text(run):
    hook = arrange.saved(run)
    exchange = run.target.send("GET", f"/Webhook/{hook['WebhookId']}/LastError")

    expect.status(exchange, 200)
    expect.that(values.is_empty(expect.json(exchange)), "an empty text", expect.json(exchange), exchange)


@checks("agent.last-error.empty")
def test_no_failure_has_no_text_for_the_agent(run):
    hook = arrange.saved(run)
    exchange = agent(run, "GetLastError", {"WebhookId": hook["WebhookId"]})

    expect.status(exchange, 200)
    expect.that(values.is_empty(expect.json(exchange)), "an empty text", expect.json(exchange), exchange)
