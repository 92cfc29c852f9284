"""What a request would touch, however it is written, and whether it may."""

from __future__ import annotations

import json

import pytest

from contract_tests.kit import ledger as ledgers
from contract_tests.kit import readings
from contract_tests.kit.exchange import Request
from contract_tests.kit.ledger import UNKNOWN_IDS, Ledger, Trespass
from contract_tests.kit.target import Target
from tests.kit.servers import answering, exchange

BASE = "http://127.0.0.1:9/T/api/v1"
TAG = "wct0000000000000000"
OURS, THEIRS, NOBODYS = 12, 1, UNKNOWN_IDS[0]
AGENT = "/Agents/Webhook"


def ledger() -> Ledger:
    """One that knows of a webhook of ours and one of theirs."""
    known = Ledger(TAG)
    known.survey({THEIRS})
    known.claim(OURS, exchange())
    return known


def refusal(method: str, path: str, body: object = None, **headers: str) -> str:
    """Why a request is not sent; empty when it is."""
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ledger().trespass(Request(method, path, BASE + path, named, content), BASE)


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE", "patch", "FROBNICATE"])
@pytest.mark.parametrize(
    "spelled",
    [
        *(
            "1",
            "+1",
            "-1",
            "01",
            "0001",
            "1.0",
            "1.5",
            "1e0",
            "10e-1",
            "0x1",
            "0b1",
            "0o1",
            " 1",
            "1 ",
            "%31",
        ),
        *(
            "%2531",
            "%2B1",
            "1%00",
            "1%2F12",
            "12%2F1",
            "1;v=2",
            "1,12",
            "12,1",
            "[1]",
            "{1}",
            '"1"',
            "%221%22",
        ),
        *(
            "4294967297",
            "-4294967295",
            "18446744073709551617",
            "１",
            "%EF%BC%91",
            "١",
            "¹",
            "true",
            "TRUE",
            "1_",
            "_1",
        ),
        *("0.6", "id1", "12/../1", "./1", "12\\1", "1?x=12", "1#12", "12?webhookId=1", "12?WEBHOOKID=%31"),
        *("12?id=1", "12?webhook_id=1", "12?webhookId[]=1", "12?x=1&webhookId=01", "0.9999999999999999"),
    ],
)
def test_webhooks_of_others_are_not_changed(method, spelled):
    """Every way in which a server may read the id of somebody else's webhook."""
    assert refusal(method, f"/Webhook/{spelled}", {})
    assert refusal(method, f"/wEBHOOK//{spelled}", {})


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "spelled",
    [
        *(
            "12",
            "+12",
            "-12",
            "12.0",
            "12.25",
            "0xC",
            "%31%32",
            "abc",
            "null",
            "%00",
            "default",
        ),
        *(
            f"{NOBODYS}",
            f"-{NOBODYS}",
            f"{NOBODYS}.25",
            f"{NOBODYS}e0",
            f"0x{NOBODYS:x}",
            f"{NOBODYS + 5 * 2**64}",
        ),
        *(f"{NOBODYS}%2F{NOBODYS}", "0", "-0", "%F0%9F%94%91", "12?$select=Name,Id", "9" * 400 + "0" * 40),
    ],
)
def test_our_own_and_nobodys_are(method, spelled):
    """Hostile spellings are sent as long as they can mean nobody else."""
    assert refusal(method, f"/Webhook/{spelled}", {}) == ""


def test_what_was_removed_is_changed_with_a_guard_alone():
    """Its id may be somebody else's by now; a date of before makes sure that nothing of theirs changes."""
    known, path, body = ledger(), f"/Webhook/{OURS}", b'{"Name": "x"}'
    known.gone.add(OURS)

    refused = known.trespass(Request("PATCH", path, BASE + path, {}, body), BASE)
    assert "may be somebody else's by now" in refused
    guard = {"If-Unmodified-Since": "Sat, 21 Nov 2026 12:00:00 GMT"}
    assert known.trespass(Request("PATCH", path, BASE + path, guard, body), BASE) == ""
    assert known.trespass(Request("GET", path, BASE + path, {}, None), BASE) == ""

    test, change = '{"op": "test", "path": "/Name", "value": "ours"}', '{"op": "remove", "path": "/Secret"}'
    for body, fine in ((f"[{test}, {change}]", True), (f"[{change}, {test}]", False)):
        told = known.trespass(Request("PATCH", path, BASE + path, {}, body.encode()), BASE)
        assert bool(told) is not fine


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/Webhook", "/Webhook/", "/Webhook/%20", "/Webhook/?x=1"])
def test_a_whole_collection_is_not_changed(method, path):
    """Without an id such a request would be about everybody's webhooks."""
    assert refusal(method, path, {})


@pytest.mark.parametrize(
    "body",
    [
        {"WebhookId": 1},
        {"webhookid": "1"},
        {"WEBHOOKID": 1.0},
        {"WebhookId": True},
        {"WebhookId": [12, 1]},
        {"WebhookIds": [1]},
        {"Webhook": {"WebhookId": 1}},
        [{"WebhookId": 12}, {"WebhookId": 1}],
        {"Id": 1},
        b'{"WebhookId": 1, "WebhookId": 12}',
        b'{"WebhookId": 12, "webhookId": 1}',
        b'{"Webhook\\u0049d": 1}',
        b'\xef\xbb\xbf{"WebhookId": 1}',
        '{"WebhookId": 1}'.encode("utf-16"),
        b'{"WebhookId": 1e400}',
        b'{"WebhookId": 1,}',
        b"{'WebhookId': 1}",
        b"<Webhook><WebhookId>1</WebhookId></Webhook>",
        b'<w:Webhook xmlns:w="urn:x"><w:WebhookId>1</w:WebhookId></w:Webhook>',
        b'<Webhook WebhookId="1"/>',
        b"<Webhook><WebhookId>1</Webhook>",
        b"Name=x&WebhookId=1",
        b"webhookid=%31",
        b'--b\r\nContent-Disposition: form-data; name="WebhookId"\r\n\r\n1\r\n--b--',
        [{"op": "replace", "path": "/WebhookId", "value": 1}],
        [{"OP": "add", "Path": "/webhookId/", "Value": "1"}],
        [{"op": "copy", "from": "/RegisteredAssociate/AssociateId", "path": "/WebhookId"}],
        [{"op": "replace", "path": "", "value": {"WebhookId": 1}}],
    ],
    ids=repr,
)
def test_bodies_do_not_name_webhooks_of_others(body):
    """In JSON, XML and forms, in patches and lists, and where a body cannot be read at all."""
    places = [
        ("POST", f"{AGENT}/SaveWebhook"),
        ("POST", "/Webhook"),
        ("PATCH", "/Webhook/12"),
        ("PUT", "/Webhook/12"),
    ]
    assert [place for place in places if not refusal(*place, body)] == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"\xff\xfe",
        b'{"Name": "x"',
        {"Name": "1", "Properties": {"id": 1}, "Events": ["1"], "RegisteredAssociate": {"AssociateId": 1}},
        {"WebhookId": 12},
        {"WebhookId": 0},
        {"WebhookId": None},
        {"WebhookId": {}},
        {"WebhookId": 2**40},
        {"WebhookId": 0.25},
        b'{"WebhookId": NaN}',
        b'{"WebhookId": 0.1e401}',
        b"<Webhook><WebhookId>12</WebhookId></Webhook>",
        b"Name=x&WebhookId=12",
        [{"op": "test", "path": "/Name", "value": "1"}],
    ],
    ids=repr,
)
def test_other_bodies_are_sent(body):
    """Numbers elsewhere are not ids."""
    assert refusal("POST", f"{AGENT}/SaveWebhook", body) == ""
    assert refusal("POST", "/Webhook", body) == ""
    assert refusal("PATCH", "/Webhook/12", body) == ""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{AGENT}/DeleteWebhook?webhookId=1", None),
        ("POST", f"{AGENT}/deletewebhook?WEBHOOKID=+1", None),
        ("POST", f"{AGENT}/DeleteWebhook?x=12", {"WebhookId": 1}),
        ("POST", f"{AGENT}/SomethingNew?webhookId=1", None),
        ("GET", "/Webhook/1", None),
        ("POST", f"{AGENT}/GetWebhook?webhookId=1", None),
    ],
)
def test_queries_and_hidden_methods(method, path, body):
    """Agents name their webhook in the query; a header may make another method of a harmless one."""
    looks = method == "GET" or "GetWebhook" in path
    assert bool(refusal(method, path, body)) is not looks
    assert refusal(method, path, body, X_HTTP_Method_Override="DELETE")


def test_looking_is_free():
    """Reading changes nothing, whosever it is."""
    for path in ("/Webhook", "/Webhook/1", "/Webhook/1/LastError", "/Webhook/default"):
        assert refusal("GET", path) == ""
    for path in ("GetWebhook?webhookId=1", "GetLastError", "GetAllWebhooks", "CreateDefaultWebhook"):
        assert refusal("POST", f"{AGENT}/{path}", {"WebhookId": 1}) == ""


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("contact.created", False),
        ("Contact.Created", False),
        ("test", False),
        (f"{TAG}entity1.created", True),
        (f"{TAG.upper()}.x", True),
        (f"Murazik, Heaney and Maggio {TAG}", True),
        (TAG[:-1], False),
        (7, False),
        (["contact.created"], False),
        ([f"{TAG}.drawn"], True),
        ([f"{TAG}.drawn", "contact.created"], False),
        (None, True),
        ("", True),
        (" ", True),
    ],
)
def test_only_events_of_the_run_are_signalled(name, fine):
    """By the agent, in any notation; no name at all reaches nobody."""
    assert (refusal("POST", f"{AGENT}/SignalEvent", {"EventName": name}) == "") is fine
    assert (refusal("POST", f"{AGENT}/signalevent", [{"eventNAME": name}]) == "") is fine


@pytest.mark.parametrize(
    "body", [b"{'EventName': 'x.y'}", b"EventName=x.y", b"<S><EventName>x.y</EventName></S>"]
)
def test_events_in_other_notations(body):
    """Forms, XML, and what cannot be read."""
    assert refusal("POST", f"{AGENT}/SignalEvent", body)


@pytest.mark.parametrize(
    ("path", "fine"),
    [
        ("/Webhook/contact.created/1", False),
        ("/Webhook/contact%2Ecreated/0", False),
        ("/Webhook/contact%2Fcreated/0", False),
        ("/Webhook/contact.created/0/1", False),
        (f"/Webhook/{TAG}.drawn/1", True),
        (f"/Webhook/x/{TAG}", False),
        ("/webhook/1/LastError", False),
    ],
)
def test_events_in_a_path(path, fine):
    """The name stands before the key, however it is encoded."""
    assert (refusal("POST", path, {}) == "") is fine


def test_a_new_webhook_can_be_found_again():
    """With a selection the answer may have no id, so there has to be a tag."""
    assert refusal("POST", "/Webhook?$select=Name", {"Name": "x"})
    assert refusal("POST", "/Webhook?%24select=Name", {"Name": "x"})
    assert refusal("POST", "/Webhook?$select=Name", {"Name": f"{TAG}-1"}) == ""
    assert refusal("POST", "/Webhook", {"Name": "x"}) == ""


def test_an_answer_cannot_make_others_webhooks_ours():
    """A POST that is answered with an id that was there before gives no right to it."""
    known = ledger()
    request = Request("POST", "/Webhook", f"{BASE}/Webhook", {}, b"{}")
    deed = known.permit(request, BASE)
    for number in (THEIRS, 77):
        known.note(deed, exchange(status=200, body=json.dumps({"WebhookId": number}).encode()))

    assert [known.owns(each) for each in (THEIRS, OURS, 77, 78)] == [False, True, True, False]


def test_a_request_is_read_once(monkeypatch):
    """To read it in every way takes longer than to send it."""
    seen = []
    monkeypatch.setattr(ledgers, "read", lambda *_: seen.append(1) or ledgers.NO_DEED)
    ledger().permit(Request("POST", "/Webhook", f"{BASE}/Webhook", {}, b"{}"), BASE)

    assert seen == [1]


def test_reading_a_webhook_does_not_make_it_ours():
    """Only what creates does, also where reading is a POST."""
    with answering(lambda _heard: (200, {}, b'{"WebhookId": 5}')) as server:
        target = Target(server.url)
        target.send("GET", "/Webhook/5")
        target.send("POST", f"{AGENT}/GetWebhook?webhookId=5")
        assert target.made == {}
        with pytest.raises(Trespass, match="DELETE /Webhook/5 would have touched webhook 5"):
            target.send("DELETE", "/Webhook/5")
        heard = len(server.heard)
        target.send("POST", "/Webhook", json={})
        target.send("DELETE", "/Webhook/5")

    assert heard == 2
    assert target.ledger.gone == {5}


@pytest.mark.parametrize("taken", [set(), {1, 2}, {2_147_483_000}, {2_147_000_001, 1_999_500_000}])
def test_an_unknown_id_is_far_from_all_that_are_there(taken):
    """Databases that number at random have ids everywhere."""
    known = Ledger(TAG)
    known.survey(taken)

    assert all(abs(known.unknown - each) > 400_000 for each in taken)
    assert known.unknown == UNKNOWN_IDS[0] or taken


def test_numbers_are_not_computed_without_end():
    """An exponent that no memory could hold is no number."""
    assert readings.numbers("1e999999999") == {1, 2**32 - 1}
