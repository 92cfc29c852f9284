"""The page "POST Webhook": what a new webhook is answered with, and what the server adds to it."""

from __future__ import annotations

import pytest
from hypothesis import example
from hypothesis import strategies as st

from contract_tests import samples
from contract_tests.kit import arrange, expect, stamps, values
from contract_tests.kit.clause import checks
from contract_tests.kit.properties import given
from contract_tests.kit.selecting import brings_nothing_along

WITH_LINKS = "#/components/schemas/WebhookWithLinks"


@checks("webhook.post.ok")
@pytest.mark.parametrize("body", [arrange.hook, arrange.rich_hook], ids=["plain", "rich"])
def test_a_new_webhook_is_answered_with_200(run, body):
    exchange = arrange.post(run, body(run))

    expect.status(exchange, 200)


@checks("webhook.post.shape")
@pytest.mark.parametrize("body", [arrange.hook, arrange.rich_hook], ids=["plain", "rich"])
def test_the_answer_has_the_documented_shape(run, body):
    exchange = arrange.post(run, body(run))

    answer = expect.members(exchange)
    expect.shape(exchange, WITH_LINKS, answer)
    for name in ("WebhookId", "State", "Registered", "Updated"):
        expect.that(answer.get(name) is not None, f"the member {name}", "null or absent", exchange)


@checks("webhook.post.assigns-id")
def test_every_new_webhook_gets_an_id_of_its_own(run):
    exchanges = [arrange.post(run, arrange.hook(run)) for _ in range(3)]

    ids = [values.whole(expect.members(each).get("WebhookId")) for each in exchanges]
    fine = all(type(each) is int and each > 0 for each in ids) and len(set(ids)) == len(ids)
    expect.that(fine, "three different positive integers as WebhookId", ids, exchanges[-1])


@checks("webhook.post.creates-new")
def test_a_post_leaves_the_webhook_alone_that_its_body_names(run):
    before = arrange.saved(run)
    exchange = arrange.post(run, arrange.hook(run, WebhookId=before["WebhookId"]))

    expect.no_server_error(exchange)
    if exchange.status == 200:
        new = expect.members(exchange).get("WebhookId")
        expect.that(new != before["WebhookId"], "another WebhookId", new, exchange)
    arrange.unchanged(run, before, exchange)


@checks("webhook.post.stores")
@pytest.mark.parametrize("body", [arrange.hook, arrange.rich_hook], ids=["plain", "rich"])
def test_what_was_answered_is_what_is_stored(run, body):
    exchange = arrange.post(run, body(run))

    answer = expect.members(exchange)
    names = [*values.SETTABLE, "WebhookId", "Registered", "Updated"]
    stored = arrange.read(run, expect.webhook_id(exchange))
    expect.same_members(exchange, answer, stored, names, when="when read back")


@checks("webhook.post.sample")
@pytest.mark.parametrize("sample", ["PostRequestS0", "PostRequestS2"])
def test_the_sample_requests_are_accepted(run, sample):
    body = samples.webhook(sample, arrange.hook(run), run.members)
    exchange = run.target.send("POST", "/Webhook", json=body, headers=samples.HEADERS)

    expect.status(exchange, 200)
    for name in ("Name", "Events", "Secret", "State", "Headers", "Properties"):
        expect.member(exchange, name, body[name])


@checks("webhook.post.name-not-unique")
def test_two_webhooks_share_a_name(run):
    first = arrange.saved(run)
    exchange = arrange.post(run, arrange.hook(run, Name=first["Name"]))

    expect.status(exchange, 200)
    second = expect.webhook_id(exchange)
    expect.that(second != first["WebhookId"], "a second webhook", "the first one again", exchange)
    both = {each["WebhookId"] for each in arrange.everything(run, NameFilter=first["Name"])}
    wanted = {first["WebhookId"], second}
    expect.that(wanted <= both, f"both of {sorted(wanted)} in the list", sorted(both), exchange)


@checks("webhook.post.registered-now")
@pytest.mark.parametrize("claimed", [None, "2016-04-18T09:41:00.1118281+02:00"], ids=["plain", "claimed"])
def test_registered_is_the_time_of_the_post(run, claimed):
    claims = {} if claimed is None else {"Registered": claimed, "Updated": claimed}
    exchange = arrange.post(run, arrange.hook(run, **claims))

    expect.now(exchange, "Registered", expect.members(exchange), exchange.server_time)


@checks("webhook.post.server-members")
def test_what_the_server_knows_is_not_taken_from_the_body(run):
    sample = samples.POST_REQUESTS["PostRequestS2"]
    names = ("Updated", "RegisteredAssociate", "UpdatedAssociate")
    exchange = arrange.post(run, arrange.hook(run, **{name: sample[name] for name in names}))

    answer = expect.members(exchange)
    taken = [name for name in names[1:] if (answer.get(name) or {}).get("Name") == sample[name]["Name"]]
    if stamps.same(answer.get("Updated"), sample["Updated"]):
        taken.append("Updated")
    expect.that(not taken, "values of the server's own", f"{taken} as in the body", exchange)


@checks("webhook.post.content-type")
def test_the_answer_is_json_when_json_is_accepted(run):
    expect.json_content(arrange.post(run, arrange.hook(run)))


@checks("webhook.post.links")
def test_the_answer_has_links(run):
    exchange = arrange.post(run, arrange.hook(run))

    links = expect.members(exchange).get("_Links")
    fine = isinstance(links, dict) and links and all(isinstance(each, str) for each in links.values())
    expect.that(bool(fine), "_Links, an object of strings", links, exchange)


@checks("webhook.post.links-self")
def test_self_is_the_url_of_the_new_webhook(run):
    exchange = arrange.post(run, arrange.hook(run))

    answer = expect.members(exchange)
    url = str((answer.get("_Links") or {}).get("Self"))
    ending = f"/webhook/{expect.webhook_id(exchange)}"
    fine = url.lower().startswith(("http://", "https://")) and url.lower().rstrip("/").endswith(ending)
    expect.that(fine, f"_Links.Self, an absolute URL that ends with {ending}", url, exchange)


@checks("webhook.post.select")
@given(
    examples=10, chosen=st.lists(st.sampled_from(values.SETTABLE[:8]), min_size=1, max_size=3, unique=True)
)
@example(chosen=["Name", "Events"])
@example(chosen=["TargetUrl"])
@example(chosen=["Secret", "Headers"])
def test_unselected_members_are_nulled(run, chosen):
    body = arrange.rich_hook(run)
    exchange = arrange.post(run, body, **{"$select": ",".join(chosen)})

    expect.status(exchange, 200)
    expect.selected(exchange, body, expect.members(exchange), chosen)


@checks("webhook.post.select")
def test_no_name_selects_another_member(run):
    brings_nothing_along(lambda query: arrange.post(run, arrange.rich_hook(run), **query))


@checks("webhook.post.select-any-case")
@pytest.mark.parametrize("chosen", ["name", "targeturl,events", "NAME,tArGeTuRl"])
def test_selection_takes_any_letter_case(run, chosen):
    body = arrange.rich_hook(run)
    exchange = arrange.post(run, body, **{"$select": chosen})

    expect.status(exchange, 200)
    names = [name for name in values.SETTABLE if name.lower() in chosen.lower().split(",")]
    expect.selected(exchange, body, expect.members(exchange), names)


@checks("webhook.post.select-blanks")
@pytest.mark.parametrize("chosen", ["Name, Secret", " Name ,Secret "])
def test_blanks_in_a_selection_mean_nothing(run, chosen):
    body = arrange.rich_hook(run)
    exchange = arrange.post(run, body, **{"$select": chosen})

    expect.status(exchange, 200)
    expect.selected(exchange, body, expect.members(exchange), ["Name", "Secret"])


@checks("webhook.post.select-example")
def test_the_example_of_the_page_is_answered(run):
    body = arrange.rich_hook(run)
    exchange = arrange.post(run, body, **{"$select": "name,department,category/id"})

    expect.status(exchange, 200)
    expect.selected(exchange, body, expect.members(exchange), ["Name"])


@checks("webhook.post.names-any-case")
def test_property_names_are_taken_in_camel_case(run):
    body = arrange.rich_hook(run)
    camel = {name[0].lower() + name[1:]: value for name, value in body.items()}
    exchange = arrange.post(run, camel)

    expect.status(exchange, 200)
    expect.same_members(exchange, body, expect.members(exchange), body, when="as sent in camel case")
