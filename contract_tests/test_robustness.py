"""What any HTTP service owes its clients: a mistake is a 4xx, and a refused request changes nothing."""

from __future__ import annotations

import pytest

from contract_tests.kit import arrange, expect, ways
from contract_tests.kit.clause import checks
from contract_tests.kit.patches import holds
from contract_tests.kit.profiles import CORE
from contract_tests.kit.verdicts import ContractViolation

AGENT = "/Agents/Webhook"

MALFORMED = {
    "cut off": b'{"Name": "cut',
    "no JSON": b"<Webhook/>",
    "bare word": b"Name",
    "open bracket": b"[",
}
# Read by one JSON library and refused by another.
DOUBTFUL = {
    "stray comma": b'{"Name": "x",}',
    "single quotes": b"{'Name': 'x'}",
    "not UTF-8": b'{"Name": "\xff\xfe\xfa"}',
    "UTF-16": '{"Name": "x"}'.encode("utf-16"),
    "with a mark": b'\xef\xbb\xbf{"Name": "x"}',
    "lone surrogate": b'{"Name": "\\ud800"}',
    "NUL": b'{"Name": "\\u0000"}',
    "no number": b'{"WebhookId": NaN}',
    "huge number": b'{"WebhookId": 0.1e401, "PrimaryKey": 1e400}',
    "twice the same member": b'{"Name": "x", "Name": "y", "name": "z"}',
    "deep": b'{"Properties": ' + b'{"a":' * 100 + b"1" + b"}" * 101,
    "long": b'{"Name": "' + b"x" * 20_000 + b'"}',
    "empty": b"",
    "blank": b"   ",
}


def door(run, name):
    """Method and path of an operation with a body; NotOffered when the target has it not."""
    run.require(DOORS[name])
    return {
        "post": lambda: ("POST", "/Webhook"),
        "patch": lambda: ("PATCH", f"/Webhook/{arrange.saved(run)['WebhookId']}"),
        "list": lambda: ("POST", f"{AGENT}/GetAllWebhooks"),
        "signal": lambda: ("POST", f"{AGENT}/SignalEvent"),
    }[name]()


DOORS = dict(zip(("post", "patch", "list", "signal"), CORE, strict=True))


doors = pytest.mark.parametrize("name", DOORS)


def still_works(run):
    """A good request after a bad one is answered as if nothing had been."""
    __tracebackhide__ = True
    exchange = ways.listing(run, {"NameFilter": run.fresh("nobody")})
    if exchange.status != 200:
        raise ContractViolation("200 for the next good request", f"status {exchange.status}", exchange)


@checks("robust.malformed-body")
@doors
@pytest.mark.parametrize("kind", MALFORMED)
def test_a_body_that_is_no_json_is_refused(run, name, kind):
    method, path = door(run, name)
    exchange = run.target.send(method, path, body=MALFORMED[kind])

    expect.refused(exchange)
    still_works(run)


@checks("robust.wrong-kind-of-body")
@doors
@pytest.mark.parametrize("kind", DOUBTFUL)
def test_a_doubtful_body_is_no_server_error(run, name, kind):
    method, path = door(run, name)
    exchange = run.target.send(method, path, body=DOUBTFUL[kind])
    arrange.remember(run, exchange)

    expect.no_server_error(exchange)
    still_works(run)


@checks("robust.wrong-kind-of-body")
@doors
@pytest.mark.parametrize(
    "body", [[], {}, "text", 7, True, None, [[]], [None], {"": {}}, [{"op": 1, "path": 2}]], ids=repr
)
def test_json_of_the_wrong_kind_is_no_server_error(run, name, body):
    method, path = door(run, name)
    exchange = run.target.send(method, path, json=body)
    arrange.remember(run, exchange)

    expect.no_server_error(exchange)
    still_works(run)


WRONG_TYPES = {
    "Name": [7, [], {}, True],
    "Events": ["contact.created", 7, {}, [7], [None], [[]]],
    "TargetUrl": [7, [], {}],
    "State": ["NoSuchState", 99, [], {}],
    "Headers": ["text", 7, [], {"X-A": []}, {"X-A": {}}],
    "Properties": ["text", 7, []],
    "WebhookId": ["text", [], {}, 2**40, 0.25],
    "Registered": ["yesterday", 7, {}],
}


@checks("robust.wrong-kind-of-body")
@pytest.mark.parametrize("name", WRONG_TYPES)
def test_members_of_the_wrong_type_are_no_server_error(run, name):
    run.require("v1Webhook_PostWebhook")
    for value in WRONG_TYPES[name]:
        exchange = arrange.post(run, arrange.hook(run, **{name: value}))
        expect.no_server_error(exchange)


@checks("robust.refusal-creates-nothing")
@pytest.mark.parametrize("name", WRONG_TYPES)
def test_a_refused_post_leaves_no_webhook(run, name):
    for value in WRONG_TYPES[name]:
        body = arrange.hook(run, **{name: value})
        exchange = arrange.post(run, body)
        if exchange.status < 400:
            continue  # some servers convert values of another type
        filters = {"NameFilter": body["Name"]} if isinstance(body["Name"], str) else {}
        left = [each for each in arrange.everything(run, **filters) if is_left(each, body)]
        expect.that(not left, "no webhook left behind", left, exchange)


def is_left(listed, body):
    """True for the webhook that the body describes."""
    return listed.get("Name") == body["Name"] or listed.get("TargetUrl") == body["TargetUrl"]


# Made of an id that nobody has, so that whatever a server makes of them hits nobody's webhook.
@checks("robust.hostile-ids")
@pytest.mark.parametrize(
    "spelling",
    [
        "-{id}",
        "{beyond}",
        "abc",
        "{id}.25",
        "%00",
        "{id}%2F{id}",
        "%F0%9F%94%91",
        "0x{id:x}",
        "{id}e0",
        "%20",
        "null",
    ],
)
def test_an_id_that_nobody_can_have_is_refused(run, spelling):
    webhook_id = spelling.format(id=run.unknown_id, beyond=run.unknown_id + 5 * 2**64)
    exchange = run.target.send("PATCH", f"/Webhook/{webhook_id}", json={"Name": run.fresh()})

    expect.refused(exchange)
    still_works(run)


@checks("robust.hostile-ids")
@pytest.mark.parametrize("tail", ["abc", ".25x", "%20x"])
def test_an_id_with_more_behind_it_is_refused(run, tail):
    hook = arrange.saved(run)
    path = f"/Webhook/{hook['WebhookId']}{tail}"

    expect.refused(run.target.send("PATCH", path, json={"Name": hook["Name"]}))
    if run.offers("v1Webhook_GetWebhook"):
        expect.refused(run.target.send("GET", path))


@checks("robust.hostile-ids")
@pytest.mark.parametrize("bits", [32, 64])
def test_an_id_beyond_an_integer_is_not_cut(run, bits):
    hook = arrange.saved(run)
    path = f"/Webhook/{hook['WebhookId'] + 2**bits}"

    # A test alone: whosever id that is, nothing is changed.
    expect.refused(run.target.send("PATCH", path, json=[holds("/Name", hook["Name"])]))


SENSELESS = {
    "If-Unmodified-Since": ["yesterday", "", "Sun, 99 Nov 2099 99:99:99 GMT", "0", "9" * 400],
    "If-Modified-Since": ["yesterday", "0"],
    "Accept-Language": ["!!", "xx-YY-zz;q=7", "*"],
    "SO-TimeZone": ["Nowhere/Land", "999999", "includeTZOffset,includeTZOffset", ","],
    "SO-Language": ["!!", "*"],
    "SO-Culture": ["!!"],
    "SO-AppToken": ["'\"<>"],
    "Accept": ["nothing/at-all", "*/*;q=x", ";;,,"],
    "If-Match": ["*", '"x"'],
    "Range": ["bytes=0-1"],
    "Expect": ["200-maybe"],
    "X-HTTP-Method-Override": ["DELETE"],
}


@checks("robust.hostile-headers")
@pytest.mark.parametrize("name", SENSELESS)
def test_headers_that_make_no_sense_are_no_server_error(run, name):
    run.require("v1Webhook_PatchWebhook")
    hook = arrange.saved(run)
    for value in SENSELESS[name]:
        path = f"/Webhook/{hook['WebhookId']}"
        exchange = run.target.send("PATCH", path, json={"Secret": "x"}, headers={name: value})
        expect.no_server_error(exchange)
    still_works(run)


@checks("robust.hostile-headers")
@pytest.mark.parametrize("select", [",,,", "/", "Name/", "/Name", "*", "%00", "Name;drop", "a" * 3000, "名"])
def test_selections_that_make_no_sense_are_no_server_error(run, select):
    run.require("v1WebhookAgent_GetAllWebhooks")
    body = {"NameFilter": run.fresh("nobody")}
    exchange = run.target.send("POST", f"{AGENT}/GetAllWebhooks", json=body, query={"$select": select})

    expect.no_server_error(exchange)
