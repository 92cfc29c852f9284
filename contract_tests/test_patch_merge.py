"""The page "PATCH Webhook/{id}": what a merge patch does."""

from __future__ import annotations

import pytest
from hypothesis import example
from hypothesis import strategies as st

from contract_tests.kit import arrange, expect, strategies, values
from contract_tests.kit.clause import checks
from contract_tests.kit.ordinary import refused_as_odd
from contract_tests.kit.patches import (
    replace,
    settles,
)
from contract_tests.kit.properties import given


@checks("webhook.patch.merge")
@given(change=strategies.changes)
@example(change=("Name", "foo"))
@example(change=("State", "Stopped"))
@example(change=("Secret", "new"))
def test_a_merge_patch_gives_a_member_its_new_value(run, change):
    name, value = change
    before = arrange.saved(run)

    settles(run, before, {name: value}, **{name: value})


@checks("webhook.patch.merge")
def test_a_merge_patch_changes_several_members_at_once(run):
    before = arrange.saved(run, arrange.rich_hook(run))
    changes = {"Name": run.fresh(), "Secret": "other", "State": "Stopped"}

    settles(run, before, changes, **changes)


@checks("webhook.patch.merge")
@pytest.mark.parametrize("name", ["Secret", "ErrorsEmail"])
def test_an_accepted_empty_text_is_a_value_too(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], {name: ""})
    if 400 <= exchange.status < 500:
        arrange.unchanged(run, before, exchange)
        return

    expect.status(exchange, 200)
    expect.emptied(exchange, name, arrange.read(run, before["WebhookId"]))


@checks("webhook.patch.merge-array")
@given(examples=6, events=strategies.event_lists)
@example(events=["sale.changed"])
def test_a_merged_array_replaces_the_whole_array(run, events):
    before = arrange.saved(run, arrange.rich_hook(run))

    settles(run, before, {"Events": events}, Events=events)


@checks("webhook.patch.merge-null")
@pytest.mark.parametrize("name", ["Secret", "Headers", "Properties"])
def test_a_merged_null_empties_the_member(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], {name: None})

    expect.status(exchange, 200)
    expect.emptied(exchange, name, expect.members(exchange))
    expect.emptied(exchange, name, arrange.read(run, before["WebhookId"]))


@checks("webhook.patch.merge-nested")
def test_a_merged_object_sets_the_entries_it_names(run):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], {"Headers": {"X-First": "9", "X-Third": "3"}})

    expect.status(exchange, 200)
    stored = arrange.read(run, before["WebhookId"]).get("Headers")
    replaced = {"X-First": "9", "X-Third": "3"}
    merged = {"X-First": "9", "X-Second": "2", "X-Third": "3"}
    expect.that(stored in (replaced, merged), f"Headers {replaced} or {merged}", stored, exchange)


NEARLY_NOTHING = {"zero": 0, "false": False, "text": ""}


@checks("webhook.patch.merge-nested")
@pytest.mark.parametrize("new", [NEARLY_NOTHING, {"p": NEARLY_NOTHING}], ids=["at the top", "deeper"])
def test_accepted_values_that_are_nearly_nothing_are_set(run, new):
    before = arrange.saved(run, Properties={name: {"zero": "was here"} for name in new})
    exchange = arrange.patch(run, before["WebhookId"], {"Properties": new})
    if 400 <= exchange.status < 500:
        arrange.unchanged(run, before, exchange)
        return

    expect.status(exchange, 200)
    expect.member(exchange, "Properties", new, arrange.read(run, before["WebhookId"]))


@checks("webhook.patch.forms-agree")
@given(
    examples=10, changes=st.lists(strategies.changes, min_size=1, max_size=4, unique_by=lambda pair: pair[0])
)
@example(changes=[("Name", "foo")])
def test_both_forms_of_a_patch_have_one_result(run, changes):
    body = arrange.hook(run, Secret="old")
    one, other = arrange.saved(run, body), arrange.saved(run, body)
    by_list = arrange.patch(run, one["WebhookId"], [replace(f"/{name}", value) for name, value in changes])
    by_merge = arrange.patch(run, other["WebhookId"], dict(changes))

    if refused_as_odd(by_list, dict(changes)):
        expect.refused(by_merge)
        return
    expect.status(by_merge, by_list.status)
    answers = expect.members(by_list), expect.members(by_merge)
    expect.same_members(by_merge, *answers, values.SETTABLE, when="as the JSON Patch has it")
    stored = [arrange.read(run, each["WebhookId"]) for each in (one, other)]
    expect.same_members(by_merge, stored[0], stored[1], values.SETTABLE, when="as the JSON Patch has it")
