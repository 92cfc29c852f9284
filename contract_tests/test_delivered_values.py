"""Whose values a delivery has: those that its webhook has by then, and nothing of another webhook."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest

from contract_tests.kit import arrange, expect, repeats, signature, values
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.lengthy import LONG, WANTED, strays
from contract_tests.kit.run import Run
from contract_tests.kit.telling import is_told
from contract_tests.kit.values import Members
from contract_tests.kit.verdicts import Blocked, NoAnswer, NotOffered

HEADER, PROPERTY = "X-Told-As", "toldAs"

# ---- after a PATCH


@dataclass(frozen=True, slots=True)
class Renewed:
    """A webhook that heard one event and was patched, what it got, and when it was told of another."""

    mailbox: str
    changes: Members
    since: float

    def delivery(self, run: Run) -> Delivery:
        """The delivery after the change; Blocked when there is none."""
        heard = repeats.deliveries(run, self.mailbox, 2, since=self.since)
        if len(heard) < 2:
            raise run.silence(Blocked("the event after the PATCH was not delivered"))
        return heard[1]


def described(run: Run, word: str) -> dict[str, Any]:
    """The members of a webhook that its deliveries show, with a word in each."""
    return {"Name": run.fresh(word), "Headers": {HEADER: word}, "Properties": {PROPERTY: {"word": word}}}


@armed
def renewed(run: Run) -> Renewed:
    """One event is waited for, so that whatever a server caches is cached; then PATCH, and another."""
    began = time.monotonic()
    hook = arrange.saved(run, **described(run, "first"))
    box, event = arrange.mailbox(hook), hook["Events"][0]
    arrange.signalled(run, event)
    run.delivery(box, since=began)
    changes = described(run, "second")
    arrange.patched(run, hook["WebhookId"], changes)
    since = time.monotonic()
    arrange.signalled(run, event)
    return Renewed(box, changes, since)


@checks("agent.signal.notifies")
def test_a_webhook_that_was_changed_is_told_again(run, renewed):
    is_told(run, renewed.mailbox, 2, renewed.since, "a webhook with new Name, Headers and Properties")


@checks("delivery.custom-headers")
def test_the_next_event_has_the_new_headers(run, renewed):
    expect.header(renewed.delivery(run), HEADER, renewed.changes["Headers"][HEADER])


@checks("delivery.properties")
def test_the_next_event_has_the_new_properties(run, renewed):
    delivery = renewed.delivery(run)

    wanted, body = renewed.changes["Properties"][PROPERTY], expect.members(delivery)
    came = values.anywhere(PROPERTY, body)
    fine = any(values.equal(each, wanted) for each in came)
    expect.that(fine, f"{PROPERTY} {wanted} in the body", came or body, delivery)


@checks("delivery.webhook-name")
def test_the_next_event_has_the_new_name(run, renewed):
    expect.member(renewed.delivery(run), "WebhookName", renewed.changes["Name"])


# ---- of several webhooks that hear one event

PLAIN = ("made before", "made after")
plain = pytest.mark.parametrize("which", PLAIN)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Those without Headers and Properties that heard one event with one that has some, and since when."""

    hooks: dict[str, Members]
    since: float

    def deliveries(self, run: Run, which: str) -> list[Delivery]:
        """What came to one of those without; Blocked when nothing did."""
        mailbox = arrange.mailbox(self.hooks[which])
        run.delivery(mailbox, since=self.since)
        return run.deliveries(mailbox, 2, since=self.since)


@armed
def neighbours(run: Run) -> Neighbours:
    """They hear it twice: the second time is when the first delivery with Headers and Properties was made."""
    event, mine, since = f"{run.entity()}.created", described(run, "only mine"), time.monotonic()
    first = arrange.saved(run, Events=[event], Secret=PLAIN[0])
    rich = arrange.saved(run, Events=[event], Secret="only mine", **mine)
    last = arrange.saved(run, Events=[event], Secret=PLAIN[1])
    arrange.signalled(run, event)
    run.delivery(arrange.mailbox(rich), since=since)
    again = time.monotonic()
    arrange.signalled(run, event)
    return Neighbours(dict(zip(PLAIN, (first, last), strict=True)), again)


@checks("delivery.custom-headers")
@plain
def test_the_headers_of_another_webhook_are_not_sent(run, neighbours, which):
    for delivery in neighbours.deliveries(run, which):
        came = delivery.headers.get(HEADER)
        expect.that(came is None, f"no {HEADER}, a header of another webhook", came, delivery)


@checks("delivery.properties")
@plain
def test_the_properties_of_another_webhook_are_not_in_the_body(run, neighbours, which):
    for delivery in neighbours.deliveries(run, which):
        body = expect.members(delivery)
        there = bool(values.anywhere(PROPERTY, body))
        expect.that(not there, f"no {PROPERTY}, a property of another webhook", body, delivery)


@checks("delivery.webhook-name")
@plain
def test_each_webhook_is_told_its_own_name(run, neighbours, which):
    for delivery in neighbours.deliveries(run, which):
        expect.member(delivery, "WebhookName", neighbours.hooks[which]["Name"])


@checks("delivery.signature")
@plain
def test_each_webhook_is_signed_for_with_its_own_secret(run, neighbours, which):
    for delivery in neighbours.deliveries(run, which):
        expect.header(delivery, signature.HEADER, signature.sign(which, delivery.body))


# ---- a long one


@armed
def lengthy(run: Run) -> tuple[str, float] | None:
    """The mailbox of a webhook with a long text that hears of an event, and since when; None if not kept."""
    body = arrange.hook(run, Properties={PROPERTY: {"word": LONG}})
    try:
        exchange = arrange.make(run, body)
    except NoAnswer:
        return None  # who has read enough may close the connection (RFC 9110, section 15.5.14)
    if not arrange.went_well(exchange):
        return None
    kept = arrange.read(run, expect.webhook_id(exchange)).get("Properties")
    since = time.monotonic()
    arrange.signalled(run, body["Events"][0])
    return (arrange.mailbox(body), since) if values.equal(kept, body["Properties"]) else None


@checks("delivery.properties")
def test_a_long_text_that_was_kept_is_delivered_whole(run, lengthy):
    heard = run.deliveries(lengthy[0], 1, since=lengthy[1]) if lengthy else []
    if not heard:
        raise NotOffered(f"the target neither keeps nor delivers a property of {len(LONG)} characters")

    came = (values.anywhere("word", expect.members(heard[0])) or [None])[0]
    expect.that(came == LONG, f"{PROPERTY}.word, {WANTED}", strays(came), heard[0])
