"""Credentials, media types, and requests that make no sense."""

from __future__ import annotations

import base64

import pytest

TARGET = "http://localhost:9/"


def basic(pair: str) -> str:
    """A Basic header."""
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": basic("tje0:Tje0")}, 200),
        ({"Authorization": "bASIC dGplMDpUamUw"}, 200),
        ({"Authorization": basic("tje0:tje0")}, 401),
        ({"Authorization": "Basic tje0:Tje0"}, 401),
        ({"Authorization": "Basic \xff"}, 401),
        ({"Authorization": "Basic"}, 401),
        ({"Authorization": "SOTicket 7T:anything"}, 200),
        ({"Authorization": "soticket 8A:anything"}, 401),
        ({"Authorization": "BEARER 8A:x"}, 200),
        ({"Authorization": "Bearer 7A:x"}, 200),
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": "Digest 8A:x"}, 401),
        ({"X-XSRF-TOKEN": "t"}, 401),
        ({"X-XSRF-TOKEN": "t", "Cookie": "a=b; XSRF-TOKEN=t"}, 200),
        ({"X-XSRF-TOKEN": "t", "Cookie": "XSRF-TOKEN=u"}, 401),
        ({"X-XSRF-TOKEN": "", "Cookie": "XSRF-TOKEN="}, 401),
    ],
    ids=str,
)
def test_credentials(api, headers, status):
    """The four documented ways in, whichever case their names have."""
    answer = api.app.test_client(use_cookies=False).get("/api/v1/Webhook", headers=headers)

    assert answer.status_code == status
    if status == 401:
        assert answer.json["Error"] is True
        assert "--no-auth" in answer.json["Message"]
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_other_credentials(make):
    """Options replace what is taken, and the caller's name is the user's."""
    api = make(user="bjørn", password="a:b", token="t", ticket="k")
    taken = [basic("bjørn:a:b"), "Bearer t", "SoTicket k"]

    for header in taken:
        answer = api("POST", "/Webhook", {"TargetUrl": TARGET}, {"Authorization": header})
        assert answer.json["RegisteredAssociate"]["Name"] == "bjørn"
    for header in (basic("tje0:Tje0"), "Bearer 8A:x", "SoTicket 7T:x"):
        assert api("GET", "/Webhook", headers={"Authorization": header}).status_code == 401


def test_no_credentials_at_all(make):
    """Without authentication every header is taken, and a Basic user keeps the name."""
    api = make(authentication=False)
    for header in ("", "Basic ?", "Nonsense", basic("ADM0:")):
        answer = api("POST", "/Webhook", {"TargetUrl": TARGET}, {"Authorization": header})
        assert answer.status_code == 200

    assert answer.json["RegisteredAssociate"]["Name"] == "ADM0"
    assert answer.json["RegisteredAssociate"]["AssociateId"] > 1


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ("text/xml", "text/xml"),
        ("text/*;q=0.5", "text/json"),
        ("application/json;q=0.1, text/xml;q=0.2", "text/xml"),
        ("application/json;q=0", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("Application/Merge-Patch+JSON", "application/merge-patch+json"),
        (";;,q=,=;q=x," * 50, "application/json"),
    ],
)
def test_accept(api, accept, content_type):
    """The best of the documented types, or JSON."""
    answer = api("GET", "/Webhook/default", headers={"Accept": accept})

    assert answer.headers["Content-Type"] == f"{content_type}; charset=utf-8"


def test_xml_goes_both_ways(api):
    """What is answered in XML can be sent back in XML, and means the same."""
    api.new(
        Name="<ø> & \x01",
        Events=["a.b", "c.d"],
        Headers={"A": "1"},
        Properties={"p": {"q": [1, 1.5, True, None, "x", {}]}, "e": ""},
        ErrorAssociates=[
            {"Id": 5, "Deleted": False, "Name": None, "ChildItems": [{"Id": 6}]},
            {"FieldProperties": {"a b": {"FieldRight": {"Mask": "FULL"}, "FieldLength": 1}}},
        ],
        Description="",
    )
    answer = api("GET", "/Webhook/1", headers={"Accept": "application/xml"})
    again = api("POST", "/Webhook", data=answer.data, content_type="application/xml; charset=utf-8").json
    own = {"WebhookId", "Registered", "RegisteredAssociate", "_Links", "Name"}

    assert answer.data.startswith(b'<?xml version="1.0" encoding="utf-8"?><WebhookWithLinks xmlns:i=')
    assert b"<Events><string>a.b</string><string>c.d</string></Events>" in answer.data
    assert b'<ErrorsEmail i:nil="true"/>' in answer.data
    assert again["Name"] == "<ø> & �"
    assert {key: value for key, value in again.items() if key not in own} == {
        key: value for key, value in api.read(1).items() if key not in own
    }


def test_lists_and_refusals_in_xml(api):
    """A list, a text and a refusal have their own root elements."""
    api.new()
    xml = {"Accept": "text/xml"}

    assert b"<ArrayOfWebhook xmlns:i=" in (listed := api("GET", "/Webhook", headers=xml).data)
    assert b"<Webhook><WebhookId>1</WebhookId>" in listed
    assert api("GET", "/Webhook/1/LastError", headers=xml).data.endswith(b"</string>")
    assert b"<ErrorType>SoNotFoundException</ErrorType>" in api("GET", "/Webhook/7", headers=xml).data
    assert b'i:nil="true"' in api("POST", "/Agents/Webhook/GetWebhook?webhookId=7", headers=xml).data


def test_requests_in_xml(api):
    """Names in any case, plain dictionaries, wrapped requests."""
    answer = api(
        "POST",
        "/Agents/Webhook/SaveWebhook",
        data=f"<x:Webhook xmlns:x='urn:x'><name>n</name><TARGETURL>{TARGET}</TARGETURL><State>2</State>"
        "<Headers><A>1</A></Headers><Events/></x:Webhook>",
        content_type="text/xml",
    )
    wrapped = "<r><Webhook><TargetUrl>http://127.0.0.1:9/</TargetUrl></Webhook></r>"
    tested = api("POST", "/Agents/Webhook/TestWebhook", data=wrapped, content_type="text/xml")

    assert (answer.json["Name"], answer.json["State"], answer.json["Headers"]) == ("n", "Stopped", {"A": "1"})
    assert tested.json["Success"] is False


@pytest.mark.parametrize(
    "body",
    [
        b"<a>",
        b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        b"<a>&e;</a>",
        b"<a>" * 500,
        b"\xff\xfe",
        b"",
        b"<a><WebhookId>x</WebhookId></a>",
        b"<a><Headers>x</Headers></a>",
        b"<?xml version='1.0' encoding='nope'?><a/>",
    ],
)
def test_refused_xml(api, body):
    """XML that is broken, has a document type, is too deep or of wrong types is refused."""
    assert api("POST", "/Webhook", data=body, content_type="application/xml").status_code == 400


def test_forms(api):
    """A form has a field per property, and repeats it for an array."""
    form = {"name": "n ø", "TargetUrl": TARGET, "Events": ["a.b", "c.d"], "WebhookId": "7", "State": "2"}
    hook = api("POST", "/Webhook", data=form).json

    assert (hook["Name"], hook["Events"], hook["State"]) == ("n ø", ["a.b", "c.d"], "Stopped")
    assert api("POST", "/Webhook", data={**form, "Headers": "A: 1"}).status_code == 400
    assert api("POST", "/Agents/Webhook/GetAllWebhooks", data={"StatusFilter": "Stopped"}).json == [
        {key: value for key, value in hook.items() if key != "_Links"}
    ]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"null", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"x"', "text/json", 400),
        (b'{"Name": NaN}', "application/json", 400),
        (b'{"Name": 1e999}', "application/json", 400),
        (b'{"WebhookId": 1e0}', "application/json", 400),
        (b'{"Name": "\\ud800"}', "application/json", 400),
        (b'{"Name": "\\u0000"}', "application/json", 400),
        (b'{"Name": "\xff"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"Properties":' + b'{"a":' * 200 + b"1" + b"}" * 201, "application/json", 400),
        (b'{"Properties":' + b'{"a":' * 70 + b"1" + b"}" * 71, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/json; charset=nonsense", 415),
        (b"\xff\xfe", "application/json; charset=utf-16", 400),
        (b"{}", ";;;=", 400),
        (b"a=1&" * 2000, "application/x-www-form-urlencoded", 400),
        (b"Name=%ff", "application/x-www-form-urlencoded", 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bodies_that_cannot_be_read(api, body, content_type, status):
    """Whatever the bytes, the refusal is the caller's to understand."""
    answer = api("POST", "/Webhook", data=body, content_type=content_type)

    assert answer.status_code == status, answer.text
    assert answer.json["Error"] is True


def test_readable_oddities(api):
    """A byte order mark, UTF-16, no media type, and repeated members are no reason to refuse."""
    text = '{"TargetUrl": "x", "Targeturl": "http://localhost:9/", "Name": "ø"}'
    for body, content_type in (
        (b"\xef\xbb\xbf" + text.encode(), "application/json"),
        (text.encode("utf-16"), "application/json; charset=UTF-16"),
        (text.encode(), None),
    ):
        assert api("POST", "/Webhook", data=body, content_type=content_type).json["Name"] == "ø"


def test_bodies_have_an_end(make):
    """A body beyond the limit is a 413."""
    api = make(body_limit=100)

    assert api("POST", "/Webhook", data=b"{}" + b" " * 99).status_code == 413
    assert api("POST", "/Webhook", data=b"{}" + b" " * 98, content_type="text/json").status_code == 400


def test_patches_are_json(api):
    """XML and forms say no patch."""
    api.new()

    assert api("PATCH", "/Webhook/1", data=b"<a/>", content_type="text/xml").status_code == 415


def test_wrong_methods(api):
    """A method that a path does not have is a 405 that names the others."""
    answer = api("POST", "/Webhook/1")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT", "PATCH", "DELETE"}
    assert api("OPTIONS", "/Webhook").status_code == 405
    assert api("HEAD", "/Webhook").status_code == 200
    assert api("BREW", "/Webhook").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/Webhook",
        "/api/v1/Webhooks",
        "/api/v1/Webhook/1/2/3",
        "/api/v10/Webhook",
        "/%ff%00/api/v1/Nothing",
        "/api/v1/%2e%2e/Webhook",
    ],
)
def test_unknown_paths(api, path):
    """What leads nowhere is a 404 with an error object."""
    answer = api("GET", path)

    assert answer.status_code == 404


@pytest.mark.parametrize("prefix", ["%00", "%01x", "x" * 300])
def test_tenants_have_printable_names(api, prefix):
    """A tenant that no database could name is refused."""
    assert api("GET", f"/{prefix}/api/v1/Webhook").status_code == 400


def test_odd_headers_are_no_error(api):
    """Languages, zones, hosts and lengths that make no sense are passed over."""
    headers = {
        "SO-TimeZone": "\xff,,includetzoffset",
        "Accept-Language": "??",
        "SO-Culture": "\x01",
        "Host": '"<>',
        "If-Modified-Since": "x" * 5000,
        "SO-AppToken": "x",
    }
    api.new()

    assert api("GET", "/Webhook/1?a=%ff&$select=%ff&&=;", headers=headers).status_code == 200
    assert api("GET", "/Webhook?nameFilter=%00").status_code == 400
