"""What the official client sends: names in camel case, and the body `null` where no body is expected."""

from __future__ import annotations

import pytest

from contract_tests.kit import arrange, expect
from contract_tests.kit.clause import checks

AGENT = "/Agents/Webhook"


def camel(members):
    """The members under names in camel case."""
    return {name[0].lower() + name[1:]: value for name, value in members.items()}


def agent(run, method, query=None, **sent):
    """Call a method of the agent."""
    return run.target.send("POST", f"{AGENT}/{method}", query=query, **sent)


@checks("agent.list.names-any-case")
@pytest.mark.parametrize("state", ["Active", "Stopped"])
def test_filters_are_taken_in_camel_case(run, state):
    hook, other = arrange.saved(run, State=state), arrange.saved(run, State=state)
    filters = {"nameFilter": hook["Name"], "eventFilter": hook["Events"][0], "statusFilter": state}
    exchange = agent(run, "GetAllWebhooks", json=filters)

    expect.status(exchange, 200)
    came = [each.get("WebhookId") for each in expect.elements(exchange)]
    fine = hook["WebhookId"] in came and other["WebhookId"] not in came
    expect.that(fine, f"webhook {hook['WebhookId']} alone", came, exchange)


@checks("agent.signal.names-any-case")
def test_an_event_is_taken_in_camel_case(run):
    body = camel({"EventName": f"{run.entity()}.listens", "PrimaryKey": 7, "Data": {"fieldName": 1}})

    expect.status(agent(run, "SignalEvent", json=body), 204)


@checks("agent.test.names-any-case")
def test_a_test_is_taken_in_camel_case(run):
    body = arrange.hook(run)
    exchange = agent(run, "TestWebhook", json={"webhook": camel(body)})

    expect.status(exchange, 200)
    if run.receiver.all(arrange.mailbox(body)):
        expect.member(exchange, "Success", True)


@checks("agent.null-bodies")
def test_null_is_a_body_where_none_is_expected(run):
    hook = arrange.saved(run)
    query = {"webhookId": str(hook["WebhookId"])}
    default = agent(run, "CreateDefaultWebhook", body=b"null")
    got = agent(run, "GetWebhook", query, body=b"null")
    gone = agent(run, "DeleteWebhook", {"WebhookId": query["webhookId"]}, body=b"null")

    expect.status(default, 200)
    expect.status(got, 200)
    expect.member(got, "Name", hook["Name"])
    expect.status(gone, 204)
