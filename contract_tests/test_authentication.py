"""The header rows Authorization and X-XSRF-TOKEN: who is let in."""

from __future__ import annotations

import pytest

from contract_tests.kit import arrange, expect
from contract_tests.kit.clause import checks
from contract_tests.kit.verdicts import Unproved

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
    name, _, value = run.target.credentials["Authorization"].partition(" ")
    run.require(operation)
    method, path, body = requests(run)[operation]
    spelled = {"Authorization": f"{spell(name)} {value}"}
    exchange = run.target.send(method, path, json=body, credentials=spelled)

    expect.status(exchange, 200, 204)
