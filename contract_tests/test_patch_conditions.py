"""The page "PATCH Webhook/{id}", row 412: If-Unmodified-Since, with the server's clock and whole seconds."""

from __future__ import annotations

from datetime import timedelta

from contract_tests.kit import arrange, expect, stamps, strategies
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import both_forms, renamed, renamed_unless_changed
from contract_tests.kit.properties import given

# More than the Date of an answer may lag behind its changes.
LATER = timedelta(seconds=5)


def updated(run):
    """A webhook that has been changed once, the instant of that change, and the server's time then."""
    hook = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patched(run, hook["WebhookId"], {"Name": run.fresh()})
    return arrange.read(run, hook["WebhookId"]), exchange.server_time


@checks("webhook.patch.updated-now")
@both_forms
def test_updated_is_the_time_of_the_last_change(run, form):
    hook = arrange.saved(run)
    exchange = renamed(run, hook["WebhookId"], form)

    expect.status(exchange, 200)
    expect.now(exchange, "Updated", expect.members(exchange), exchange.server_time)
    expect.now(exchange, "Updated", arrange.read(run, hook["WebhookId"]), exchange.server_time)


@checks("webhook.patch.stale")
@both_forms
@given(examples=4, days=strategies.stale_days)
def test_a_condition_of_earlier_days_is_stale(run, form, days):
    hook, now = updated(run)
    exchange = renamed_unless_changed(run, hook["WebhookId"], form, now - timedelta(days=days))

    expect.status(exchange, 412)


@checks("webhook.patch.stale")
@both_forms
def test_a_condition_of_a_minute_ago_is_stale(run, form):
    hook, now = updated(run)
    exchange = renamed_unless_changed(run, hook["WebhookId"], form, now - timedelta(minutes=1))

    expect.status(exchange, 412)


@checks("webhook.patch.stale-changes-nothing")
@both_forms
def test_a_stale_patch_changes_nothing(run, form):
    hook, now = updated(run)
    exchange = renamed_unless_changed(run, hook["WebhookId"], form, now - timedelta(days=2))

    expect.refused(exchange)
    arrange.unchanged(run, hook, exchange)


@checks("webhook.patch.fresh")
@both_forms
def test_a_condition_of_after_the_change_passes(run, form):
    hook, now = updated(run)
    exchange = renamed_unless_changed(run, hook["WebhookId"], form, now + LATER)

    expect.status(exchange, 200)


@checks("webhook.patch.fresh")
@both_forms
def test_a_fresh_patch_is_stored(run, form):
    hook, now = updated(run)
    exchange = renamed_unless_changed(run, hook["WebhookId"], form, now + LATER)

    stored = arrange.read(run, hook["WebhookId"])
    expect.that(stored["Name"] != hook["Name"], "the new Name stored", stored["Name"], exchange)


@checks("webhook.patch.fresh-same-second")
@both_forms
def test_a_condition_of_the_very_second_of_the_change_passes(run, form):
    hook, now = updated(run)
    exchange = renamed_unless_changed(run, hook["WebhookId"], form, stamps.second(hook.get("Updated"), now))

    expect.status(exchange, 200)
