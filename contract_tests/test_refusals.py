"""What any HTTP service owes its clients beside the four operations: a refused change changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contract_tests.kit import arrange, expect, stamps
from contract_tests.kit.clause import checks

AGENT = "/Agents/Webhook"
BAD = {
    "no JSON": b'{"Name": "changed", ',
    "state": b'{"Name": "changed", "TargetUrl": "http://127.0.0.1:9/", "State": "NoSuchState"}',
    "events": b'{"Name": "changed", "TargetUrl": "http://127.0.0.1:9/", "Events": {"a": 1}}',
    "headers": b'{"Name": "changed", "TargetUrl": "http://127.0.0.1:9/", "Headers": "none"}',
    "text": b'"changed"',
}
bodies = pytest.mark.parametrize("kind", BAD)
entities = pytest.mark.parametrize("kind", ["state", "events", "headers"])


def unchanged_if_refused(run, before, exchange):
    """No 5xx, and what is refused leaves the webhook as it was."""
    __tracebackhide__ = True
    expect.no_server_error(exchange)
    if exchange.status >= 400:
        arrange.unchanged(run, before, exchange)


def changed_once(run):
    """A webhook that has been changed, and a date long before."""
    hook = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patched(run, hook["WebhookId"], {"Name": run.fresh()})
    condition = {"If-Unmodified-Since": stamps.http_date(exchange.server_time - timedelta(days=2))}
    return arrange.read(run, hook["WebhookId"]), condition


@checks("robust.refused-put")
@bodies
def test_a_refused_put_changes_nothing(run, kind):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = run.target.send("PUT", f"/Webhook/{before['WebhookId']}", body=BAD[kind])

    unchanged_if_refused(run, before, exchange)


@checks("robust.refused-put")
def test_a_put_on_a_condition_is_made_or_refused(run):
    before, condition = changed_once(run)
    body = arrange.rich_hook(run)
    exchange = run.target.send("PUT", f"/Webhook/{before['WebhookId']}", json=body, headers=condition)

    unchanged_if_refused(run, before, exchange)
    if exchange.status < 400:
        expect.member(exchange, "Name", body["Name"], arrange.read(run, before["WebhookId"]))


@checks("robust.refused-save")
@entities
def test_a_refused_save_changes_nothing(run, kind):
    before = arrange.saved(run, arrange.rich_hook(run))
    named = BAD[kind].replace(b"{", b'{"WebhookId": %d, ' % before["WebhookId"], 1)
    exchange = run.target.send("POST", f"{AGENT}/SaveWebhook", body=named)

    unchanged_if_refused(run, before, exchange)


@checks("robust.refused-save")
def test_a_refused_save_creates_nothing(run):
    for members in ({"State": "NoSuchState"}, {"Events": {"a": 1}}, {"WebhookId": "none"}):
        name = run.fresh()  # of each its own: one that is accepted stays
        body = arrange.hook(run, Name=name, **members)
        exchange = run.target.send("POST", f"{AGENT}/SaveWebhook", json=body)
        expect.no_server_error(exchange)
        if exchange.status >= 400:
            left = arrange.named(run, name)
            expect.that(not left, "no webhook left behind", left, exchange)


@checks("robust.refused-delete")
def test_a_delete_on_a_condition_is_made_or_refused(run):
    before, condition = changed_once(run)
    exchange = run.target.send("DELETE", f"/Webhook/{before['WebhookId']}", headers=condition)

    unchanged_if_refused(run, before, exchange)


@checks("robust.safe-methods")
def test_a_get_removes_nothing(run):
    before = arrange.saved(run)
    query = {"webhookId": str(before["WebhookId"])}
    exchange = run.target.send("GET", f"{AGENT}/DeleteWebhook", query=query)

    expect.no_breakdown(exchange)
    arrange.unchanged(run, before, exchange)
