"""What happens to a delivery that fails: how often it is tried, and what remains of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from contract_tests.kit import arrange, expect, repeats, signature, stamps, values, ways
from contract_tests.kit.arming import harmful
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Delivery, Exchange
from contract_tests.kit.repeats import RETRY
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import Blocked, ContractViolation, NotOffered

PAUSES = 1.0, 4.0  # seconds, about
EARLY, LATE = (0.3, 0.5), (2.5, 4.0)  # shares of them, and seconds more on a machine that may be busy
SECRET = "tried-again"
HEADERS = {"X-Attempt-Of": "a delivery that fails"}
PROPERTIES = {"attemptOf": {"what": "a delivery that fails"}}


def failing_hook(run: Run, statuses: list[int]) -> tuple[dict[str, Any], float]:
    """A webhook whose target answers so, told of an event; and since when."""
    box = run.mailbox()
    run.receiver.answer(box, statuses)
    known_by = {"Secret": SECRET, "Headers": HEADERS, "Properties": PROPERTIES}
    hook = arrange.saved(run, TargetUrl=run.receiver.url + box, **known_by)
    since = time.monotonic()
    arrange.signalled(run, hook["Events"][0])
    return hook, since


@harmful
def failing(run: Run) -> tuple[dict[str, Any], float]:
    """A webhook whose target always fails, in ways that no page tells apart: a success is a 200."""
    return failing_hook(run, [503, 404, 500])


@harmful
def recovering(run: Run) -> tuple[dict[str, Any], float]:
    """A webhook whose target fails once."""
    return failing_hook(run, [500, 200])


def attempts(run: Run, failing: tuple[dict[str, Any], float], count: int) -> list[Delivery]:
    """So many attempts of a delivery; Blocked when there is not even one."""
    hook, since = failing
    heard = repeats.deliveries(run, arrange.mailbox(hook), count, since=since, within=repeats.soon(run))
    if not heard:
        raise run.silence(Blocked("nothing was delivered"))
    expect.that(len(heard) >= count, f"{count} attempts", f"{len(heard)} within {run.wait:g} s", heard[-1])
    return heard


def one_event_id(heard: Sequence[Delivery]) -> None:
    """The EventId stays what it is, in the header and in the body; whether these agree is asked elsewhere."""
    __tracebackhide__ = True
    for place, name in enumerate(("X-SuperOffice-EventId", "EventId in the body")):
        ids = [str(expect.event_ids(each)[place]) for each in heard]
        expect.that(len(set(ids)) == 1, f"one {name} in all attempts", ids, heard[-1])


@checks("delivery.retry")
def test_a_failed_delivery_is_attempted_three_times(run, failing):
    first, second, third = attempts(run, failing, 3)[:3]

    one_event_id((first, second, third))
    pauses = second.at - first.at, third.at - second.at
    about = [run.scaled(each) for each in PAUSES]
    fine = (
        early * wanted <= came <= wanted + late
        for wanted, came, early, late in zip(about, pauses, EARLY, LATE, strict=True)
    )
    if not all(fine):
        wanted = " s and ".join(f"{each:g}" for each in about)
        raise ContractViolation(f"pauses of about {wanted} s", f"{pauses[0]:.2g} s, {pauses[1]:.2g} s", third)


@checks("delivery.retry-count")
def test_attempts_are_counted(run, failing):
    first, second, third = attempts(run, failing, 3)[:3]

    expect.that(first.headers.get(RETRY, "0") == "0", f"no {RETRY}, or 0", first.headers.get(RETRY), first)
    expect.header(second, RETRY, "1")
    expect.header(third, RETRY, "2")


def all_attempts(run: Run, failing: tuple[dict[str, Any], float]) -> list[Delivery]:
    """Whatever attempts come, one at least: how many there are to be is asked elsewhere."""
    hook, since = failing
    run.delivery(arrange.mailbox(hook), since=since)
    return run.deliveries(arrange.mailbox(hook), 3, since=since)


@checks("delivery.signature")
def test_every_attempt_is_signed(run, failing):
    for attempt in all_attempts(run, failing):
        expect.header(attempt, signature.HEADER, signature.sign(SECRET, attempt.body))


@checks("delivery.custom-headers")
@pytest.mark.parametrize("name", HEADERS)
def test_every_attempt_has_the_headers_of_the_webhook(run, failing, name):
    for attempt in all_attempts(run, failing):
        expect.header(attempt, name, HEADERS[name])


@checks("delivery.properties")
@pytest.mark.parametrize("name", PROPERTIES)
def test_every_attempt_has_the_properties_of_the_webhook(run, failing, name):
    for attempt in all_attempts(run, failing):
        body = expect.members(attempt)
        came = values.anywhere(name, body)
        fine = any(values.equal(each, PROPERTIES[name]) for each in came)
        expect.that(fine, f"{name} {PROPERTIES[name]} in the body", came or body, attempt)


@checks("delivery.webhook-name")
def test_every_attempt_has_the_name_of_the_webhook(run, failing):
    for attempt in all_attempts(run, failing):
        expect.member(attempt, "WebhookName", failing[0]["Name"])


@checks("delivery.success-ends-attempts")
def test_a_success_ends_the_attempts(run, recovering):
    attempts(run, recovering, 2)
    hook, since = recovering
    # The third attempt would come about five seconds after the first.
    time.sleep(max(0.0, since + run.scaled(sum(PAUSES)) + LATE[0] - time.monotonic()))
    heard = repeats.distinct(run.receiver.events(arrange.mailbox(hook)), repeats.soon(run))

    expect.that(len(heard) == 2, "two attempts", f"{len(heard)}", heard[-1])


@checks("delivery.last-error")
def test_the_last_error_is_told(run, failing):
    attempts(run, failing, 3)

    fine, exchange = told_of(run, failing[0], bool)
    expect.that(fine, "a text about the failed attempt", expect.json(exchange), exchange)


@checks("delivery.last-error")
def test_the_last_error_is_that_of_the_last_attempt(run, failing):
    heard = attempts(run, failing, 3)
    earlier = [each for each in heard if each.status != heard[-1].status]

    # Which part of the answer is told, and how, is open: only what is surely about another attempt is wrong.
    def is_about_the_last(text: object) -> bool:
        return tells(text, heard[-1]) or not any(tells(text, each) for each in earlier)

    fine, exchange = told_of(run, failing[0], is_about_the_last)
    expect.that(
        fine, f"a text about the last attempt, answered {heard[-1].status}", expect.json(exchange), exchange
    )


def told_of(run: Run, hook: dict[str, Any], is_fine: Callable[[Any], bool]) -> tuple[bool, Exchange]:
    """Whether GetLastError tells what it should, once the last attempt has been counted."""
    for _ in range(10):
        exchange = ways.last_error(run, hook["WebhookId"])
        expect.status(exchange, 200)
        if is_fine(expect.json(exchange)):
            return True, exchange
        time.sleep(0.2)  # an attempt is counted after its answer
    return False, exchange


def tells(text: object, attempt: Delivery) -> bool:
    """True when a text has the number, the phrase or the Date of what the attempt was answered with."""
    words = re.sub(r"[^a-z0-9]+", " ", str(text).lower()).split()
    phrase = HTTPStatus(attempt.status).phrase.lower()
    dates = [stamps.http_date(attempt.received + timedelta(seconds=each)) for each in (0, 1)]
    is_named = str(attempt.status) in words or phrase in " ".join(words)
    return is_named or any(each in str(text) for each in dates)


# ---- a webhook that is stopped meanwhile

ON_ITS_WAY = 2.0  # seconds in which an attempt that was due when the webhook was stopped may arrive


@harmful
def halted(run: Run) -> tuple[dict[str, Any], float]:
    """A webhook that was stopped when its first attempt had failed; and when the target said so."""
    hook, since = failing_hook(run, [500])
    run.delivery(arrange.mailbox(hook), since=since)
    arrange.patched(run, hook["WebhookId"], {"State": "Stopped"})
    return hook, time.monotonic()


@checks("delivery.stop-ends-attempts")
def test_a_webhook_that_was_stopped_gets_no_further_attempts(run, halted):
    hook, stopped = halted
    time.sleep(max(0.0, stopped + run.scaled(sum(PAUSES)) + ON_ITS_WAY / 2 - time.monotonic()))
    late = [each for each in run.receiver.events(arrange.mailbox(hook)) if each.at > stopped + ON_ITS_WAY]

    if late:
        came = f"one {late[0].at - stopped:.1f} s after it was stopped"
        raise ContractViolation("no attempt for a webhook that is Stopped", came, late[0])


# ---- what is counted

COUNTERS = ("TotalCalls", "TotalErrors", "ConsecutiveErrors")


def counted(run: Run, hook: dict[str, Any], expected: Callable[[dict[str, int]], bool], wanted: str) -> None:
    """The counters of a webhook are as expected, once an attempt that was answered has been counted."""
    came: dict[str, Any] = {}
    for _ in range(10):
        shown = arrange.read(run, hook["WebhookId"])
        came = {name: values.whole(shown.get(name)) for name in COUNTERS}
        if all(type(value) is int for value in came.values()) and expected(came):
            return
        time.sleep(0.2)
    expect.that(False, wanted, came, run.target.recent[-1])


def has_counters(run: Run) -> None:
    """NotOffered where webhooks are older than their counters."""
    if not run.members.issuperset(COUNTERS):
        raise NotOffered("the target's webhooks have no TotalCalls, TotalErrors and ConsecutiveErrors")


@checks("delivery.counters")
def test_a_success_ends_the_errors_in_a_row(run, recovering):
    has_counters(run)
    attempts(run, recovering, 2)

    counted(
        run,
        recovering[0],
        lambda came: came["TotalCalls"] >= 1 and came["ConsecutiveErrors"] == 0,
        "TotalCalls and no ConsecutiveErrors after a failure and a success",
    )


@checks("delivery.counters")
def test_errors_are_counted(run, failing):
    has_counters(run)
    attempts(run, failing, 3)

    counted(
        run,
        failing[0],
        lambda came: 1 <= came["TotalErrors"] <= came["TotalCalls"] and came["ConsecutiveErrors"] >= 1,
        "TotalErrors, ConsecutiveErrors and as many TotalCalls after three failures",
    )
