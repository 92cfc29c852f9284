"""The test event: what is sent to a target to see whether it is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from contract_tests.kit import arrange, expect, signature, ways
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Delivery, Exchange
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import Blocked, NotOffered, Unproved

operations = pytest.mark.parametrize("operation", ways.TESTS)


def told(run: Run, operation: str, **members: Any) -> tuple[Delivery, Mapping[str, Any]]:
    """The test event that an operation sends, and the webhook that it is about."""
    run.require(operation)
    hook = arrange.hook(run, **members)
    exchange = ways.TESTS[operation](run, hook)
    arrived = run.receiver.all(arrange.mailbox(hook))
    if not arrived:
        raise run.silence(Blocked(f"{exchange}, and no test event came"))
    return arrived[0], hook


@checks("delivery.test-event")
@operations
def test_the_test_event_says_what_it_is(run, operation):
    delivery, hook = told(run, operation)

    expect.header(delivery, "X-SuperOffice-Event", "test")
    expect.that(
        delivery.headers.get("X-Hook-Test", "").lower() == "true",
        "header X-Hook-Test: true",
        delivery.headers.get("X-Hook-Test"),
        delivery,
    )
    for name, value in {"Event": "test", "Entity": "test", "PrimaryKey": 0, "Changes": []}.items():
        expect.member(delivery, name, value)
    expect.member(delivery, "WebhookName", hook["Name"])


@checks("delivery.test-event-signed")
@operations
def test_the_test_event_is_signed(run, operation):
    delivery, hook = told(run, operation, Secret="s3cr3t-tested")

    expect.header(delivery, signature.HEADER, signature.sign(hook["Secret"], delivery.body))


# ---- sent by a save


def saved(run: Run, status: int) -> tuple[dict[str, Any], Exchange]:
    """A new webhook whose target answers the test event so; NotOffered where none is sent."""
    hook = arrange.hook(run)
    box = arrange.mailbox(hook)
    run.receiver.answer_pings(box, status)
    exchange = arrange.post(run, hook)
    if not run.receiver.pings(box) and run.lost:
        raise Unproved(run.lost)
    if not run.receiver.pings(box):
        raise NotOffered("the target saves webhooks without a test event to their TargetUrl")
    return hook, exchange


@checks("webhook.post.tries-target")
@pytest.mark.parametrize("status", [500, 404])
def test_a_webhook_with_a_failing_target_is_not_saved(run, status):
    hook, exchange = saved(run, status)

    expect.refused(exchange)
    there = [each for each in arrange.everything(run) if each.get("Name") == hook["Name"]]
    expect.that(not there, "no webhook after a refused POST", there, exchange)


@checks("webhook.post.tries-target")
def test_a_webhook_with_a_good_target_is_saved(run):
    _, exchange = saved(run, 200)

    expect.status(exchange, 200)
