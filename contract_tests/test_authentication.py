"""The header rows Authorization and X-XSRF-TOKEN: who is let in."""

from __future__ import annotations

import time
from base64 import b64decode

import pytest

from contract_tests.kit import arrange, expect
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.run import Run
from contract_tests.kit.target import basic, scheme
from contract_tests.kit.verdicts import Blocked, ContractViolation, Unproved

AGENT = "/Agents/Webhook"


def requests(run):
    """One request for each of the four operations, by operationId."""
    hook = arrange.saved(run)
    return {
        "v1Webhook_PostWebhook": ("POST", "/Webhook", arrange.hook(run)),
        "v1Webhook_PatchWebhook": ("PATCH", f"/Webhook/{hook['WebhookId']}", {"Name": run.fresh()}),
        "v1WebhookAgent_GetAllWebhooks": ("POST", f"{AGENT}/GetAllWebhooks", {"NameFilter": hook["Name"]}),
        "v1WebhookAgent_SignalEvent": (
            "POST",
            f"{AGENT}/SignalEvent",
            {"EventName": f"{run.tag}.quiet", "PrimaryKey": 0, "Data": {}},
        ),
    }


OPERATIONS = (
    "v1Webhook_PostWebhook",
    "v1Webhook_PatchWebhook",
    "v1WebhookAgent_GetAllWebhooks",
    "v1WebhookAgent_SignalEvent",
)
each_operation = pytest.mark.parametrize("operation", OPERATIONS)


@checks("auth.required")
@each_operation
def test_a_request_without_credentials_is_refused(run, operation):
    run.require(operation)
    method, path, body = requests(run)[operation]
    exchange = run.target.send(method, path, json=body, credentials={})

    if exchange.status < 300 and not run.credentials_given:
        raise Unproved("no credentials were given, so the target may be open on purpose")
    expect.status(exchange, 401)


@checks("auth.any-case")
@each_operation
@pytest.mark.parametrize("spell", [str.lower, str.upper], ids=["lower", "upper"])
def test_the_scheme_is_taken_in_any_letter_case(run, operation, spell):
    run.require(operation)
    name, _, value = run.target.credentials["Authorization"].partition(" ")
    run.require(operation)
    method, path, body = requests(run)[operation]
    spelled = {"Authorization": f"{spell(name)} {value}"}
    exchange = run.target.send(method, path, json=body, credentials=spelled)

    expect.status(exchange, 200, 204)


# ---- the other operations


def elsewhere(run, webhook_id):
    """One request for each of the other operations, by operationId; those that remove come last."""
    this, body, query = f"/Webhook/{webhook_id}", arrange.rich_hook(run), f"?webhookId={webhook_id}"
    saved = body | {"WebhookId": webhook_id}
    return {
        "v1Webhook_DefaultWebhook": ("GET", "/Webhook/default", None),
        "v1Webhook_GetAllWebhooks": ("GET", "/Webhook", None),
        "v1Webhook_GetWebhook": ("GET", this, None),
        "v1Webhook_GetLastError": ("GET", f"{this}/LastError", None),
        "v1Webhook_PutWebhook": ("PUT", this, saved),
        "v1Webhook_TestWebhook": ("POST", "/Webhook/Test", body),
        "v1Webhook_SignalEvent": ("POST", f"/Webhook/{run.tag}.quiet/0", {}),
        "v1WebhookAgent_CreateDefaultWebhook": ("POST", f"{AGENT}/CreateDefaultWebhook", None),
        "v1WebhookAgent_SaveWebhook": ("POST", f"{AGENT}/SaveWebhook", saved),
        "v1WebhookAgent_GetWebhook": ("POST", f"{AGENT}/GetWebhook{query}", None),
        "v1WebhookAgent_TestWebhook": ("POST", f"{AGENT}/TestWebhook", {"Webhook": body}),
        "v1WebhookAgent_GetLastError": ("POST", f"{AGENT}/GetLastError", {"WebhookId": webhook_id}),
        "v1WebhookAgent_DeleteWebhook": ("POST", f"{AGENT}/DeleteWebhook{query}", None),
        "v1Webhook_DeleteWebhook": ("DELETE", this, None),
    }


def ask(run, request, credentials):
    """Send one of the requests with these credentials."""
    method, path, body = request
    sent = {} if body is None else {"json": body}
    exchange = run.target.send(method, path, credentials=credentials, **sent)
    arrange.remember(run, exchange)
    return exchange


def lets_anybody_in(run):
    """True for a target that asks for no credentials at all."""
    operation = next(each for each in reversed(OPERATIONS) if run.offers(each))
    return ask(run, requests(run)[operation], {}).status < 300 and not run.credentials_given


NOBODY = {"NameFilter": "a name that nobody has"}


@checks("auth.required-elsewhere")
def test_the_other_operations_ask_for_credentials(run):
    if lets_anybody_in(run):
        raise Unproved("no credentials were given, so the target may be open on purpose")
    hook = arrange.saved(run)

    for operation, request in elsewhere(run, hook["WebhookId"]).items():
        if run.is_about(operation):
            expect.status(ask(run, request, {}), 401)


# ---- credentials that nobody has


def forged(run):
    """The credentials of the run with one thing wrong, by what it is."""
    name, _, value = run.target.credentials.get("Authorization", "").partition(" ")
    if name.lower() != "basic":
        return {"another value": scheme(name or "Bearer", f"wrong-{value}")}
    user, _, password = b64decode(value).decode().partition(":")
    if not run.target.is_local:  # a user whose password is wrong that often may be locked out
        return {"another user": basic(f"nobody-{run.tag}", password)}
    wrong = {"no password": "", "another letter case": password.swapcase()}
    return {
        "another password": basic(user, f"not {password}"),
        "a longer password": basic(user, f"{password}x"),
        "another user": basic(f"nobody-{run.tag}", password),
        **{kind: basic(user, each) for kind, each in wrong.items() if each != password},
    }


@checks("auth.wrong")
def test_wrong_credentials_are_refused(run):
    hook = arrange.saved(run)
    either = {
        "v1WebhookAgent_GetAllWebhooks": ("POST", f"{AGENT}/GetAllWebhooks", NOBODY),
        "v1Webhook_PatchWebhook": ("PATCH", f"/Webhook/{hook['WebhookId']}", {"Secret": run.fresh("taken")}),
    }
    asked = [request for operation, request in either.items() if run.offers(operation)]
    exchanges = [ask(run, request, each) for each in forged(run).values() for request in asked]

    if not run.credentials_given and not any(each.status in {401, 403} for each in exchanges):
        raise Unproved("no credentials were given, so the target may take any on purpose")
    for exchange in exchanges:
        expect.status(exchange, 401, 403)


def strangers_to(run):
    """Credentials that may be refused: none, forged ones, and an XSRF value without a session."""
    return {"none": {}, "an XSRF value": {"X-XSRF-TOKEN": "made-up"}} | forged(run)


@checks("auth.refused-changes-nothing")
def test_a_post_that_is_refused_saves_nothing(run):
    run.require("v1Webhook_PostWebhook")
    for credentials in strangers_to(run).values():
        body = arrange.hook(run)
        exchange = ask(run, ("POST", "/Webhook", body), credentials)
        expect.no_server_error(exchange)
        if exchange.status in {401, 403}:
            left = arrange.named(run, body["Name"])
            expect.that(not left, "no webhook left behind", left, exchange)


@checks("auth.refused-changes-nothing")
@pytest.mark.parametrize("who", ["none", "an XSRF value", "another password"])
def test_a_change_that_is_refused_is_not_made(run, who):
    credentials = strangers_to(run).get(who, {})
    hook = arrange.saved(run, arrange.rich_hook(run))
    changes = [{"op": "replace", "path": "/Name", "value": "taken over"}]
    patches = [("PATCH", f"/Webhook/{hook['WebhookId']}", body) for body in (changes, {"Name": "taken over"})]
    others = elsewhere(run, hook["WebhookId"])
    patches = patches if run.offers("v1Webhook_PatchWebhook") else []
    requests = patches + [others[operation] for operation in CHANGING if run.is_about(operation)]

    for request in requests:
        exchange = ask(run, request, credentials)
        expect.no_server_error(exchange)
        if exchange.status not in {401, 403}:
            break  # whoever is let in may change it
        arrange.unchanged(run, hook, exchange)


CHANGING = (
    "v1Webhook_PutWebhook",
    "v1WebhookAgent_SaveWebhook",
    "v1WebhookAgent_DeleteWebhook",
    "v1Webhook_DeleteWebhook",
)


@armed
def uninvited(run: Run):
    """A webhook, an event that was signalled without credentials, and one that was signalled with them."""
    run.require("v1WebhookAgent_SignalEvent")
    entity, since = run.entity(), time.monotonic()
    hook = arrange.saved(run, Events=[f"{entity}.uninvited", f"{entity}.invited"])
    body = {"EventName": f"{entity}.uninvited", "PrimaryKey": 1, "Data": {}}
    exchange = ask(run, ("POST", f"{AGENT}/SignalEvent", body), {})
    arrange.signalled(run, f"{entity}.invited")
    return since, hook, exchange


@checks("auth.refused-changes-nothing")
def test_an_event_that_is_refused_is_not_told(run, uninvited):
    since, hook, exchange = uninvited
    if exchange.status not in {401, 403}:
        raise Unproved("the target signals events for anybody")
    heard = run.deliveries(arrange.mailbox(hook), 1, since=since)
    if not heard:
        raise run.silence(Blocked("nothing was delivered"))

    for each in run.settled(arrange.mailbox(hook), since=since):
        if each.event.endswith(".uninvited"):
            raise ContractViolation("no delivery of what was refused", each.event, each)


SENSELESS = {
    "a scheme alone": "Basic",
    "no base64": "Basic !!!!",
    "no colon": "Basic dGplMA==",
    "no UTF-8": "Basic //79Ov/+",
    "a bare ticket": "SoTicket",
    "a bare token": "Bearer",
    "an unknown scheme": "Gossip who=me",
    "no scheme": "dGplMDpUamUw",
    "a list": "Basic a, Bearer b",
    "long": f"Bearer {'x' * 6000}",
    "blank": " ",
}


@checks("robust.hostile-credentials")
def test_credentials_that_make_no_sense_are_no_server_error(run):
    for value in SENSELESS.values():
        exchange = ask(run, ("POST", f"{AGENT}/GetAllWebhooks", NOBODY), {"Authorization": value})
        expect.no_server_error(exchange)
