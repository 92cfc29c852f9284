"""The header rows Content-Type and Accept: the listed types, and what HTTP says of types in general."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from contract_tests.kit import arrange, expect
from contract_tests.kit.clause import checks

AGENT = "/Agents/Webhook"
JSON_TYPES = ("text/json", "application/json-patch+json", "application/merge-patch+json")
XML_TYPES = ("application/xml", "text/xml")
each_json_type = pytest.mark.parametrize("media_type", JSON_TYPES)
each_xml_type = pytest.mark.parametrize("media_type", XML_TYPES)


def rich_hook(run):
    """The body of a webhook with a sign in its target that XML has a meaning for."""
    body = arrange.rich_hook(run)
    return body | {"TargetUrl": f"{body['TargetUrl']}?a=1&b=2"}


def post(run, **headers):
    """POST a webhook with these headers."""
    return sent(run, "POST", "/Webhook", rich_hook(run), headers)


def patch(run, **headers):
    """PATCH a webhook of its own with these headers."""
    path = f"/Webhook/{arrange.saved(run, rich_hook(run))['WebhookId']}"
    return sent(run, "PATCH", path, {"Name": run.fresh()}, headers)


def listed(run, **headers):
    """GetAllWebhooks with these headers, for one webhook."""
    body = {"NameFilter": arrange.saved(run, rich_hook(run))["Name"]}
    return sent(run, "POST", f"{AGENT}/GetAllWebhooks", body, headers)


def sent(run, method, path, body, headers):
    """One request; its webhook, if it made one, is noted."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    exchange = run.target.send(method, path, json=body, headers=named)
    arrange.remember(run, exchange)
    return exchange


DOORS = {
    "post": ("v1Webhook_PostWebhook", post),
    "patch": ("v1Webhook_PatchWebhook", patch),
    "list": ("v1WebhookAgent_GetAllWebhooks", listed),
}
doors = pytest.mark.parametrize("door", DOORS)


def knock(run, door, **headers):
    """A good request at one of the doors, with these headers; NotOffered when it is not there."""
    operation, send = DOORS[door]
    run.require(operation)
    return send(run, **headers)


# ---- Content-Type


@checks("webhook.post.json-types")
@each_json_type
def test_a_post_takes_json_by_its_other_names(run, media_type):
    body = arrange.rich_hook(run)
    exchange = sent(run, "POST", "/Webhook", body, {"Content-Type": media_type})

    expect.status(exchange, 200)
    expect.same_members(exchange, body, expect.members(exchange), body, when="as sent")


@checks("agent.list.json-types")
@each_json_type
def test_filters_are_taken_as_json_by_its_other_names(run, media_type):
    exchange = listed(run, Content_Type=media_type)

    expect.status(exchange, 200)
    expect.that(len(expect.elements(exchange)) == 1, "the one webhook of that name", exchange.json, exchange)


@checks("agent.signal.json-types")
@each_json_type
def test_an_event_is_taken_as_json_by_its_other_names(run, media_type):
    body = {"EventName": f"{run.entity()}.listens", "PrimaryKey": 1, "Data": {}}
    headers = {"Content-Type": media_type}

    expect.status(sent(run, "POST", f"{AGENT}/SignalEvent", body, headers), 204)


@checks("robust.media-type-case")
@doors
@pytest.mark.parametrize("written", ["Application/JSON; Charset=UTF-8", 'application/json;charset="utf-8"'])
def test_the_type_of_a_body_has_no_letter_case(run, door, written):
    expect.status(knock(run, door, Content_Type=written), 200)


# ---- Accept


def in_json(exchange):
    """The answer is JSON, by whatever name JSON goes."""
    __tracebackhide__ = True
    expect.status(exchange, 200)
    expect.json(exchange)
    declared = exchange.headers.get("Content-Type", "")
    expect.that("json" in declared.lower(), "a Content-Type of JSON", declared, exchange)


def as_declared(exchange):
    """The body is what the Content-Type says: JSON that can be read, or well-formed XML."""
    __tracebackhide__ = True
    declared = exchange.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not exchange.body:
        return
    if declared.endswith("json"):
        expect.json(exchange)
    if declared.endswith("xml"):
        expect.that(is_xml(exchange.body), "well-formed XML, as declared", exchange.body, exchange)


def is_xml(body):
    """True for a well-formed document without a document type."""
    try:
        return b"<!DOCTYPE" not in body and ElementTree.fromstring(body) is not None  # noqa: S314  # no DTD, no entities
    except ElementTree.ParseError:
        return False


def in_xml_or_json(exchange):
    """The answer went well, and is XML or JSON, as it says."""
    __tracebackhide__ = True
    expect.status(exchange, 200)
    declared = exchange.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    expect.that(declared.endswith(("xml", "json")), "a Content-Type of XML or JSON", declared, exchange)
    as_declared(exchange)


@checks("webhook.post.accept-json")
@each_json_type
def test_a_post_is_answered_in_json(run, media_type):
    in_json(post(run, Accept=media_type))


@checks("webhook.patch.accept-json")
@each_json_type
def test_a_patch_is_answered_in_json(run, media_type):
    in_json(patch(run, Accept=media_type))


@checks("agent.list.accept-json")
@each_json_type
def test_the_list_is_in_json(run, media_type):
    in_json(listed(run, Accept=media_type))


@checks("webhook.post.accept-xml")
@each_xml_type
def test_a_post_is_answered_in_xml(run, media_type):
    in_xml_or_json(post(run, Accept=media_type))


@checks("webhook.patch.accept-xml")
@each_xml_type
def test_a_patch_is_answered_in_xml(run, media_type):
    in_xml_or_json(patch(run, Accept=media_type))


@checks("agent.list.accept-xml")
@each_xml_type
def test_the_list_is_in_xml(run, media_type):
    in_xml_or_json(listed(run, Accept=media_type))


WISHES = (
    "*/*",
    "application/*",
    "application/json; charset=utf-8",
    "text/html;q=0.9, application/json;q=0.5",
    "application/xml;q=0.1, application/json;q=0.9, */*;q=0.01",
    "APPLICATION/JSON",
)


@checks("robust.negotiation")
@doors
@pytest.mark.parametrize("wish", WISHES)
def test_who_can_take_json_gets_an_answer(run, door, wish):
    exchange = knock(run, door, Accept=wish)

    expect.status(exchange, 200)
    as_declared(exchange)


@checks("robust.negotiation")
@pytest.mark.parametrize("wish", ["text/html", "application/json;q=0", "image/*, audio/x;q=2"])
def test_who_cannot_take_json_gets_what_is_declared(run, wish):
    exchange = knock(run, "list", Accept=wish)

    expect.no_server_error(exchange)
    as_declared(exchange)


# ---- bodies that are not JSON

NAME = b"a-name"  # stands for one that nothing else has
OTHERS = {
    "XML": ("application/xml", b"<Webhook><Name>a-name</Name></Webhook>"),
    "XML that ends early": ("text/xml", b"<Webhook><Name>a-name"),
    "XML with entities": (
        "application/xml",
        b'<!DOCTYPE w [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><Webhook><Name>a-name&b;</Name></Webhook>',
    ),
    "JSON called XML": ("application/xml", b'{"Name": "a-name"}'),
    "a form": ("application/x-www-form-urlencoded", b"Name=a-name&Events=a.b&%ZZ&="),
    "JSON called a form": ("application/x-www-form-urlencoded", b'{"Name": "a-name"}'),
    "parts": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--"),
    "bytes": ("application/octet-stream", bytes(range(256))),
    "no type at all": ("/;;=", b'{"Name": "a-name"}'),
    "an unknown charset": ("application/json; charset=no-such-charset", b"{}"),
}


@checks("robust.other-media-types")
@pytest.mark.parametrize("kind", OTHERS)
def test_another_notation_is_no_server_error(run, kind):
    media_type, written = OTHERS[kind]
    name = run.fresh()
    body = written.replace(NAME, name.encode())
    hook = arrange.saved(run, arrange.rich_hook(run))
    path = f"/Webhook/{hook['WebhookId']}"
    sends = {
        "v1Webhook_PatchWebhook": ("PATCH", path),
        "v1Webhook_PostWebhook": ("POST", "/Webhook"),
        "v1WebhookAgent_GetAllWebhooks": ("POST", f"{AGENT}/GetAllWebhooks"),
        "v1WebhookAgent_SignalEvent": ("POST", f"{AGENT}/SignalEvent"),
    }
    for method, where in (each for operation, each in sends.items() if run.offers(operation)):
        exchange = run.target.send(method, where, body=body, headers={"Content-Type": media_type})
        arrange.remember(run, exchange)
        expect.no_server_error(exchange)
        if method == "PATCH" and exchange.status >= 400:
            arrange.unchanged(run, hook, exchange)
    refused_leave_nothing(run, hook, name)


def refused_leave_nothing(run, hook, name):
    """Unless the POST was accepted, nobody has the name but the webhook that was patched."""
    __tracebackhide__ = True
    posts = [each for each in run.target.recent if each.request.body and name.encode() in each.request.body]
    posts = [each for each in posts if (each.request.method, each.request.path) == ("POST", "/Webhook")]
    if posts and posts[-1].status >= 400:
        left = {each.get("WebhookId") for each in arrange.named(run, name)}
        expect.that(left <= {hook["WebhookId"]}, "no webhook left behind", left, posts[-1])
