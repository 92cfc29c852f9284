"""What saves over a webhook: PUT Webhook/{id}, and SaveWebhook with an id."""

from __future__ import annotations

import pytest

from contract_tests import samples
from contract_tests.kit import arrange, expect, values
from contract_tests.kit.ageing import Aged, grow_old, make, moved_on
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.run import Run
from contract_tests.kit.selecting import brings_nothing_along

AGENT = "/Agents/Webhook"
CLAIMS = {
    name: samples.POST_REQUESTS["PostRequestS2"][name] for name in ("Registered", "RegisteredAssociate")
}


def put(run, webhook_id, body, **query):
    """PUT a body at an id, which it names unless it says otherwise: some servers compare the two."""
    return run.target.send(
        "PUT", f"/Webhook/{webhook_id}", json={"WebhookId": webhook_id, **body}, query=query
    )


def save(run, webhook_id, body):
    """SaveWebhook with a body, whose id is set; None leaves it out."""
    sent = body if webhook_id is None else body | {"WebhookId": webhook_id}
    return run.target.send("POST", f"{AGENT}/SaveWebhook", json=sent)


def replaces(run, before, write):
    """What the body has is stored, and what it lacks is empty; or it is refused as not whole."""
    __tracebackhide__ = True
    body = arrange.hook(run)
    exchange = write(run, before["WebhookId"], body)
    if 400 <= exchange.status < 500:
        arrange.unchanged(run, before, exchange)
        return
    expect.status(exchange, 200)
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, body, stored, body, when="as it was sent")
    for name in ("Secret", "Headers", "Properties", "ErrorsEmail"):
        expect.emptied(exchange, name, stored)


def keeps_identity(run, before, write, claims):
    """Who made it and when stays, whatever the body claims."""
    __tracebackhide__ = True
    exchange = write(run, before["WebhookId"], arrange.rich_hook(run, **claims))

    expect.no_server_error(exchange)
    after = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before, after, values.IDENTITY, when="as before")


@armed
def elders(run: Run) -> dict[str, Aged]:
    """A webhook for each check that needs one of some age."""
    return {use: make(run) for use in ("put", "save", "stamps")}


identities = pytest.mark.parametrize("claims", [{}, CLAIMS], ids=["plain", "claimed"])


@checks("webhook.put.replaces")
def test_put_empties_what_its_body_lacks(run):
    replaces(run, arrange.saved(run, arrange.rich_hook(run)), put)


@checks("agent.save.replaces")
def test_saving_empties_what_its_body_lacks(run):
    replaces(run, arrange.saved(run, arrange.rich_hook(run)), save)


@checks("webhook.put.keeps-identity")
@identities
def test_put_keeps_identity(run, claims):
    keeps_identity(run, arrange.read(run, arrange.saved(run)["WebhookId"]), put, claims)


@checks("agent.save.keeps-identity")
@identities
def test_saving_keeps_identity(run, claims):
    body = arrange.rich_hook(run)
    below, hook, above = (arrange.saved(run, body) for _ in range(3))
    keeps_identity(run, arrange.read(run, hook["WebhookId"]), save, claims)

    for neighbour in (below, above):
        arrange.unchanged(run, neighbour, run.target.recent[-1])


@checks("webhook.put.keeps-identity")
def test_put_leaves_registered_where_it_was(run, elders):
    grow_old(run, elders["put"])

    keeps_identity(run, elders["put"].before, put, {})


@checks("agent.save.keeps-identity")
def test_saving_leaves_registered_where_it_was(run, elders):
    grow_old(run, elders["save"])

    keeps_identity(run, elders["save"].before, save, {})


@checks("webhook.put.updated-now")
def test_put_moves_updated_on(run, elders):
    old = elders["stamps"]
    grow_old(run, old)
    exchange = put(run, old.id, arrange.rich_hook(run))

    expect.status(exchange, 200)
    moved_on(old, exchange)
    expect.now(exchange, "Updated", expect.members(exchange), exchange.server_time)
    expect.now(exchange, "Updated", arrange.read(run, old.id), exchange.server_time)


@checks("webhook.put.neighbours")
@pytest.mark.parametrize("named", ["itself", "another"])
def test_put_changes_no_other_webhook(run, named):
    body = arrange.rich_hook(run)
    below, hook, above = (arrange.saved(run, body) for _ in range(3))
    other = hook if named == "itself" else above
    exchange = put(run, hook["WebhookId"], arrange.rich_hook(run, WebhookId=other["WebhookId"]))

    expect.no_server_error(exchange)
    for neighbour in (below, above):
        arrange.unchanged(run, neighbour, exchange)


@checks("webhook.put.select")
@pytest.mark.parametrize("chosen", [["Name"], ["events", "TARGETURL"]])
def test_put_nulls_in_the_answer_only(run, chosen):
    before, body = arrange.saved(run), arrange.rich_hook(run)
    exchange = put(run, before["WebhookId"], body, **{"$select": ",".join(chosen)})

    expect.status(exchange, 200)
    names = [each for each in values.SETTABLE if each.lower() in [word.lower() for word in chosen]]
    expect.selected(exchange, body, expect.members(exchange), names)
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, body, stored, body, when="in the store")


@checks("webhook.put.select")
def test_put_selects_no_member_by_another_name(run):
    made = arrange.saved(run)["WebhookId"]

    brings_nothing_along(lambda query: put(run, made, arrange.rich_hook(run), **query))


@checks("webhook.put.missing-entity")
@pytest.mark.parametrize("body", [b"", b"null", b"[]"], ids=["empty", "null", "array"])
def test_put_without_an_entity_is_refused(run, body):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = run.target.send("PUT", f"/Webhook/{before['WebhookId']}", body=body)

    expect.refused(exchange)
    arrange.unchanged(run, before, exchange)


@checks("agent.save.creates")
def test_saving_without_an_id_creates(run):
    exchanges = [save(run, None, arrange.hook(run)) for _ in range(2)]

    for exchange in exchanges:
        expect.status(exchange, 200)
    first, second = map(expect.webhook_id, exchanges)
    expect.that(0 < first != second > 0, "two new webhooks", [first, second], exchanges[-1])


@checks("agent.save.names-any-case")
def test_saving_takes_camel_case(run):
    before, body = arrange.saved(run), arrange.rich_hook(run)
    sent = body | {"WebhookId": before["WebhookId"]}
    camel = {name[0].lower() + name[1:]: value for name, value in sent.items()}
    exchange = save(run, None, camel)

    expect.status(exchange, 200)
    stored = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, body, stored, body, when="as sent in camel case")
