"""The page "POST Agents/Webhook/SignalEvent": who is told of an event, and how often."""

from __future__ import annotations

import time
from dataclasses import dataclass

from hypothesis import example

from contract_tests import samples
from contract_tests.kit import arrange, expect, strategies
from contract_tests.kit.arming import armed, last
from contract_tests.kit.clause import checks
from contract_tests.kit.ordinary import is_ordinary
from contract_tests.kit.properties import given
from contract_tests.kit.run import Run
from contract_tests.kit.values import Members
from contract_tests.kit.verdicts import Blocked, ContractViolation, NotOffered, Unproved


@checks("agent.signal.no-content")
@given(
    examples=8, event=strategies.event_names, key=strategies.primary_keys, data=strategies.loose_properties
)
@example(event="contact.created", key=0, data={})
@example(event="button.clicked", key=2**31 - 1, data={"fieldName": {}})
def test_a_signal_is_answered_without_content(run, event, key, data):
    exchange = arrange.signal(run, f"{run.tag}{event}", key, data)

    # Names are made of an entity and what happened to it; whether others are taken is not said.
    is_odd = "." not in event or not is_ordinary("Data", data)
    if is_odd and 400 <= exchange.status < 500:
        return
    expect.status(exchange, 204)
    expect.no_body(exchange)


@checks("agent.signal.sample")
def test_the_sample_request_is_answered(run):
    path = "/Agents/Webhook/SignalEvent"
    body = samples.signal(run.tag)
    exchange = run.target.send("POST", path, json=body, headers=samples.HEADERS)
    if 400 <= exchange.status < 500:  # the sample's event name has blanks and a comma
        plain = body | {"EventName": f"{run.tag}murazik.created"}
        exchange = run.target.send("POST", path, json=plain)

    expect.status(exchange, 204)


@checks("agent.signal.select")
def test_a_selection_changes_nothing_about_a_signal(run):
    body = {"EventName": f"{run.entity()}.listens", "PrimaryKey": 1, "Data": {}}
    query = {"$select": "name,department,category/id"}
    exchange = run.target.send("POST", "/Agents/Webhook/SignalEvent", json=body, query=query)

    expect.status(exchange, 204)


@checks("agent.signal.nobody-listens")
def test_an_event_that_nobody_listens_for_is_answered_too(run):
    exchange = arrange.signal(run, f"{run.entity()}.listens")

    expect.status(exchange, 204)


# ---- the audience of one event


@dataclass(frozen=True, slots=True)
class Audience:
    """Who listened and who did not when the event was signalled."""

    event: str
    since: float
    listeners: tuple[Members, ...]
    twins: tuple[Members, ...]
    others: tuple[Members, ...]
    stopped: tuple[Members, ...]


@armed
def audience(run: Run) -> Audience:
    """One event, webhooks that listen for it in several ways, and webhooks that nearly do."""
    entity = run.entity()
    event = f"{entity}.created"
    near = (f"{entity}.createdagain", entity, f"x{event}", f"{entity}.changed", f"{event}.more", "created")
    listeners = (
        [event],
        [event],
        ["contact.created", event],
        [event, "sale.changed"],
        [f"{entity}.deleted", event, "sale.changed"],
    )
    shared = run.receiver.url + run.mailbox()
    heard = Audience(
        event,
        time.monotonic(),
        tuple(arrange.saved(run, Events=events) for events in listeners),
        tuple(arrange.saved(run, Events=[event], TargetUrl=shared) for _ in range(2)),
        tuple(arrange.saved(run, Events=[each]) for each in near),
        tuple(arrange.saved(run, Events=[event], State="Stopped") for _ in range(2)),
    )
    arrange.signalled(run, event, 42, {"name": "x"})
    return heard


def silent(run: Run, hooks: tuple[Members, ...], since: float, why: str) -> None:
    """None of the webhooks was told of anything."""
    __tracebackhide__ = True
    for hook in hooks:
        heard = run.settled(arrange.mailbox(hook), since=since)
        if heard:
            raise ContractViolation(f"no delivery to a webhook {why}", heard[0].event, heard[0])


@checks("agent.signal.notifies")
def test_a_listener_gets_a_post(run, audience):
    box = arrange.mailbox(audience.listeners[0])
    heard = run.deliveries(box, 1, since=audience.since)
    if not heard:
        lacking = ContractViolation(
            f"a delivery of {audience.event} within {run.wait:g} s", "none", run.target.recent[-1]
        )
        raise run.silence(lacking)

    expect.that(heard[0].method == "POST", "the method POST", heard[0].method, heard[0])


@checks("agent.signal.notifies-all")
def test_all_listeners_are_notified(run, audience):
    boxes = [arrange.mailbox(hook) for hook in audience.listeners]
    heard = [run.deliveries(box, 1, since=audience.since) for box in boxes]
    if not any(heard):
        raise run.silence(Blocked("nothing was delivered to any webhook"))

    missed = [hook["Events"] for hook, each in zip(audience.listeners, heard, strict=True) if not each]
    expect.that(not missed, f"a delivery to each listener of {audience.event}", f"none for Events {missed}")


@checks("agent.signal.notifies-all")
def test_two_webhooks_with_one_target_are_both_notified(run, audience):
    box = arrange.mailbox(audience.twins[0])
    run.delivery(box, since=audience.since)

    heard = run.deliveries(box, 2, since=audience.since)
    # More than two are a matter of how often each of them is told.
    expect.that(len(heard) >= 2, "two deliveries to the target that two webhooks share", len(heard), heard[0])


@checks("agent.signal.notifies-listeners-only")
def test_nobody_else_is_notified(run, audience):
    run.delivery(arrange.mailbox(audience.listeners[0]), since=audience.since)

    silent(run, audience.others, audience.since, f"that does not listen for {audience.event}")


@checks("agent.signal.stopped-is-silent")
def test_a_stopped_webhook_gets_nothing(run, audience):
    run.delivery(arrange.mailbox(audience.listeners[0]), since=audience.since)

    silent(run, audience.stopped, audience.since, "that is Stopped")


@checks("agent.signal.once")
def test_a_listener_that_answers_200_is_told_once(run, audience):
    run.delivery(arrange.mailbox(audience.listeners[0]), since=audience.since)

    for hook in audience.listeners:
        heard = run.settled(arrange.mailbox(hook), since=audience.since)
        if len(heard) > 1:
            raise ContractViolation("one delivery", f"{len(heard)} deliveries", heard[-1])


# ---- a webhook that is no HTTP POST


@armed
def scripted(run: Run) -> tuple[Members, Members, float]:
    """One event, a webhook of the type crmscript whose target could be posted to, and one that is."""
    script = arrange.kept(run, Type="crmscript")
    if script is None:
        raise NotOffered("the target keeps no crmscript whose TargetUrl is a URL")
    hook, since = arrange.saved(run, Events=script["Events"]), time.monotonic()
    arrange.signalled(run, script["Events"][0])
    return script, hook, since


@checks("agent.signal.notifies-listeners-only")
def test_what_invokes_a_script_gets_no_post(run, scripted):
    script, hook, since = scripted
    run.delivery(arrange.mailbox(hook), since=since)

    silent(run, (script,), since, "of the type crmscript, which invokes a script")


# ---- a target that is slow

SLOW = 4.0  # seconds; a signal that takes most of it has waited for the target


@last
@checks("agent.signal.does-not-wait")
def test_a_signal_does_not_wait_for_its_targets(run):
    box = run.mailbox()
    run.receiver.delay(box, SLOW)
    hook = arrange.saved(run, TargetUrl=run.receiver.url + box)
    if run.lost:
        raise Unproved(run.lost)
    began = time.monotonic()
    arrange.signalled(run, hook["Events"][0])
    took = time.monotonic() - began

    expect.that(
        took < SLOW * 0.75, f"an answer before the target's after {SLOW:g} s", f"one after {took:.1f} s"
    )
