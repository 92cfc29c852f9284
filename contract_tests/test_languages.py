"""The header rows on languages, cultures and time zones: they change nothing that a webhook holds."""

from __future__ import annotations

import pytest

from contract_tests.kit import arrange, expect, stamps, values
from contract_tests.kit.clause import checks

AGENT = "/Agents/Webhook"
# What the pages' samples and rows have.
LANGUAGES = {
    "sv": {"Accept-Language": "sv"},
    "none": {"Accept-Language": "*"},
    "several": {"Accept-Language": "fr,de,ru,zh"},
    "overridden": {"Accept-Language": "en", "SO-Language": "sv", "SO-Culture": "en"},
}
ZONES = ("UTC", "US-NY", "261", "NO,includeTZOffset")
each_language = pytest.mark.parametrize("language", LANGUAGES)
each_zone = pytest.mark.parametrize("zone", ZONES)
# Stopped is a word of every language, and what is sent has decimals and commas.
RICH = {"State": "Stopped", "Properties": {"outer": {"inner": 1.5}}}


def post(run, headers):
    """POST a webhook; the exchange, what was sent, and what came."""
    body = arrange.rich_hook(run, **RICH)
    exchange = run.target.send("POST", "/Webhook", json=body, headers=headers)
    arrange.remember(run, exchange)
    return exchange, body, came(exchange)


def patch(run, headers):
    """PATCH a webhook; the exchange, what it was and is to be, and what came."""
    before, new = arrange.saved(run, arrange.rich_hook(run, **RICH)), {"Name": run.fresh()}
    path = f"/Webhook/{before['WebhookId']}"
    exchange = run.target.send("PATCH", path, json=new, headers=headers)
    return exchange, before | new, came(exchange)


def listed(run, headers):
    """GetAllWebhooks for one webhook; the exchange, what it is, and what came."""
    hook = arrange.saved(run, arrange.rich_hook(run, **RICH))
    body = {"NameFilter": hook["Name"], "StatusFilter": "Stopped"}
    exchange = run.target.send("POST", f"{AGENT}/GetAllWebhooks", json=body, headers=headers)
    expect.status(exchange, 200)
    found = expect.elements(exchange)
    expect.that(len(found) == 1, "the one webhook of that name", found, exchange)
    return exchange, hook, found[0]


def came(exchange):
    """The members of an answer that went well."""
    __tracebackhide__ = True
    expect.status(exchange, 200)
    return expect.members(exchange)


def unmoved(exchange, expected, answer):
    """The members are as sent, and the stamps can be read."""
    __tracebackhide__ = True
    names = [name for name in values.SETTABLE if name in expected]
    expect.same_members(exchange, expected, answer, names, when="in every language")
    for name in values.STAMPS:
        expect.that(stamps.parse(answer.get(name)) is not None, f"a stamp as {name}", answer, exchange)


def of_this_minute(exchange, expected, answer):
    """The members are as sent, and Registered is the time of the test in the zone that it is written in."""
    __tracebackhide__ = True
    unmoved(exchange, expected, answer)
    expect.now(exchange, "Registered", answer, exchange.server_time)


@checks("webhook.post.languages")
@each_language
def test_a_post_is_the_same_in_every_language(run, language):
    unmoved(*post(run, LANGUAGES[language]))


@checks("webhook.patch.languages")
@each_language
def test_a_patch_is_the_same_in_every_language(run, language):
    unmoved(*patch(run, LANGUAGES[language]))


@checks("agent.list.languages")
@each_language
def test_the_list_is_the_same_in_every_language(run, language):
    unmoved(*listed(run, LANGUAGES[language]))


@checks("webhook.post.time-zones")
@each_zone
def test_a_post_is_of_one_instant_in_every_zone(run, zone):
    of_this_minute(*post(run, {"SO-TimeZone": zone}))


@checks("webhook.patch.time-zones")
@each_zone
def test_a_patch_is_of_one_instant_in_every_zone(run, zone):
    of_this_minute(*patch(run, {"SO-TimeZone": zone}))


@checks("agent.list.time-zones")
@each_zone
def test_the_list_is_of_one_instant_in_every_zone(run, zone):
    of_this_minute(*listed(run, {"SO-TimeZone": zone}))
