"""Reset, snapshots and tenants: what a tenant has, and how it comes back to it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from mock_server.control.snapshots import seed
from mock_server.errors import SeedError
from mock_server.web.app import service_of
from tests.mock_server import backends
from tests.mock_server.waiting import until

ODD = (
    {"Name": "Ünïcode 🪝", "Events": ["a.b", "C.D"], "Secret": "s\"'\\", "Headers": {"X-B": "2", "X-A": ""}},
    {
        "Name": None,
        "Type": "crmscript",
        "TargetUrl": "a script",
        "State": "Stopped",
        "Properties": {"p": "1"},
    },
    {"Name": "", "ErrorsEmail": "a@b.example", "Description": "d" * 5000, "NotifyVia": "Email"},
    {"Name": "gone"},
    {"Name": "patched"},
)


def _filled(api, receiver):
    """Webhooks with everything that may be different about one."""
    for members in ODD:
        api.new(**members)
    api.patch(5, {"ErrorEmails": ["x@y.example"], "Headers": {"A": "b"}, "Events": []})
    api("DELETE", "/Webhook/4")
    receiver.answers = lambda _: 500
    api.new(Events=["e.f"], TargetUrl=receiver.url)
    api("POST", "/Webhook/e.f/1")
    assert until(lambda: api.read(6)["TotalErrors"])
    api("POST", "/_mock/idle")
    api("DELETE", "/Webhook/6")


def _everything(api):
    ids = [hook["WebhookId"] for hook in api("GET", "/Webhook").json]
    return [api("GET", path).data for path in ("/Webhook", *(f"/Webhook/{number}" for number in ids))]


@pytest.fixture(name="url", params=["memory", "file", "server"])
def _url(request, tmp_path):
    """The URL of an empty database of each kind."""
    if request.param == "server":
        if reason := backends.missing():
            pytest.skip(reason)
        with backends.postgresql() as server:
            yield backends.create(server, "mock")
    else:
        yield "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'hooks.db'}"


def test_a_snapshot_comes_back_byte_for_byte(make, receiver, url):
    """Whatever happened meanwhile, and the next id is the same."""
    api = make(database=url, attempt_delays=(0, 0))
    _filled(api, receiver)
    before, snapshot = _everything(api), api("GET", "/_mock/snapshot")
    api("DELETE", "/Webhook/1")
    api.patch(2, {"Name": "another"})
    api.new()

    assert api("PUT", "/_mock/snapshot", data=snapshot.data).status_code == 204
    assert _everything(api) == before
    assert api("GET", "/_mock/snapshot").data == snapshot.data
    assert len(before) == 5
    # A client may write members in another order.
    assert (
        api(
            "PUT", "/_mock/snapshot", {**snapshot.json, "webhooks": snapshot.json["webhooks"][1:]}
        ).status_code
        == 204
    )
    assert _everything(api)[1:] == before[2:]
    assert api("PUT", "/_mock/snapshot", data=snapshot.data).status_code == 204
    assert api.new()["WebhookId"] == snapshot.json["nextId"] == 7
    api("PUT", "/_mock/clock", {"frozen": True})
    api("PUT", "/_mock/clock", {"step": 10})
    assert api("GET", "/_mock/tenants").json[0]["webhooks"] == 5
    assert api("DELETE", "/_mock/clock").status_code == api("POST", "/_mock/reset").status_code == 204
    assert (api("GET", "/Webhook").json, api.new()["WebhookId"]) == ([], 1)
    # The server may be gone before the fixtures are.
    service_of(api.app).close()


def test_counters_and_stamps_come_back(api):
    """Also those that only the server sets, in another tenant and another mock."""
    hook = {
        "WebhookId": 7,
        "TargetUrl": "http://localhost:9/",
        "TotalCalls": 12,
        "TotalErrors": 3,
        "ConsecutiveErrors": 2,
        "LastError": "500",
        "Registered": "2020-02-03T04:05:06",
        "Updated": "2021-02-03T04:05:06",
        "State": "TooManyErrors",
    }
    api("PUT", "/Other/_mock/snapshot", {"webhooks": [hook], "nextId": 40})
    found = api("GET", "/Other/api/v1/Webhook/7").json

    assert {name: found[name] for name in hook} == hook
    assert api("POST", "/Other/api/v1/Webhook", {"TargetUrl": "http://localhost:9/"}).json["WebhookId"] == 40
    assert api("GET", "/Webhook").json == []


def test_ids_are_given_in_order(api):
    """To those that have none, past those that have one."""
    hooks = [{"TargetUrl": "http://h/", "Name": name} for name in "abc"]
    hooks[0]["WebhookId"] = 2
    api("PUT", "/_mock/snapshot", {"webhooks": hooks})

    assert {hook["WebhookId"]: hook["Name"] for hook in api("GET", "/Webhook").json} == {
        1: "b",
        2: "a",
        3: "c",
    }


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        ([], "body"),
        ({}, "'webhooks' is a required property"),
        ({"webhooks": [{}]}, "'TargetUrl' is a required property"),
        ({"webhooks": [{"TargetUrl": "nowhere"}]}, "webhooks[0].TargetUrl: expected an absolute http"),
        ({"webhooks": [{"TargetUrl": "http://h/", "Evnets": []}]}, "'Evnets'"),
        ({"webhooks": [{"TargetUrl": "http://h/", "webhookid": 1}]}, "'webhookid'"),
        ({"webhooks": [{"TargetUrl": "http://h/", "State": "Odd"}]}, "webhooks[0].State"),
        ({"webhooks": [{"TargetUrl": "http://h/", "WebhookId": 0}]}, "WebhookId"),
        ({"webhooks": [{"TargetUrl": "http://h/", "TotalCalls": -1}]}, "TotalCalls"),
        ({"webhooks": [{"TargetUrl": "http://h/", "Registered": "now"}]}, "Registered"),
        ({"webhooks": [{"TargetUrl": "http://h/", "LastError": "\0"}]}, "LastError"),
        ({"webhooks": [{"TargetUrl": "http://h/", "WebhookId": 1}] * 2}, "1 twice"),
        ({"webhooks": [{"TargetUrl": "http://h/", "WebhookId": 9}], "nextId": 9}, "nextId"),
        ({"webhooks": [], "more": 1}, "'more'"),
        ({"webhooks": [], "version": 2}, "version"),
    ],
)
def test_a_wrong_snapshot_changes_nothing(api, snapshot, words):
    """It is refused in one line that names the place."""
    api.new(Name="stays")
    answer = api("PUT", "/_mock/snapshot", snapshot)

    assert answer.status_code == 400
    assert words in answer.json["Message"]
    assert "\n" not in answer.json["Message"]
    assert [hook["Name"] for hook in api("GET", "/Webhook").json] == ["stays"]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000, b"\xff", b'{"webhooks": NaN}'])
def test_what_is_no_json_is_refused(api, body):
    """By every operation that reads some."""
    for method, path in (
        ("PUT", "snapshot"),
        ("PUT", "faults"),
        ("PUT", "delays"),
        ("PUT", "clock"),
        ("POST", "requests/count"),
    ):
        assert api(method, f"/_mock/{path}", data=body).status_code == 400


def test_reset_forgets_everything_of_one_tenant(api, receiver):
    """The next id is 1 again; another tenant keeps what it has."""
    for tenant in ("", "/Other"):
        api("POST", f"{tenant}/api/v1/Webhook", {"TargetUrl": receiver.url, "Events": ["a.b"]})
        api("POST", f"{tenant}/api/v1/Webhook/a.b/1")
        api("POST", f"{tenant}/_mock/idle")
    api("PUT", "/_mock/faults/state-numbered")
    api("PUT", "/_mock/delays", {"rules": [{"status": 500}]})
    api("PUT", "/_mock/clock", {"now": "2001-01-01T00:00:00Z"})

    assert api("POST", "/_mock/reset").status_code == 204
    assert api("GET", "/_mock/requests").json == []
    assert api("GET", "/_mock/deliveries").json == []
    assert api("GET", "/_mock/faults").json["active"] == []
    assert api("GET", "/_mock/delays").json["rules"] == []
    assert api("GET", "/Webhook").json == []
    made = api.new()
    assert (made["WebhookId"], made["State"], made["Registered"][:2]) == (1, "Active", "20")
    assert datetime.fromisoformat(made["Registered"]).year > 2001
    assert len(api("GET", "/Other/_mock/deliveries").json) == 1
    assert len(api("GET", "/Other/api/v1/Webhook").json) == 1


def test_an_attempt_of_before_counts_for_nothing(api, receiver):
    """Neither its failure nor its entry reaches the webhook that has its id now."""
    receiver.answers = lambda _: time.sleep(0.3) or 500
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/1")
    receiver.wait()
    api("POST", "/_mock/reset")
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    assert until(service_of(api.app).dispatch.rests)

    assert api.read(1)["TotalCalls"] == 0
    assert api("GET", "/_mock/deliveries").json == []


def test_faults_of_the_start_come_back(make):
    """A reset leads to where the mock began."""
    api = make(faults=["state-numbered"])
    api("DELETE", "/_mock/faults")
    assert api.new()["State"] == "Active"
    api("POST", "/_mock/reset")

    assert api("GET", "/_mock/faults").json["active"] == ["state-numbered"]
    assert api.new()["State"] == 1


def test_a_seed_is_a_snapshot(make, tmp_path):
    """Of the tenant that it names, or of the one without a name."""
    api = make()
    for tenant in (None, "Cust1"):
        said = {"webhooks": [{"TargetUrl": "http://h/", "Name": f"{tenant}"}]}
        file = tmp_path / "seed.json"
        file.write_text(json.dumps(said if tenant is None else {**said, "tenant": tenant}))
        seed(service_of(api.app), str(file))

    assert [hook["Name"] for hook in api("GET", "/Webhook").json] == ["None"]
    assert [hook["Name"] for hook in api("GET", "/Cust1/api/v1/Webhook").json] == ["Cust1"]
    file.write_text('{"webhooks": [{}]}')
    with pytest.raises(SeedError, match="TargetUrl"):
        seed(service_of(api.app), str(file))
    with pytest.raises(SeedError, match="No such file"):
        seed(service_of(api.app), str(tmp_path / "absent"))


def test_a_thousand_tenants_do_not_meet(api):
    """Each has its own webhooks, ids, journal, faults and clock."""
    year = datetime.now(UTC).year
    for number in range(1000):
        if number % 3 == 0:
            api("PUT", f"/t{number}/_mock/clock", {"now": f"{2100 + number}-01-01T00:00:00Z"})
        if number % 5 == 0:
            api("PUT", f"/t{number}/_mock/faults/state-numbered")
        api("POST", f"/t{number}/api/v1/Webhook", {"TargetUrl": "http://h/", "Name": f"{number}"})
    for number in range(1000):
        (hook,) = api("GET", f"/t{number}/api/v1/Webhook").json

        assert (hook["WebhookId"], hook["Name"]) == (1, f"{number}")
        assert hook["State"] == (1 if number % 5 == 0 else "Active")
        moment = datetime.fromisoformat(hook["Registered"]).year
        assert (moment - 2100 == number) if number % 3 == 0 else (moment - year in (0, 1))
        assert len(api("GET", f"/t{number}/_mock/requests").json) == 2
    listed = {each["name"]: each for each in api("GET", "/_mock/tenants").json}

    assert len(listed) == 1000
    assert listed["t7"]["webhooks"] == 1
    assert listed["t7"]["lastUse"]


def test_a_tenant_is_forgotten(api):
    """By its name, whatever stands in it; one that nobody knows is a 404."""
    for name in ("Cust1", "a/b/Site", "Ü n", "api"):
        api("POST", f"/{name}/api/v1/Webhook", {"TargetUrl": "http://h/"})

        assert name in [each["name"] for each in api("GET", "/_mock/tenants").json]
        assert api("DELETE", f"/_mock/tenants/{name}").status_code == 204
        assert name not in [each["name"] for each in api("GET", "/_mock/tenants").json]
        assert api("DELETE", f"/_mock/tenants/{name}").status_code == 404
    assert api("GET", "/Cust1/_mock/tenants").status_code == 404


def test_a_tenant_may_be_full(make):
    """--tenant-limit refuses one webhook more, by every way to make one, and counts each tenant alone."""
    api = make(tenant_limit=2)
    first = api.new()
    api.new()
    answer = api("POST", "/Webhook", {"TargetUrl": "http://h/"})
    agent = api("POST", "/Agents/Webhook/SaveWebhook", {"TargetUrl": "http://h/"})

    assert (answer.status_code, agent.status_code) == (403, 403)
    assert "--tenant-limit" in answer.json["Message"]
    assert api("POST", "/Other/api/v1/Webhook", {"TargetUrl": "http://h/"}).status_code == 200
    assert api("PUT", "/_mock/snapshot", {"webhooks": [{"TargetUrl": "http://h/"}] * 3}).status_code == 400
    api("DELETE", f"/Webhook/{first['WebhookId']}")
    assert api.new()["WebhookId"] == 3
