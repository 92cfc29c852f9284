"""The page "PATCH Webhook/{id}": places that are not there, values that are nothing, and equal values."""

from __future__ import annotations

import pytest

from contract_tests import samples
from contract_tests.kit import arrange, expect, values
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import add, holds, remove, replace

EVENT = "sale.changed"


def leaves_events(run, changes):
    """Whatever the answer is, the events are as they were; and all of the webhook is when it is refused."""
    __tracebackhide__ = True
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], changes)

    expect.no_server_error(exchange)
    expect.member(exchange, "Events", before["Events"], arrange.read(run, before["WebhookId"]))
    if exchange.status >= 400:
        arrange.unchanged(run, before, exchange)


# The webhook has two events.
OUTSIDE = {
    "add beyond the end": add("/Events/3", EVENT),
    "add far beyond": add("/Events/2147483648", EVENT),
    "add before the first": add("/Events/-1", EVENT),
    "replace beyond the end": replace("/Events/2", EVENT),
    "replace before the first": replace("/Events/-1", EVENT),
    "remove beyond the end": remove("/Events/2"),
    "remove before the first": remove("/Events/-1"),
}
NO_INDEX = {
    "leading zero": replace("/Events/01", EVENT),
    "sign": replace("/Events/+1", EVENT),
    "exponent": replace("/Events/1e0", EVENT),
    "blank": replace("/Events/ 1", EVENT),
    "underscore": replace("/Events/0_1", EVENT),
    "other digits": replace("/Events/\u0661", EVENT),
    "replace at the dash": replace("/Events/-", EVENT),
    "remove at the dash": remove("/Events/-"),
}


@checks("webhook.patch.index-range")
@pytest.mark.parametrize("place", OUTSIDE)
def test_an_element_that_is_not_there_changes_nothing(run, place):
    leaves_events(run, [OUTSIDE[place]])


@checks("webhook.patch.index-form")
@pytest.mark.parametrize("place", NO_INDEX)
def test_what_is_no_index_changes_nothing(run, place):
    leaves_events(run, [NO_INDEX[place]])


@checks("webhook.patch.replace-null")
@pytest.mark.parametrize("name", ["Secret", "Headers"])
def test_replace_with_null_empties_a_member(run, name):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], [replace(f"/{name}", None)])

    expect.status(exchange, 200)
    stored = arrange.read(run, before["WebhookId"])
    expect.emptied(exchange, name, stored)
    others = [each for each in values.SETTABLE if each != name]
    expect.same_members(exchange, before, stored, others, when="as before")


@checks("webhook.patch.merge-inner-null")
@pytest.mark.parametrize(
    ("name", "entry"), [("Headers", "X-First"), ("Properties", "outer")], ids=["headers", "properties"]
)
def test_a_merged_null_takes_an_entry_away(run, name, entry):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], {name: {entry: None}})
    if 400 <= exchange.status < 500:
        arrange.unchanged(run, before, exchange)
        return

    expect.status(exchange, 200)
    left = (arrange.read(run, before["WebhookId"]).get(name) or {}).get(entry)
    # An empty text is the value of a header, and would be sent as one.
    expect.that(left is None or left == {}, f"{name}.{entry} gone or null", expect.show(left), exchange)


EQUAL = {
    "1.0 for 1": ("/Properties", {"p": {"n": 1.0, "t": "u"}, "q": {}}),
    "1.0 for 1, deep": ("/Properties/p/n", 1.0),
    "another order": ("/Properties", {"q": {}, "p": {"t": "u", "n": 1}}),
    "headers in another order": ("/Headers", {"X-Second": "2", "X-First": "1"}),
}


@checks("webhook.patch.test-equal")
@pytest.mark.parametrize("value", EQUAL)
def test_equal_values_are_equal_however_they_are_written(run, value):
    properties = {"p": {"n": 1, "t": "u"}, "q": {}}
    before = arrange.saved(run, arrange.rich_hook(run, Properties=properties))
    path, wanted = EQUAL[value]
    exchange = arrange.patch(run, before["WebhookId"], [holds(path, wanted), replace("/Secret", "new")])

    expect.status(exchange, 200)
    expect.member(exchange, "Secret", "new", arrange.read(run, before["WebhookId"]))


NOTHING_THERE = {
    "an entry": ("/Headers/X-None", "1"),
    "null for an entry": ("/Headers/X-None", None),
    "an element": ("/Events/2", EVENT),
    "null for an element": ("/Events/2", None),
    "the one after the last": ("/Events/-", EVENT),
    "below a text": ("/Name/0", "w"),
}


@checks("webhook.patch.test-missing")
@pytest.mark.parametrize("place", NOTHING_THERE)
def test_nothing_equals_what_is_not_there(run, place):
    before = arrange.saved(run, arrange.rich_hook(run))
    path, value = NOTHING_THERE[place]
    exchange = arrange.patch(run, before["WebhookId"], [replace("/Name", "changed"), holds(path, value)])

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


@checks("webhook.patch.empty")
@pytest.mark.parametrize("changes", [[], {}], ids=["array", "object"])
def test_a_patch_of_nothing_changes_nothing(run, changes):
    before = arrange.read(run, arrange.saved(run, arrange.rich_hook(run))["WebhookId"])
    exchange = arrange.patch(run, before["WebhookId"], changes)

    expect.no_server_error(exchange)
    stored = arrange.read(run, before["WebhookId"])
    names = [*values.SETTABLE, *values.IDENTITY]
    expect.same_members(exchange, before, stored, names, when="as before")


@checks("webhook.patch.keeps-identity")
@pytest.mark.parametrize("form", ["json-patch", "merge-patch"])
def test_identity_stays_whatever_is_claimed(run, form):
    before, other = (arrange.read(run, arrange.saved(run)["WebhookId"]) for _ in range(2))
    sample = samples.POST_REQUESTS["PostRequestS2"]
    claims = {name: sample[name] for name in ("Registered", "RegisteredAssociate")}
    claims |= {"WebhookId": other["WebhookId"], "Name": run.fresh()}
    operations = [replace(f"/{name}", value) for name, value in claims.items()]
    exchange = arrange.patch(run, before["WebhookId"], operations if form == "json-patch" else claims)

    expect.no_server_error(exchange)
    after = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before, after, values.IDENTITY, when="as before")
    arrange.unchanged(run, other, exchange)
