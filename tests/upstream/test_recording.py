"""What is learned of a server becomes the seed of a mock, and what passed a HAR file."""

from __future__ import annotations

import json

import pytest

from tests.upstream.servers import proxying, raw

JSON = "Content-Type: application/json"
TARGET = {"TargetUrl": "http://localhost:9/", "Secret": "s3cr3t", "Headers": {"X": "t0ken"}}
STORED = {
    "WebhookId": 5,
    "Name": "theirs",
    "Events": ["sale.created"],
    "TargetUrl": "https://h.example/a%20b",
    "Secret": "s3cr3t",
    "State": "Stopped",
    "Type": "webhook",
    "Headers": None,
    "Properties": {"a": {"b": 1}},
    "Registered": "2024-04-18T14:34:02.9242705+02:00",
    "RegisteredAssociate": None,
    "Updated": "0001-01-01T00:00:00",
    "UpdatedAssociate": None,
    "TotalCalls": None,
    "Unheard": 1,
    "_Links": {"Self": "https://h.example/5"},
}


def test_a_recorded_state_is_served_again(mocked, tmp_path):
    """Created, changed and deleted through the proxy, then served by a mock: the lists are the same."""
    mock, _ = mocked
    file = tmp_path / "recorded.json"
    with proxying(mock.url, "--record", str(file)) as proxy:
        for tenant in ("/Rec1", "/Rec2"):
            hooks = f"{tenant}/api/v1/Webhook"
            for name in "abcd":
                assert proxy.ask("POST", hooks, {**TARGET, "Name": name}).status == 200
            proxy.ask("PATCH", f"{hooks}/1", [{"op": "replace", "path": "/Name", "value": "changed"}])
            proxy.ask("PATCH", f"{hooks}/2?$select=name", {"Name": "selected"})
            proxy.ask("DELETE", f"{hooks}/3")
            proxy.ask("POST", f"{tenant}/api/v1/Agents/Webhook/DeleteWebhook?WEBHOOKID=4", b"null")
        taken = proxy.ask("GET", "/Rec1/_mock/snapshot", headers={}).json
        tenants = {
            each["name"]: each["webhooks"] for each in proxy.ask("GET", "/_mock/tenants", headers={}).json
        }
        expected = {tenant: mock.ask("GET", f"{tenant}/api/v1/Webhook").json for tenant in ("/Rec1", "/Rec2")}
        assert proxy.stop() == 0

    assert [each["Name"] for each in expected["/Rec1"]] == ["changed", "selected"]
    assert tenants == {"Rec1": 2, "Rec2": 2}
    assert file.stat().st_mode & 0o777 == 0o600
    assert taken in json.loads(file.read_text(encoding="utf-8"))
    with proxying(None, "--seed", str(file)) as seeded:
        for tenant, webhooks in expected.items():
            found = seeded.ask("GET", f"{tenant}/api/v1/Webhook").json
            # Who changed the second and when, its answer with $select did not tell.
            unknown = {name: webhooks[1][name] for name in ("Updated", "UpdatedAssociate")}
            assert [found[0], {**found[1], **unknown}] == webhooks
        assert seeded.ask("POST", "/Rec1/api/v1/Webhook", TARGET).json["WebhookId"] == 5


def test_a_record_of_nothing(tmp_path):
    """Is a state, too: that of a server without webhooks."""
    file = tmp_path / "recorded.json"
    with raw() as server, proxying(server.url, "--record", str(file)) as proxy:
        assert proxy.stop() == 0
    with proxying(None, "--seed", str(file)) as seeded:
        assert seeded.ask("GET", "/api/v1/Webhook").json == []


def test_stamps_and_members_of_other_servers(server, proxy):
    """Offsets, fractions, nulls and members that nobody knows become what a snapshot can hold."""
    server.says(json.dumps(STORED).encode(), JSON)
    proxy.ask("GET", "/Rec3/api/v1/Webhook/5")
    taken = proxy.ask("GET", "/Rec3/_mock/snapshot", headers={}).json

    (hook,) = taken["webhooks"]
    assert (taken["nextId"], hook["WebhookId"], hook["State"]) == (6, 5, "Stopped")
    assert hook["Registered"] == "2024-04-18T12:34:02"
    assert (hook["Headers"], hook["TotalCalls"], hook["Properties"]) == ({}, 0, {"a": {"b": 1}})
    with proxying(None) as mock:
        assert mock.ask("PUT", "/_mock/snapshot", taken, headers={}).status == 204
        assert mock.ask("GET", "/api/v1/Webhook/5").json["Name"] == "theirs"


def test_lists_say_what_is_gone(server, proxy):
    """A whole list does, one that is filtered does not; nor does an answer that a request did not name."""

    def known():
        return [
            each["WebhookId"]
            for each in proxy.ask("GET", "/Rec4/_mock/snapshot", headers={}).json["webhooks"]
        ]

    def listed(*ids, query="", agent=None):
        server.says(json.dumps([{**STORED, "WebhookId": each} for each in ids]).encode(), JSON)
        if agent is None:
            proxy.ask("GET", f"/Rec4/api/v1/Webhook{query}")
        else:
            proxy.ask("POST", "/Rec4/api/v1/Agents/Webhook/GetAllWebhooks", agent)

    listed(1, 2, 3)
    assert known() == [1, 2, 3]
    listed(2, query="?nameFilter=x")
    assert known() == [1, 2, 3]
    listed(2, agent={"EventFilter": "x"})
    assert known() == [1, 2, 3]
    listed(2, 4, agent={"NameFilter": "", "StatusFilter": "Unknown"})
    assert known() == [2, 4]
    server.says(b"null", JSON)
    proxy.ask("POST", "/Rec4/api/v1/Agents/Webhook/GetWebhook?webhookId=2", b"null")
    assert known() == [4]
    server.says(b"", status="404 Not Found")
    proxy.ask("GET", "/Rec4/api/v1/Webhook/4")
    assert known() == []
    assert proxy.ask("GET", "/Rec4/_mock/snapshot", headers={}).json["nextId"] == 5
    proxy.ask("POST", "/Rec4/_mock/reset", headers={})
    assert proxy.ask("GET", "/Rec4/_mock/snapshot", headers={}).json["nextId"] == 1


@pytest.mark.parametrize(
    "answer", [b"", b"{", b"[1, null]", b'{"WebhookId": "x"}', b'{"WebhookId": 0}', b"7"]
)
def test_rubbish_teaches_nothing(server, proxy, answer):
    """Whatever a server answers, there is a snapshot."""
    server.says(answer, JSON)
    for method, path in (("GET", "/Webhook"), ("GET", "/Webhook/1"), ("POST", "/Agents/Webhook/GetWebhook")):
        proxy.ask(method, f"/Rec5/api/v1{path}")
    assert proxy.ask("GET", "/Rec5/_mock/snapshot", headers={}).json["webhooks"] == []


def test_what_a_mock_could_not_keep_is_left_out():
    """And somebody is told; the others are kept."""
    with raw() as server, proxying(server.url) as proxy:
        hooks = [{**STORED, "TargetUrl": ""}, {**STORED, "WebhookId": 6}]
        server.says(json.dumps(hooks).encode(), JSON)
        proxy.ask("GET", "/api/v1/Webhook")
        taken = proxy.ask("GET", "/_mock/snapshot", headers={}).json
        proxy.stop()
    assert [each["WebhookId"] for each in taken["webhooks"]] == [6]
    assert "webhook 5 is left out of the snapshot" in proxy.err


def test_exchanges_as_har(tmp_path):
    """Every exchange is in the file, in order, for its owner alone, and without a secret."""
    file = tmp_path / "passed.har"
    with raw() as server, proxying(server.url, "--har", str(file)) as proxy:
        server.says(json.dumps(STORED).encode(), JSON, "Set-Cookie: c00kie")
        proxy.ask("POST", "/Cust1/api/v1/Webhook?a=b", TARGET)
        server.speak = lambda _: False
        proxy.ask("GET", "/Cust1/api/v1/Webhook/1")
        proxy.stop()
    text = file.read_text(encoding="utf-8")
    made, failed = json.loads(text)["log"]["entries"]

    assert made["request"]["url"] == f"{server.url}/Cust1/api/v1/Webhook?a=b"
    assert json.loads(made["request"]["postData"]["text"])["TargetUrl"] == TARGET["TargetUrl"]
    assert json.loads(made["response"]["content"]["text"])["Name"] == "theirs"
    assert (made["response"]["status"], failed["response"]["status"]) == (200, 0)
    assert "closed the connection" in failed["response"]["comment"]
    assert not [word for word in ("s3cr3t", "t0ken", "c00kie", "dGpl") if word in text]
    assert file.stat().st_mode & 0o777 == 0o600
