"""What is left of a webhook that was deleted: nothing, for anybody who asks."""

from __future__ import annotations

import time

import pytest

from contract_tests.kit import arrange, expect, ways
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import both_forms, renamed_though_gone
from contract_tests.kit.verdicts import Blocked, ContractViolation

AGENT = "/Agents/Webhook"


def deleted(run, webhook_id):
    """DELETE a webhook; Blocked when it is refused."""
    exchange = run.target.send("DELETE", f"/Webhook/{webhook_id}")
    if not arrange.went_well(exchange):
        raise Blocked(f"DELETE is answered {exchange.status}")
    return exchange


@checks("webhook.delete.everywhere")
@both_forms
def test_a_deleted_webhook_cannot_be_patched(run, form):
    hook = arrange.saved(run)
    deleted(run, hook["WebhookId"])

    expect.status(renamed_though_gone(run, hook, form), 404)


@checks("webhook.delete.everywhere")
def test_a_deleted_webhook_cannot_be_read(run):
    hook = arrange.saved(run)
    run.target.send("GET", f"/Webhook/{hook['WebhookId']}")  # whatever is cached is cached
    deleted(run, hook["WebhookId"])
    exchange = run.target.send("GET", f"/Webhook/{hook['WebhookId']}")

    if run.offers("v1Webhook_GetWebhook"):
        expect.status(exchange, 404)
    left = arrange.named(run, hook["Name"])
    expect.that(not left, "nothing of that name in the list", left, exchange)


@checks("webhook.delete.everywhere")
def test_the_agent_finds_nothing_of_a_deleted_webhook(run):
    run.require("v1WebhookAgent_GetWebhook")
    hook = arrange.saved(run)
    deleted(run, hook["WebhookId"])
    query = {"webhookId": str(hook["WebhookId"])}
    exchange = run.target.send("POST", f"{AGENT}/GetWebhook", query=query)

    expect.that(not expect.json(exchange), "null", expect.json(exchange), exchange)


@checks("webhook.delete.id-not-reused")
def test_the_id_of_a_deleted_webhook_stays_unused(run):
    gone = arrange.saved(run)
    deleted(run, gone["WebhookId"])
    exchange = arrange.post(run, arrange.hook(run))

    new = expect.webhook_id(exchange)
    expect.that(new != gone["WebhookId"], "another id than the deleted one's", new, exchange)


@checks("agent.delete.names-any-case")
@pytest.mark.parametrize("name", ["WebhookId", "webhookId"])
def test_the_agent_deletes_by_both_documented_names(run, name):
    hook = arrange.saved(run)
    query = {name: str(hook["WebhookId"])}
    exchange = run.target.send("POST", f"{AGENT}/DeleteWebhook", query=query)

    expect.status(exchange, 204)
    left = arrange.named(run, hook["Name"])
    expect.that(not left, "nothing of that name in the list", left, exchange)


# ---- events


@armed
def departed(run):
    """One event, a webhook that hears it, and those that would have before they were deleted."""
    event, since = f"{run.entity()}.created", time.monotonic()
    stays, goes = arrange.saved(run, Events=[event]), {}
    for operation in filter(run.offers, ways.DELETES):
        hook = arrange.saved(run, Events=[event])
        if arrange.went_well(ways.DELETES[operation](run, hook["WebhookId"])):
            goes[operation] = hook
    arrange.signalled(run, event)
    return since, stays, goes


def hears_nothing(run, departed, operation):
    """What went is not told of an event that what stays is told of."""
    __tracebackhide__ = True
    run.require(operation)
    since, stays, goes = departed
    if operation not in goes:
        raise Blocked("the webhook could not be deleted")
    run.delivery(arrange.mailbox(stays), since=since)
    heard = run.settled(arrange.mailbox(goes[operation]), since=since)

    if heard:
        raise ContractViolation("no delivery for a deleted webhook", heard[0].event, heard[0])


@checks("webhook.delete.silent")
def test_a_deleted_webhook_hears_nothing(run, departed):
    hears_nothing(run, departed, "v1Webhook_DeleteWebhook")


@checks("webhook.delete.silent")
def test_a_webhook_that_the_agent_deleted_hears_nothing(run, departed):
    hears_nothing(run, departed, "v1WebhookAgent_DeleteWebhook")
