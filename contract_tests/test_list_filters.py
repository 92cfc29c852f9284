"""The page "POST Agents/Webhook/GetAllWebhooks": the filters of the list."""

from __future__ import annotations

import pytest
from hypothesis import example
from hypothesis import strategies as st

from contract_tests.kit import arrange, expect, strategies
from contract_tests.kit.clause import checks
from contract_tests.kit.lists import drops, keeps, listed
from contract_tests.kit.properties import given
from contract_tests.kit.verdicts import NotOffered


@checks("agent.list.name-filter")
@given(examples=8, name=strategies.names)
@example(name="Johns Inc and Sons")
@example(name="Blåbær & 株式会社")
@example(name="100% [a_b] *?")
def test_the_name_filter_keeps_that_name(run, name):
    hook = arrange.taken(run, Name=f"{run.fresh()} {name}")
    if hook is None:
        return  # a server may have rules of its own for names
    other = arrange.saved(run, Name=f"{run.fresh('other')} quite another")
    exchange = listed(run, {"NameFilter": hook["Name"]})

    keeps(exchange, hook)
    drops(exchange, other)


@checks("agent.list.name-filter")
def test_a_name_that_nobody_has_lists_nothing(run):
    exchange = listed(run, {"NameFilter": run.fresh("nobody")})

    expect.status(exchange, 200)
    expect.that(not expect.elements(exchange), "an empty array", expect.elements(exchange), exchange)


@checks("agent.list.name-filter-whole")
def test_part_of_a_name_is_another_name(run):
    name = run.fresh("middle") + "z"
    longer = [arrange.saved(run, Name=each) for each in (f"{name} b", f"a {name}", f"a {name} b")]

    drops(listed(run, {"NameFilter": name}), *longer)


@checks("agent.list.name-filter-whole")
@pytest.mark.parametrize("sign", ["%", "_", "*", "?", "[z]", "."])
def test_a_name_is_no_pattern(run, sign):
    name = run.fresh()
    hook, other = arrange.taken(run, Name=f"{name}{sign}"), arrange.saved(run, Name=f"{name}z")
    if hook is None:
        raise NotOffered(f"the target refuses a Name with {sign}")
    exchange = listed(run, {"NameFilter": hook["Name"]})

    keeps(exchange, hook)
    drops(exchange, other)


@checks("agent.list.event-filter")
@given(examples=8, events=strategies.event_lists, place=st.integers(0, 5))
@example(events=["contact.created", "sale.changed"], place=1)
@example(events=["contact.created", "sale.changed"], place=0)
def test_the_event_filter_keeps_the_listeners(run, events, place):
    event = f"{run.entity()}.created"
    listener = arrange.saved(run, Events=[*events[:place], event, *events[place:]])
    other = arrange.saved(run, Events=events)
    exchange = listed(run, {"EventFilter": event})

    keeps(exchange, listener)
    drops(exchange, other)


@checks("agent.list.event-filter-whole")
def test_part_of_an_event_name_is_another_event(run):
    entity = run.entity()
    events = [f"{entity}.createdagain", f"x{entity}.created", entity, f"{entity}xcreated", f"{entity}.*"]
    others = filter(None, [arrange.taken(run, Events=[event]) for event in events])

    drops(listed(run, {"EventFilter": f"{entity}.created"}), *others)


@checks("agent.list.status-filter")
@pytest.mark.parametrize(("state", "other"), [("Active", "Stopped"), ("Stopped", "Active")])
def test_the_status_filter_keeps_that_state(run, state, other):
    hook, another = arrange.saved(run, State=state), arrange.saved(run, State=other)
    exchange = listed(run, {"StatusFilter": state})

    keeps(exchange, hook)
    drops(exchange, another)


@checks("agent.list.status-filter")
def test_a_state_that_nobody_has_lists_nobody(run):
    hooks = arrange.saved(run), arrange.saved(run, State="Stopped")

    drops(listed(run, {"StatusFilter": "TooManyErrors"}), *hooks)


@checks("agent.list.status-filter")
@pytest.mark.parametrize("state", ["Active", "Stopped"])
def test_a_webhook_with_too_many_errors_is_neither_active_nor_stopped(run, state):
    hook = arrange.kept(run, State="TooManyErrors")
    if hook is None:
        raise NotOffered("the target lets nobody set TooManyErrors")

    keeps(listed(run, {"StatusFilter": "TooManyErrors"}), hook)
    drops(listed(run, {"StatusFilter": state}), hook)


@checks("agent.list.filters-combine")
@pytest.mark.parametrize("left_out", [None, "NameFilter", "EventFilter", "StatusFilter"])
def test_filters_together_keep_what_each_of_them_keeps(run, left_out):
    name, event = run.fresh(), f"{run.entity()}.created"
    fits = {"Name": name, "Events": [event], "State": "Stopped"}
    hook = arrange.saved(run, **fits)
    misses = {
        "NameFilter": arrange.saved(run, **fits | {"Name": run.fresh("another")}),
        "EventFilter": arrange.saved(run, **fits | {"Events": ["sale.changed"]}),
        "StatusFilter": arrange.saved(run, **fits | {"State": "Active"}),
    }
    every = {"NameFilter": name, "EventFilter": event, "StatusFilter": "Stopped"}
    exchange = listed(run, {key: value for key, value in every.items() if key != left_out})

    keeps(exchange, hook)
    drops(exchange, *(each for key, each in misses.items() if key != left_out))


@checks("agent.list.filters-follow-changes")
def test_filters_look_at_the_webhook_as_it_is_now(run):
    event = f"{run.entity()}.created"
    hook = arrange.saved(run)
    was = {"NameFilter": hook["Name"], "EventFilter": hook["Events"][0], "StatusFilter": "Active"}
    now = {"NameFilter": run.fresh("renamed"), "EventFilter": event, "StatusFilter": "Stopped"}
    changes = {"Name": now["NameFilter"], "Events": [event], "State": "Stopped"}
    for name, value in [*was.items(), *now.items()]:
        listed(run, {name: value})  # whatever is cached is cached
    arrange.patched(run, hook["WebhookId"], changes)

    for name, value in was.items():
        drops(listed(run, {name: value}), hook)
        keeps(listed(run, {name: now[name]}), hook)
