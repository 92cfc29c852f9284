"""The page "PATCH Webhook/{id}": the answer to a PATCH, what is stored, and what stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from contract_tests.kit import arrange, expect, values
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import (
    both_forms,
    renamed,
    replace,
)
from contract_tests.kit.selecting import brings_nothing_along

WITH_LINKS = "#/components/schemas/WebhookWithLinks"


@checks("webhook.patch.ok")
@both_forms
def test_a_patch_is_answered_with_200(run, form):
    hook = arrange.saved(run)
    exchange = renamed(run, hook["WebhookId"], form)

    expect.status(exchange, 200)


@checks("webhook.patch.shape")
@both_forms
def test_the_answer_has_the_documented_shape(run, form):
    hook = arrange.saved(run, arrange.rich_hook(run))
    exchange = renamed(run, hook["WebhookId"], form)

    answer = expect.members(exchange)
    expect.shape(exchange, WITH_LINKS, answer)
    for name in ("WebhookId", "Name", "Events", "State", "Registered", "Updated"):
        expect.that(answer.get(name) is not None, f"the member {name}", "null or absent", exchange)


@checks("webhook.patch.untouched")
@both_forms
@pytest.mark.parametrize("state", ["Active", "Stopped"])
def test_members_that_are_not_named_stay(run, form, state):
    before = arrange.saved(run, arrange.rich_hook(run, State=state))
    exchange = renamed(run, before["WebhookId"], form)

    expect.status(exchange, 200)
    others = [name for name in values.SETTABLE if name != "Name"]
    expect.same_members(exchange, before, expect.members(exchange), others, when="as before")
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before, stored, others, when="as before")


@checks("webhook.patch.neighbours")
@both_forms
def test_other_webhooks_stay_as_they_are(run, form):
    # Alike in all that a server might mistake for an id.
    body = arrange.rich_hook(run)
    below, hook, above = (arrange.saved(run, body) for _ in range(3))
    exchange = renamed(run, hook["WebhookId"], form)

    expect.status(exchange, 200)
    for neighbour in (below, above):
        arrange.unchanged(run, neighbour, exchange)


ROUNDS = 6


@checks("webhook.patch.parallel")
@pytest.mark.parametrize("form", ["json-patch", "merge-patch"])
def test_parallel_changes_of_different_members_are_both_kept(run, form):
    hook = arrange.saved(run)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            new = {"Name": run.fresh(), "Secret": run.fresh()}
            changes = [
                [replace(f"/{name}", value)] if form == "json-patch" else {name: value}
                for name, value in new.items()
            ]
            exchanges = list(pool.map(lambda each: arrange.patch(run, hook["WebhookId"], each), changes))
            stored = arrange.read(run, hook["WebhookId"])
            taken = [name for name, each in zip(new, exchanges, strict=True) if each.status < 400]
            expect.same_members(
                exchanges[0], new, stored, taken, when="as one of two parallel PATCHes set it"
            )


@checks("webhook.patch.stores")
@both_forms
def test_what_was_answered_is_what_is_stored(run, form):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = renamed(run, before["WebhookId"], form)

    names = [*values.SETTABLE, "WebhookId", "Registered", "Updated"]
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, expect.members(exchange), stored, names, when="when read back")


@checks("webhook.patch.keeps-identity")
@both_forms
def test_identity_stays(run, form):
    before = arrange.read(run, arrange.saved(run)["WebhookId"])
    exchange = renamed(run, before["WebhookId"], form)

    expect.status(exchange, 200)
    after = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before, after, values.IDENTITY, when="as before")


@checks("webhook.patch.links")
@both_forms
def test_the_answer_has_links(run, form):
    hook = arrange.saved(run)
    exchange = renamed(run, hook["WebhookId"], form)

    links = expect.members(exchange).get("_Links")
    fine = isinstance(links, dict) and links and all(isinstance(each, str) for each in links.values())
    expect.that(bool(fine), "_Links, an object of strings", links, exchange)


@checks("webhook.patch.select")
@pytest.mark.parametrize("chosen", [["Name"], ["events", "TARGETURL"], ["name", "department", "category/id"]])
def test_selection_nulls_in_the_answer_only(run, chosen):
    before = arrange.saved(run, arrange.rich_hook(run))
    name = run.fresh()
    path = f"/Webhook/{before['WebhookId']}"
    exchange = run.target.send("PATCH", path, json={"Name": name}, query={"$select": ",".join(chosen)})

    expect.status(exchange, 200)
    names = [each for each in values.SETTABLE if each.lower() in [word.lower() for word in chosen]]
    expect.selected(exchange, before | {"Name": name}, expect.members(exchange), names)
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before | {"Name": name}, stored, values.SETTABLE, when="in the store")


@checks("webhook.patch.select")
def test_no_name_selects_another_member(run):
    path = f"/Webhook/{arrange.saved(run, arrange.rich_hook(run))['WebhookId']}"

    brings_nothing_along(
        lambda query: run.target.send("PATCH", path, json={"Name": run.fresh()}, query=query)
    )


@checks("webhook.patch.content-type")
@both_forms
def test_the_answer_is_json_when_json_is_accepted(run, form):
    hook = arrange.saved(run)

    expect.json_content(renamed(run, hook["WebhookId"], form))


@checks("webhook.patch.media-types")
@pytest.mark.parametrize(
    ("media_type", "changes"),
    [
        ("application/json-patch+json", [replace("/Secret", "new")]),
        ("application/merge-patch+json", {"Secret": "new"}),
        ("application/json; charset=utf-8", [replace("/Secret", "new")]),
        ("application/json; charset=utf-8", {"Secret": "new"}),
    ],
    ids=["json-patch", "merge-patch", "array as json", "object as json"],
)
def test_both_patch_media_types_are_taken(run, media_type, changes):
    hook = arrange.saved(run)
    exchange = arrange.patch(run, hook["WebhookId"], changes, Content_Type=media_type)

    expect.status(exchange, 200)
    expect.member(exchange, "Secret", "new")
