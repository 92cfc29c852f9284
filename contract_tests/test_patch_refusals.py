"""The page "PATCH Webhook/{id}": what is refused, and that a refusal changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from contract_tests.kit import arrange, expect, strategies
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import (
    add,
    both_forms,
    holds,
    remove,
    renamed,
    renamed_though_gone,
    replace,
    settles,
)
from contract_tests.kit.properties import given


@checks("webhook.patch.test-holds")
@pytest.mark.parametrize("name", ["Name", "Events", "State", "Secret", "Headers"])
def test_a_test_that_holds_lets_the_update_pass(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    changed = run.fresh()
    target = "Name" if name != "Name" else "Secret"
    changes = [holds(f"/{name}", before[name]), replace(f"/{target}", changed)]

    settles(run, before, changes, **{target: changed})


WRONG = {
    "Name": "another name",
    "Secret": "another secret",
    "State": "Stopped",
    "Events": ["sale.changed"],
    "Headers": {"X-First": "2"},
}


@checks("webhook.patch.test-conflict")
@pytest.mark.parametrize("name", WRONG)
def test_a_test_that_finds_another_value_is_a_conflict(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    changes = [holds(f"/{name}", WRONG[name]), replace("/Name", run.fresh())]

    expect.status(arrange.patch(run, before["WebhookId"], changes), 409)


@checks("webhook.patch.test-conflict")
@given(examples=6, drawn=strategies.names)
def test_a_test_for_any_other_name_is_a_conflict(run, drawn):
    before = arrange.saved(run)
    changes = [holds("/Name", f"not {before['Name']} {drawn}"), replace("/Secret", "s")]

    expect.status(arrange.patch(run, before["WebhookId"], changes), 409)


NEARLY = {
    "text for number": ("/Properties", {"p": {"n": "1", "o": {"q": "r"}}}),
    "truth for number": ("/Properties", {"p": {"n": True, "o": {"q": "r"}}}),
    "truth for number, deep": ("/Properties/p/n", True),
    "text for number, deep": ("/Properties/p/n", "1"),
    "prefix": ("/Name", "A name"),
    "blank behind": ("/Name", "A name of its own "),
    "more": ("/Name", "A name of its own, and more"),
    "fewer events": ("/Events", ["contact.created"]),
    "more events": ("/Events", ["contact.created", "sale.changed", "person.created"]),
    "events in another order": ("/Events", ["sale.changed", "contact.created"]),
    "fewer entries": ("/Headers", {"X-First": "1"}),
    "more entries": ("/Headers", {"X-First": "1", "X-Second": "2", "X-Third": "3"}),
    "deeper": ("/Properties", {"p": {"n": 1, "o": {"q": "s"}}}),
    "null": ("/Name", None),
}


@checks("webhook.patch.test-exact")
@pytest.mark.parametrize("near", NEARLY)
def test_a_value_that_is_only_nearly_the_same_is_refused(run, near):
    path, value = NEARLY[near]
    before = arrange.saved(
        run,
        Name="A name of its own",
        Events=["contact.created", "sale.changed"],
        Headers={"X-First": "1", "X-Second": "2"},
        Properties={"p": {"n": 1, "o": {"q": "r"}}},
    )
    exchange = arrange.patch(run, before["WebhookId"], [holds(path, value), replace("/Secret", "changed")])

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


BLOCKED = {
    "test first": lambda name: [holds("/Name", "no"), replace("/Name", name)],
    "test last": lambda name: [replace("/Name", name), holds("/Name", "no")],
    "test between": lambda name: [replace("/Secret", name), holds("/Name", "no"), replace("/Name", name)],
    "after a test that holds": lambda name: [
        add("/Events/-", "sale.changed"),
        replace("/Name", name),
        holds("/Name", name),
        remove("/Headers"),
        holds("/Secret", "no"),
    ],
}


@checks("webhook.patch.conflict-changes-nothing")
@pytest.mark.parametrize("place", BLOCKED)
def test_a_conflict_changes_nothing(run, place):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], BLOCKED[place](run.fresh()))

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


@checks("webhook.patch.conflict-changes-nothing")
@given(examples=8, changes=st.lists(strategies.changes, min_size=1, max_size=4), place=st.integers(0, 4))
def test_a_conflict_anywhere_in_any_list_changes_nothing(run, changes, place):
    before = arrange.saved(run, arrange.rich_hook(run))
    operations = [replace(f"/{name}", value) for name, value in changes]
    operations.insert(min(place, len(operations)), holds("/Type", "no such type"))
    exchange = arrange.patch(run, before["WebhookId"], operations)

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


# ---- what is refused


@checks("webhook.patch.unsupported-op")
@pytest.mark.parametrize("op", ["move", "copy"])
def test_move_and_copy_are_refused(run, op):
    before = arrange.saved(run, arrange.rich_hook(run))
    changes = [{"op": op, "from": "/Name", "path": "/Secret"}]
    exchange = arrange.patch(run, before["WebhookId"], changes)

    unsupported(exchange)
    arrange.unchanged(run, before, exchange)


def unsupported(exchange):
    """A 4xx, or the status that HTTP has for what is not supported (RFC 9110, section 15.6.2)."""
    __tracebackhide__ = True
    if exchange.status != expect.NOT_IMPLEMENTED:
        expect.refused(exchange)


@checks("webhook.patch.all-or-nothing")
@pytest.mark.parametrize(
    "refused",
    [
        {"op": "move", "from": "/Secret", "path": "/Name"},
        {"op": "copy", "from": "/Secret", "path": "/Name"},
    ],
    ids=lambda operation: operation["op"],
)
def test_what_stands_before_a_refused_operation_is_not_kept(run, refused):
    before = arrange.saved(run, arrange.rich_hook(run))
    changes = [replace("/Name", run.fresh()), add("/Events/-", "sale.changed"), refused]
    exchange = arrange.patch(run, before["WebhookId"], changes)

    unsupported(exchange)
    arrange.unchanged(run, before, exchange)


@checks("webhook.patch.all-or-nothing")
@pytest.mark.parametrize(
    "changes",
    [
        [replace("/Name", "changed"), replace("/State", "NoSuchState")],
        [replace("/Name", "changed"), replace("/Events/99", "sale.changed")],
        [replace("/Name", "changed"), replace("/NoSuchProperty", "x")],
        [replace("/Name", "changed"), {"op": "frobnicate", "path": "/Name", "value": "x"}],
        [replace("/Name", "changed"), {"path": "/Name", "value": "x"}],
        [replace("/Name", "changed"), "not an operation"],
        {"Name": "changed", "State": "NoSuchState"},
        {"Name": "changed", "Events": 7},
        {"Name": "changed", "Headers": "not a dictionary"},
    ],
    ids=[
        "state",
        "index",
        "member",
        "operation",
        "no operation",
        "no object",
        "merged state",
        "merged events",
        "merged headers",
    ],
)
def test_a_patch_is_taken_whole_or_refused_whole(run, changes):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], changes)

    expect.no_server_error(exchange)
    if exchange.status >= 400:
        arrange.unchanged(run, before, exchange)
    else:  # the documents do not say that it is refused
        expect.member(exchange, "Name", "changed", arrange.read(run, before["WebhookId"]))


@checks("webhook.patch.unknown-id")
@both_forms
def test_an_unknown_id_is_not_found(run, form):
    exchange = renamed(run, run.unknown_id, form)

    expect.status(exchange, 404)


@checks("webhook.patch.unknown-id")
@both_forms
def test_the_id_of_a_removed_webhook_is_not_found(run, form):
    hook = arrange.saved(run)
    arrange.deleted(run, hook["WebhookId"])

    expect.status(renamed_though_gone(run, hook, form), 404)
