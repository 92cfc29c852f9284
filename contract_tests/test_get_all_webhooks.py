"""The page "POST Agents/Webhook/GetAllWebhooks": the list and its filters."""

from __future__ import annotations

import pytest
from hypothesis import example
from hypothesis import strategies as st

from contract_tests import samples
from contract_tests.kit import arrange, expect, strategies, values
from contract_tests.kit.clause import checks
from contract_tests.kit.properties import given
from contract_tests.kit.selecting import brings_nothing_along

MANY = 120  # more than the pages that servers like to hide: 20, 25, 50, 100


def listed(run, filters, query=None):
    """GetAllWebhooks with these filters; the exchange."""
    return run.target.send("POST", "/Agents/Webhook/GetAllWebhooks", json=filters, query=query)


def ids(exchange):
    """The ids in a list."""
    __tracebackhide__ = True
    return [each.get("WebhookId") for each in expect.elements(exchange)]


def keeps(exchange, *hooks):
    """The list has these webhooks."""
    __tracebackhide__ = True
    expect.status(exchange, 200)
    missing = {each["WebhookId"] for each in hooks} - set(ids(exchange))
    expect.that(not missing, "every webhook that passes the filter", f"no {sorted(missing)}", exchange)


def drops(exchange, *hooks):
    """The list has none of these webhooks."""
    __tracebackhide__ = True
    expect.status(exchange, 200)
    surplus = {each["WebhookId"] for each in hooks} & set(ids(exchange))
    expect.that(not surplus, "no webhook that fails the filter", f"also {sorted(surplus)}", exchange)


@checks("agent.list.ok")
def test_the_list_is_an_array(run):
    exchange = listed(run, {})

    expect.status(exchange, 200)
    expect.elements(exchange)


@checks("agent.list.shape")
@pytest.mark.parametrize("body", [arrange.hook, arrange.rich_hook], ids=["plain", "rich"])
def test_every_element_has_the_documented_shape(run, body):
    hook = arrange.saved(run, body(run))
    exchange = listed(run, {"NameFilter": hook["Name"]})

    for element in expect.elements(exchange):
        expect.shape(exchange, "#/components/schemas/Webhook", element)
        expect.that(type(element.get("WebhookId")) is int, "an integer WebhookId", element, exchange)


@checks("agent.list.content-type")
def test_the_list_is_json_when_json_is_accepted(run):
    expect.json_content(listed(run, {"NameFilter": run.fresh("nobody")}))


@checks("agent.list.sample")
def test_the_sample_request_is_answered(run):
    path, headers = "/Agents/Webhook/GetAllWebhooks", samples.HEADERS | {"Accept-Language": "sv"}
    exchange = run.target.send("POST", path, json=samples.GET_ALL_REQUEST, headers=headers)

    expect.status(exchange, 200)
    expect.elements(exchange)


@checks("agent.list.agrees")
@pytest.mark.parametrize("body", [arrange.hook, arrange.rich_hook], ids=["plain", "rich"])
def test_the_list_shows_what_was_saved(run, body):
    hook = arrange.saved(run, body(run))
    exchange = listed(run, {"NameFilter": hook["Name"]})

    found = [each for each in expect.elements(exchange) if each.get("WebhookId") == hook["WebhookId"]]
    expect.that(len(found) == 1, f"webhook {hook['WebhookId']} once", f"{len(found)} times", exchange)
    names = [*values.SETTABLE, "Registered"]
    expect.same_members(exchange, hook, found[0], names, when="as it was saved")


@checks("agent.list.agrees")
@pytest.mark.parametrize("form", ["json-patch", "merge-patch"])
def test_the_list_shows_what_was_patched(run, form):
    hook = arrange.saved(run, arrange.rich_hook(run))
    new = {"Secret": "new", "Events": ["sale.changed"], "State": "Stopped", "Headers": {"X-Third": "3"}}
    operations = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in new.items()]
    arrange.patched(run, hook["WebhookId"], operations if form == "json-patch" else new)
    exchange = listed(run, {"NameFilter": hook["Name"]})

    found = [each for each in expect.elements(exchange) if each.get("WebhookId") == hook["WebhookId"]]
    expect.that(len(found) == 1, f"webhook {hook['WebhookId']} once", f"{len(found)} times", exchange)
    for name in ("Secret", "Events", "State"):
        expect.member(exchange, name, new[name], found[0])
    expect.that("X-Third" in (found[0].get("Headers") or {}), "the patched Headers", found[0], exchange)


@checks("agent.list.no-filter")
def test_without_filters_every_webhook_is_listed_once(run):
    # So many that a hidden page of the list would show; stopped, so that nobody calls them.
    crowd = [arrange.saved(run, State="Stopped")["WebhookId"] for _ in range(MANY)]
    exchange = listed(run, {})

    came = ids(exchange)
    missing = sorted(set(crowd) - set(came))
    expect.that(not missing, f"all of the {len(crowd)} webhooks", f"no {missing[:5]}…", exchange)
    twice = sorted(each for each in set(came) if came.count(each) > 1)
    expect.that(not twice, "every webhook once", f"twice {twice[:5]}", exchange)


@checks("agent.list.null-filters")
@pytest.mark.parametrize(
    "filters",
    [
        {"NameFilter": None, "EventFilter": None, "StatusFilter": "Unknown"},
        {"StatusFilter": "Unknown"},
        {"NameFilter": None},
        {"EventFilter": None},
    ],
    ids=["all", "status", "name", "event"],
)
def test_null_and_unknown_filter_nothing(run, filters):
    hooks = arrange.saved(run), arrange.saved(run, State="Stopped")

    keeps(listed(run, filters), *hooks)


@checks("agent.list.name-filter")
@given(examples=8, name=strategies.names)
@example(name="Johns Inc and Sons")
@example(name="Blåbær & 株式会社")
@example(name="100% [a_b] *?")
def test_the_name_filter_keeps_that_name(run, name):
    hook = arrange.saved(run, Name=f"{run.fresh()} {name}")
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
    hook, other = arrange.saved(run, Name=f"{name}{sign}"), arrange.saved(run, Name=f"{name}z")
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
    others = [arrange.saved(run, Events=[event]) for event in events]

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
    arrange.patched(run, hook["WebhookId"], changes)

    for name, value in was.items():
        drops(listed(run, {name: value}), hook)
        keeps(listed(run, {name: now[name]}), hook)


def only(exchange):
    """The one webhook in the list."""
    __tracebackhide__ = True
    elements = expect.elements(exchange)
    expect.that(len(elements) == 1, "the one webhook of that name", elements, exchange)
    return elements[0]


@checks("agent.list.select")
@pytest.mark.parametrize(
    "chosen", ["Name", "name,events", "Name,department,category/id", "TARGETURL,Secret,webhookid"]
)
def test_unselected_members_are_nulled(run, chosen):
    hook = arrange.saved(run, arrange.rich_hook(run))
    exchange = listed(run, {"NameFilter": hook["Name"]}, {"$select": chosen})

    expect.status(exchange, 200)
    names = [name for name in values.SETTABLE if name.lower() in chosen.lower().split(",")]
    expect.selected(exchange, hook, only(exchange), names)


@checks("agent.list.select")
def test_no_name_selects_another_member(run):
    hook = arrange.saved(run, arrange.rich_hook(run))

    brings_nothing_along(lambda query: listed(run, {"NameFilter": hook["Name"]}, query), only)
