"""The page "PATCH Webhook/{id}", with webhooks that are some seconds old: what stamps can only show then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contract_tests.kit import arrange, expect, stamps
from contract_tests.kit.ageing import Aged, grow_old, make, moved_on
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import (
    FORMS,
    both_forms,
    holds,
    renamed,
    renamed_unless_changed,
    replace,
)
from contract_tests.kit.run import Run
from contract_tests.kit.values import IDENTITY


@armed
def aged(run: Run) -> dict[str, Aged]:
    """A webhook for each check below."""
    return {
        f"{use} {form}": make(run) for use in ("condition", "stamps", "conflict", "stale") for form in FORMS
    }


@checks("webhook.patch.stale-counts-updates")
@both_forms
def test_a_condition_between_creation_and_change_is_stale(run, aged, form):
    old = aged[f"condition {form}"]
    grow_old(run, old)
    exchange = arrange.patched(run, old.id, {"Name": run.fresh()})
    hook = arrange.read(run, old.id)
    between = min(old.made + timedelta(seconds=1), stamps.second(hook.get("Updated"), exchange.server_time))
    exchange = renamed_unless_changed(run, old.id, form, between)

    expect.status(exchange, 412)
    arrange.unchanged(run, hook, exchange)


@checks("webhook.patch.stale-changes-nothing")
@both_forms
def test_a_stale_patch_leaves_updated_where_it_was(run, aged, form):
    old = aged[f"stale {form}"]
    grow_old(run, old)
    exchange = renamed_unless_changed(run, old.id, form, old.made - timedelta(days=2))

    expect.refused(exchange)
    arrange.unchanged(run, old.before, exchange)


@checks("webhook.patch.updated-now")
@both_forms
def test_a_change_moves_updated_on(run, aged, form):
    old = aged[f"stamps {form}"]
    grow_old(run, old)
    exchange = renamed(run, old.id, form)

    expect.status(exchange, 200)
    moved_on(old, exchange)


@checks("webhook.patch.keeps-identity")
@both_forms
def test_a_change_leaves_registered_where_it_was(run, aged, form):
    old = aged[f"stamps {form}"]
    grow_old(run, old)
    exchange = renamed(run, old.id, form)

    expect.status(exchange, 200)
    # Whether an answer to a PATCH shows the associate is not said; what is read back shows it as before.
    answer, stored = expect.members(exchange), arrange.read(run, old.id)
    expect.same_members(exchange, old.before, answer, ["WebhookId", "Registered"], when="as when it was made")
    expect.same_members(exchange, old.before, stored, IDENTITY, when="as when it was made")


@checks("webhook.patch.conflict-changes-nothing")
@pytest.mark.parametrize("place", ["first", "last"])
def test_a_conflict_leaves_updated_where_it_was(run, aged, place):
    old = aged["conflict json-patch" if place == "first" else "conflict merge-patch"]
    grow_old(run, old)
    rename, test = replace("/Name", run.fresh()), holds("/Name", "no")
    exchange = arrange.patch(run, old.id, [test, rename] if place == "first" else [rename, test])

    expect.refused(exchange)
    arrange.unchanged(run, old.before, exchange)
