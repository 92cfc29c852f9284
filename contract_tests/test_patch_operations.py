"""The page "PATCH Webhook/{id}": what each operation of a JSON Patch does, and what its path may be."""

from __future__ import annotations

import pytest
from hypothesis import example

from contract_tests.kit import arrange, expect, strategies, values
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import (
    add,
    holds,
    remove,
    replace,
    settles,
)
from contract_tests.kit.properties import given


@checks("webhook.patch.replace")
@given(change=strategies.changes)
@example(change=("Name", "foo"))
@example(change=("State", "Stopped"))
@example(change=("Events", ["sale.changed"]))
def test_replace_gives_a_member_a_new_value(run, change):
    name, value = change
    before = arrange.saved(run, arrange.rich_hook(run))

    settles(run, before, [replace(f"/{name}", value)], **{name: value})


@checks("webhook.patch.add")
@given(change=strategies.changes, examples=8)
@example(change=("Secret", "first"))
def test_add_sets_a_member(run, change):
    name, value = change
    before = arrange.saved(run)
    if name == "Events":  # whether add to an array replaces or appends is not said
        name, value = "Name", "an added name"

    settles(run, before, [add(f"/{name}", value)], **{name: value})


@checks("webhook.patch.append")
@given(examples=6, event=strategies.event_names)
@example(event="sale.changed")
def test_add_at_the_dash_appends_an_event(run, event):
    before = arrange.saved(run, arrange.rich_hook(run))

    settles(run, before, [add("/Events/-", event)], Events=[*before["Events"], event])


# The webhook has two events: the last index is as many as there are (RFC 6902, section 4.1).
@checks("webhook.patch.insert")
@pytest.mark.parametrize("index", [0, 1, 2])
def test_add_at_an_index_inserts(run, index):
    before = arrange.saved(run, arrange.rich_hook(run))
    events = before["Events"]
    changes = [add(f"/Events/{index}", "sale.changed")]

    element_result(run, before, changes, [*events[:index], "sale.changed", *events[index:]])


@checks("webhook.patch.replace-element")
@pytest.mark.parametrize("index", [0, 1])
def test_replace_at_an_index_changes_that_element(run, index):
    before = arrange.saved(run, arrange.rich_hook(run))
    events = list(before["Events"])
    events[index] = "sale.changed"

    element_result(run, before, [replace(f"/Events/{index}", "sale.changed")], events)


@checks("webhook.patch.remove-element")
@pytest.mark.parametrize("index", [0, 1])
def test_remove_at_an_index_takes_out_that_element(run, index):
    before = arrange.saved(run, arrange.rich_hook(run))
    rest = [event for place, event in enumerate(before["Events"]) if place != index]

    element_result(run, before, [remove(f"/Events/{index}")], rest)


@checks("webhook.patch.remove-element")
def test_remove_at_an_index_goes_by_the_index(run):
    twice = ["sale.changed", "contact.created", "sale.changed"]
    exchange = arrange.make(run, arrange.hook(run, Events=twice))
    if 400 <= exchange.status < 500:
        return  # a server may refuse that
    before = expect.members(exchange)
    if before.get("Events") != twice:
        return  # or keep each event once

    element_result(run, before, [remove("/Events/2")], twice[:2])


def element_result(run, before, changes, events):
    """PATCH an element: the events are those, or the PATCH is refused and nothing has changed."""
    __tracebackhide__ = True
    exchange = arrange.patch(run, before["WebhookId"], changes)
    if 400 <= exchange.status < 500:
        arrange.unchanged(run, before, exchange)
        return
    expect.status(exchange, 200)
    expect.member(exchange, "Events", events)
    expect.member(exchange, "Events", events, arrange.read(run, before["WebhookId"]))


@checks("webhook.patch.remove")
@pytest.mark.parametrize("name", ["Secret", "Headers", "Properties"])
def test_remove_empties_a_member(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], [remove(f"/{name}")])

    expect.status(exchange, 200)
    stored = arrange.read(run, before["WebhookId"])
    expect.emptied(exchange, name, expect.members(exchange))
    expect.emptied(exchange, name, stored)
    others = [each for each in values.SETTABLE if each != name]
    expect.same_members(exchange, before, stored, others, when="as before")


@checks("webhook.patch.dictionary-entry")
@pytest.mark.parametrize(
    ("changes", "headers"),
    [
        ([replace("/Headers/X-First", "9")], {"X-First": "9", "X-Second": "2"}),
        ([add("/Headers/X-Third", "3")], {"X-First": "1", "X-Second": "2", "X-Third": "3"}),
        ([add("/Headers/X-First", "3")], {"X-First": "3", "X-Second": "2"}),
        ([remove("/Headers/X-First")], {"X-Second": "2"}),
        ([add("headers/X-Third", "3")], {"X-First": "1", "X-Second": "2", "X-Third": "3"}),
    ],
    ids=["replace", "add", "add again", "remove", "add below a member in lower case"],
)
def test_a_path_names_one_entry_of_a_dictionary(run, changes, headers):
    before = arrange.saved(run, arrange.rich_hook(run))

    settles(run, before, changes, Headers=headers)


@checks("webhook.patch.dictionary-entry")
@pytest.mark.parametrize("name", ["fieldName", "FIELD_NAME"])
def test_a_path_names_one_entry_of_the_properties(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    value = {"innerName": "Value"}

    settles(
        run, before, [add(f"/Properties/{name}", value)], Properties={**before["Properties"], name: value}
    )


@checks("webhook.patch.escapes")
@pytest.mark.parametrize(
    ("escaped", "name"),
    [("a~1b", "a/b"), ("m~0n", "m~n"), ("x~01y", "x~1y"), ("a~1b~1c~0d~0e", "a/b/c~d~e"), ("a%20b", "a%20b")],
    ids=["slash", "tilde", "both", "several", "no URL"],
)
def test_escapes_stand_for_slash_and_tilde(run, escaped, name):
    properties = {"plain": {"stays": "here"}, name: {"old": "value"}}
    before = arrange.taken(run, Properties=properties)
    if before is None:
        return
    # `add` sets an entry that is there, and where a path is misread it shows as another entry.
    exchange = arrange.patch(run, before["WebhookId"], [add(f"/Properties/{escaped}", {"new": "value"})])

    if 400 <= exchange.status < 500:
        arrange.unchanged(run, before, exchange)
        return
    expect.status(exchange, 200)
    expect.member(exchange, "Properties", properties | {name: {"new": "value"}})


@checks("webhook.patch.path-any-case")
@pytest.mark.parametrize("path", ["/name", "/NAME", "/nAmE", "/Name"])
def test_the_path_is_taken_in_any_letter_case(run, path):
    before = arrange.saved(run)
    name = run.fresh()

    settles(run, before, [replace(path, name)], Name=name)


@checks("webhook.patch.path-any-case")
@pytest.mark.parametrize("path", ["/events/-", "/EVENTS/-"])
def test_a_path_into_an_array_is_taken_in_any_letter_case(run, path):
    before = arrange.saved(run)

    settles(run, before, [add(path, "sale.changed")], Events=[*before["Events"], "sale.changed"])


@checks("webhook.patch.path-any-case")
@pytest.mark.parametrize("member", ["name", "NAME"])
def test_a_merged_member_is_taken_in_any_letter_case(run, member):
    before = arrange.saved(run)
    name = run.fresh()

    settles(run, before, {member: name}, Name=name)


@checks("webhook.patch.path-without-slash")
@pytest.mark.parametrize("path", ["Name", "name"])
def test_the_leading_slash_is_optional(run, path):
    before = arrange.saved(run)
    name = run.fresh()

    settles(run, before, [replace(path, name)], Name=name)


@checks("webhook.patch.path-without-slash")
def test_the_leading_slash_is_optional_before_a_longer_path(run):
    before = arrange.saved(run)

    settles(run, before, [add("Events/-", "sale.changed")], Events=[*before["Events"], "sale.changed"])


@checks("webhook.patch.in-order")
def test_operations_build_on_each_other(run):
    before = arrange.saved(run)
    first, second = run.fresh(), run.fresh()
    changes = [replace("/Name", first), holds("/Name", first), replace("/Name", second)]

    settles(run, before, changes, Name=second)


@checks("webhook.patch.in-order")
def test_appended_events_come_in_the_order_of_the_operations(run):
    before = arrange.saved(run)
    added = ["sale.changed", "contact.created", "person.deleted"]

    settles(run, before, [add("/Events/-", each) for each in added], Events=[*before["Events"], *added])
