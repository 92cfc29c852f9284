"""Requests that are too large, lead nowhere, or name what no webhook has: no 5xx, and the next is served."""

from __future__ import annotations

import pytest

from contract_tests.kit import arrange, expect, values, ways
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import add, holds, remove, replace
from contract_tests.kit.verdicts import ContractViolation, NoAnswer

AGENT = "/Agents/Webhook"
MEGABYTES = 5 * 2**20
DEEP = 20_000  # levels; more than the stack of any reader that calls itself

LARGE = {
    "long name": b'{"Name": "' + b"x" * MEGABYTES + b'"}',
    "deep arrays": b"[" * DEEP,
    "deep objects": b'{"a":' * DEEP,
    "deep and whole": b'{"Properties": ' + b'{"a":' * DEEP + b"1" + b"}" * (DEEP + 1),
}
DOORS = {
    "v1Webhook_PostWebhook": ("POST", "/Webhook"),
    "v1Webhook_PatchWebhook": ("PATCH", "/Webhook/{id}"),
    "v1WebhookAgent_GetAllWebhooks": ("POST", f"{AGENT}/GetAllWebhooks"),
    "v1WebhookAgent_SignalEvent": ("POST", f"{AGENT}/SignalEvent"),
}


@checks("robust.large-bodies")
@pytest.mark.parametrize("kind", LARGE)
def test_a_large_body_is_no_server_error(run, kind):
    hook = arrange.saved(run)
    for method, path in (each for operation, each in DOORS.items() if run.offers(operation)):
        try:
            exchange = run.target.send(method, path.format(id=hook["WebhookId"]), body=LARGE[kind])
        except NoAnswer:
            continue  # who has read enough may close the connection (RFC 9110, section 15.5.14)
        arrange.remember(run, exchange)
        expect.no_server_error(exchange)
    served(run)


def served(run):
    """The next good request is answered as if nothing had been."""
    __tracebackhide__ = True
    try:
        expect.status(ways.listing(run, {"NameFilter": run.fresh("nobody")}), 200)
    except NoAnswer as silence:
        raise ContractViolation("an answer to the next request", silence.came, silence.seen) from None


NOWHERE = (
    "/Webhook/1/2/3",
    "/Webhook//",
    "/Webhook/%2e%2e/%2e%2e",
    "/Webhook/%ff%fe",
    f"/Webhook/{'9' * 3000}",
    "/Webhook/-0",
    "/Webhook/%D9%A1",
    "/Webhook/1%00",
    "/Webhook/1;a=b",
    "/NoSuchEntity/1",
    "/Agents/NoSuchAgent/DoIt",
)
STRANGE = (
    "/Webhook?statusFilter=NoSuchState",
    "/Webhook?nameFilter=%ff%fe",
    "/Webhook?nameFilter=%00",
    "/Webhook?nameFilter=a&nameFilter=b",
    "/Webhook?%24select=%24select&=&&%",
    f"/Webhook?eventFilter={'e' * 3000}",
    "/Webhook/default?$select=/",
)
METHODS = ("NoSuchMethod", "getallwebhooksx", "", "GetAllWebhooks/more")


@checks("robust.hostile-paths")
def test_paths_and_queries_to_nowhere_are_no_server_error(run):
    for path in (*NOWHERE, *STRANGE):
        expect.no_breakdown(run.target.send("GET", path))
    served(run)


@checks("robust.hostile-paths")
@pytest.mark.parametrize("method", METHODS)
def test_an_agent_has_no_other_methods(run, method):
    exchange = run.target.send("POST", f"{AGENT}/{method}", json={})

    # Who leads elsewhere has done nothing yet (RFC 9110, section 15.4).
    fine = 300 <= exchange.status < 500 or exchange.status == expect.NOT_IMPLEMENTED
    expect.that(fine, "a 4xx status", f"status {exchange.status}", exchange)


@checks("robust.hostile-paths")
@pytest.mark.parametrize(
    "query",
    ["", "?webhookId=", "?webhookId=abc", "?webhookId=-1", "?webhookId=9e99", "?webhookId=2147483648"],
)
def test_an_agent_asked_for_no_id_is_no_server_error(run, query):
    run.require("v1WebhookAgent_GetWebhook")

    expect.no_server_error(run.target.send("POST", f"{AGENT}/GetWebhook{query}"))


MEMBERS = {
    "no such member": {"NoSuchMember": 1, "__proto__": {"State": "Stopped"}, "constructor": {"prototype": 1}},
    "an empty name": {"": "x", " ": "y"},
    "links": {"_Links": {"Self": "http://127.0.0.1:9/"}},
    "a hole": [add("/__proto__/State", "Stopped"), add("/constructor/prototype/x", 1)],
    "a slash": [add("/", "x")],
    "slashes": [remove("//")],
    "a tilde": [replace("/~", "x"), replace("/~2", "x")],
    "the whole": [holds("", {})],
    "a number": [add("/0", "x")],
    "below a text": [add("/Name/0", "x")],
    "a long path": [add("/a" * 2000, "x")],
}


@checks("robust.hostile-members")
@pytest.mark.parametrize("kind", MEMBERS)
def test_what_no_webhook_has_changes_nothing_else(run, kind):
    before = arrange.saved(run, arrange.rich_hook(run))
    exchange = arrange.patch(run, before["WebhookId"], MEMBERS[kind])

    expect.no_server_error(exchange)
    after = arrange.read(run, before["WebhookId"])
    expect.same_members(exchange, before, after, values.SETTABLE, when="as before")
