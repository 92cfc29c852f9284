"""The page "POST Agents/Webhook/GetAllWebhooks": the list."""

from __future__ import annotations

import pytest

from contract_tests import samples
from contract_tests.kit import arrange, expect, values
from contract_tests.kit.clause import checks
from contract_tests.kit.lists import ids, keeps, listed
from contract_tests.kit.properties import as_dear_as
from contract_tests.kit.selecting import brings_nothing_along

MANY = 105  # more than the pages that servers like to hide: 20, 25, 50, 100


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
        number = values.whole(element.get("WebhookId"))
        expect.that(type(number) is int, "an integer WebhookId", element, exchange)


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
    listed(run, {"NameFilter": hook["Name"]})  # whatever is cached is cached
    arrange.patched(run, hook["WebhookId"], operations if form == "json-patch" else new)
    exchange = listed(run, {"NameFilter": hook["Name"]})

    found = [each for each in expect.elements(exchange) if each.get("WebhookId") == hook["WebhookId"]]
    expect.that(len(found) == 1, f"webhook {hook['WebhookId']} once", f"{len(found)} times", exchange)
    for name in ("Secret", "Events", "State"):
        expect.member(exchange, name, new[name], found[0])
    expect.that("X-Third" in (found[0].get("Headers") or {}), "the patched Headers", found[0], exchange)


def crowded(run):
    """So many webhooks that a hidden page of the list would show, or as many as the target lets one have."""
    crowd = [arrange.saved(run, State="Stopped")["WebhookId"]]  # stopped, so that nobody calls them
    while len(crowd) < MANY:
        exchange = arrange.make(run, arrange.hook(run, State="Stopped"))
        if 400 <= exchange.status < 500:
            break
        crowd.append(expect.webhook_id(exchange))
    return crowd


@checks("agent.list.no-filter")
@as_dear_as(30)
def test_without_filters_every_webhook_is_listed_once(run):
    crowd = arrange.arranging(crowded)(run)
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
