"""The pages of the other fourteen operations: a good call is answered as documented."""

from __future__ import annotations

import time

import pytest

from contract_tests.kit import arrange, expect, values, ways
from contract_tests.kit.clause import checks
from contract_tests.kit.verdicts import Blocked, ContractViolation
from openapi import document

AGENT = "/Agents/Webhook"
WEBHOOK = "#/components/schemas/Webhook"
WITH_LINKS = "#/components/schemas/WebhookWithLinks"


def answered(exchange, operation):
    """The documented status and shape of an operation that went well; its JSON value."""
    __tracebackhide__ = True
    documented = document.load().operations[operation]
    expect.status(exchange, documented.success)
    value = expect.json(exchange)
    expect.shape(exchange, document.load().success_reference(operation) or "", value)
    return value


def is_a_default(exchange, operation):
    """An unsaved Webhook: its id is 0, its State Active."""
    __tracebackhide__ = True
    came = answered(exchange, operation)
    expect.member(exchange, "State", "Active", came)
    expect.that(not came.get("WebhookId"), "WebhookId 0", came.get("WebhookId"), exchange)


def is_gone(run, webhook_id, exchange):
    """Nothing shows the webhook any more."""
    __tracebackhide__ = True
    if any(map(run.offers, ways.LISTS)):
        left = [each for each in arrange.everything(run) if each.get("WebhookId") == webhook_id]
        expect.that(not left, f"no webhook {webhook_id} in the list", left, exchange)
    found = arrange.current(run, webhook_id)
    expect.that(found is None, f"no webhook {webhook_id}", found, exchange)


# ---- REST


@checks("webhook.default.ok")
def test_the_default_is_an_unsaved_webhook(run):
    is_a_default(run.target.send("GET", "/Webhook/default"), "v1Webhook_DefaultWebhook")


@checks("webhook.list.ok")
def test_the_list_has_the_webhook(run):
    hook = arrange.saved(run, arrange.rich_hook(run))
    exchange = run.target.send("GET", "/Webhook", query={"nameFilter": hook["Name"]})

    listed = answered(exchange, "v1Webhook_GetAllWebhooks")
    found = [each for each in listed if each.get("WebhookId") == hook["WebhookId"]]
    expect.that(len(found) == 1, f"webhook {hook['WebhookId']} once", f"{len(found)} times", exchange)
    expect.same_members(exchange, hook, found[0], values.SETTABLE, when="as it was saved")


@checks("webhook.get.ok")
def test_get_shows_the_webhook(run):
    hook = arrange.saved(run, arrange.rich_hook(run))
    exchange = run.target.send("GET", f"/Webhook/{hook['WebhookId']}")

    came = answered(exchange, "v1Webhook_GetWebhook")
    names = ["WebhookId", *values.SETTABLE]
    expect.same_members(exchange, hook, came, names, when="as it was saved")
    expect.that(isinstance(came.get("_Links"), dict), "_Links", came.get("_Links"), exchange)


@checks("webhook.get.unknown-id")
def test_get_of_an_unknown_id_is_not_found(run):
    expect.status(run.target.send("GET", f"/Webhook/{run.unknown_id}"), 404)


@checks("webhook.put.ok")
def test_put_replaces_the_webhook(run):
    hook = arrange.saved(run, arrange.rich_hook(run))
    body = arrange.rich_hook(run, WebhookId=hook["WebhookId"], State="Stopped")
    exchange = run.target.send("PUT", f"/Webhook/{hook['WebhookId']}", json=body)

    came = answered(exchange, "v1Webhook_PutWebhook")
    expect.same_members(exchange, body, came, body, when="as it was put")
    stored = arrange.read(run, hook["WebhookId"])
    expect.same_members(exchange, body, stored, body, when="as it was put")


@checks("webhook.delete.ok")
def test_delete_removes_the_webhook(run):
    hook, other = arrange.saved(run), arrange.saved(run)
    exchange = run.target.send("DELETE", f"/Webhook/{hook['WebhookId']}")

    expect.status(exchange, 204)
    expect.no_body(exchange)
    is_gone(run, hook["WebhookId"], exchange)
    arrange.unchanged(run, other, exchange)


bodies = pytest.mark.parametrize("body", [arrange.hook, arrange.rich_hook], ids=["plain", "rich"])


@checks("webhook.test.ok")
@bodies
def test_a_test_reports_the_target_that_answers(run, body):
    body = body(run)
    exchange = run.target.send("POST", "/Webhook/Test", json=body)

    came = answered(exchange, "v1Webhook_TestWebhook")
    reached(run, body, exchange, came)


def reached(run, body, exchange, came):
    """The target was pinged, and the answer says so."""
    __tracebackhide__ = True
    if not run.receiver.all(arrange.mailbox(body)):
        raise run.silence(Blocked("the test event did not arrive"))
    expect.member(exchange, "Success", True, came)


@checks("webhook.signal.ok")
def test_an_event_in_the_path_is_signalled(run):
    hook = arrange.saved(run)
    since = time.monotonic()
    exchange = run.target.send("POST", f"/Webhook/{hook['Events'][0]}/7", json={"fieldName": {}})

    expect.status(exchange, 204)
    expect.no_body(exchange)
    if not run.deliveries(arrange.mailbox(hook), 1, since=since):
        raise run.silence(ContractViolation(f"a delivery within {run.wait:g} s", "none", exchange))


@checks("webhook.last-error.ok")
def test_the_last_error_is_a_string(run):
    hook = arrange.saved(run)
    exchange = run.target.send("GET", f"/Webhook/{hook['WebhookId']}/LastError")

    answered(exchange, "v1Webhook_GetLastError")


# ---- the agent


@checks("agent.default.ok")
def test_the_agents_default_is_an_unsaved_webhook(run):
    exchange = run.target.send("POST", f"{AGENT}/CreateDefaultWebhook")

    is_a_default(exchange, "v1WebhookAgent_CreateDefaultWebhook")


@checks("agent.save.ok")
def test_saving_creates_and_then_updates(run):
    body = arrange.rich_hook(run, WebhookId=0)
    exchange = run.target.send("POST", f"{AGENT}/SaveWebhook", json=body)

    came = answered(exchange, "v1WebhookAgent_SaveWebhook")
    made = expect.webhook_id(exchange)
    expect.that(made > 0, "a new WebhookId", came.get("WebhookId"), exchange)
    expect.same_members(exchange, arrange.read(run, made), body, values.SETTABLE, when="as saved")
    again = body | {"WebhookId": made, "Name": run.fresh()}
    exchange = run.target.send("POST", f"{AGENT}/SaveWebhook", json=again)
    now = answered(exchange, "v1WebhookAgent_SaveWebhook")
    for name in ("WebhookId", "Name"):
        expect.member(exchange, name, again[name], now)
    expect.member(exchange, "Name", again["Name"], arrange.read(run, made))


@checks("agent.delete.ok")
def test_deleting_removes_the_webhook(run):
    hook, other = arrange.saved(run), arrange.saved(run)
    query = {"webhookId": str(hook["WebhookId"])}
    exchange = run.target.send("POST", f"{AGENT}/DeleteWebhook", query=query)

    expect.status(exchange, 204)
    is_gone(run, hook["WebhookId"], exchange)
    arrange.unchanged(run, other, exchange)


@checks("agent.get.ok")
def test_the_agent_gets_the_webhook(run):
    hook = arrange.saved(run, arrange.rich_hook(run))
    query = {"webhookId": str(hook["WebhookId"])}
    exchange = run.target.send("POST", f"{AGENT}/GetWebhook", query=query)

    came = answered(exchange, "v1WebhookAgent_GetWebhook")
    expect.that(came is not None, "the webhook", "null", exchange)
    expect.same_members(exchange, hook, came, ["WebhookId", *values.SETTABLE], when="as it was saved")


@checks("agent.get.unknown-id")
def test_the_agent_gets_null_for_an_unknown_id(run):
    exchange = run.target.send("POST", f"{AGENT}/GetWebhook", query={"webhookId": str(run.unknown_id)})

    expect.status(exchange, 200)
    expect.that(expect.json(exchange) is None, "null", expect.json(exchange), exchange)


@checks("agent.test.ok")
@bodies
def test_the_agents_test_reports_the_target_that_answers(run, body):
    body = body(run)
    exchange = run.target.send("POST", f"{AGENT}/TestWebhook", json={"Webhook": body})

    came = answered(exchange, "v1WebhookAgent_TestWebhook")
    reached(run, body, exchange, came)


@checks("agent.last-error.ok")
def test_the_agents_last_error_is_a_string(run):
    hook = arrange.saved(run)
    exchange = run.target.send("POST", f"{AGENT}/GetLastError", json={"WebhookId": hook["WebhookId"]})

    answered(exchange, "v1WebhookAgent_GetLastError")
