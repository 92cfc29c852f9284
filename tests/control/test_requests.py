"""The journal and verification: what was asked, how often, and what came nearest."""

from __future__ import annotations

import pytest

from mock_server.control import journal
from mock_server.control.journal import Journal

ENVIRON = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/v1/Webhook", "QUERY_STRING": ""}
ANSWER = ("200 OK", [], b"[]")


def _journal(api, query="", tenant=""):
    return api("GET", f"{tenant}/_mock/requests{query}").json


def _count(api, **said):
    answer = api("POST", "/_mock/requests/count", said)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_requests_are_shown(api):
    """As they came and were answered, newest last, without credentials."""
    api(
        "GET",
        "/WEBHOOK?NameFilter=%C3%A4&x=",
        headers={"X-XSRF-TOKEN": "s3cr3t", "X-Mine": "ü".encode().decode("latin-1")},
    )
    api("PATCH", "/Webhook/9", [{"op": "test"}], headers={"Cookie": "a=s3cr3t"})
    first, second = _journal(api)

    assert (first["method"], first["path"], first["query"]) == (
        "GET",
        "/api/v1/Webhook",
        {"namefilter": "ä", "x": ""},
    )
    assert (first["operation"], first["status"], first["answer"]["body"]) == (
        "v1Webhook_GetAllWebhooks",
        200,
        "[]",
    )
    assert first["headers"]["Authorization"] == "Basic ***"
    assert first["headers"]["X-Mine"] == "ü"
    assert (second["body"], second["status"]) == ('[{"op": "test"}]', 400)
    assert "ErrorType" in second["answer"]["body"]
    assert ["Content-Type", "application/json; charset=utf-8"] in second["answer"]["headers"]
    assert first["id"] < second["id"]
    assert first["when"] <= second["when"]
    assert 0 < first["seconds"] < 5
    assert "s3cr3t" not in f"{first}{second}"


def test_the_environment_of_the_process_is_no_header(api, monkeypatch):
    """A server may put both together, and HTTP_PROXY is where passwords of proxies are."""
    monkeypatch.setenv("HTTP_PROXY", "http://me:s3cr3t@proxy/")
    api("GET", "/Webhook", environ_overrides={"HTTP_PROXY": "http://me:s3cr3t@proxy/"})

    assert "s3cr3t" not in f"{_journal(api)}"


def test_what_no_operation_got_is_shown(api):
    """A client that asks for the wrong address finds it here; the control API leaves no traces."""
    client = api.app.test_client()
    client.get("/nothing")
    client.get("/healthz")
    api("GET", "/Nothing/1/2/3")
    api("GET", "/_mock/requests")

    assert [(one["path"], one["status"], one["operation"]) for one in _journal(api)] == [
        ("/nothing", 404, None),
        ("/api/v1/Nothing/1/2/3", 404, None),
    ]


def test_requests_are_searched(api):
    """By method, path, operation, status, text, moment and id."""
    api.new(Name="needle")
    api("GET", "/Webhook/1")
    api("GET", "/Webhook/default")
    api("GET", "/Webhook/2")
    api("GET", "/Other/api/v1/Webhook/1")
    shown = _journal(api)

    def found(query):
        return [shown.index(one) for one in _journal(api, query)]

    assert found("?method=post") == [0]
    assert found("?path=/Webhook/1") == found("?path=/api/v1/Webhook/1/") == [1]
    assert found("?path=/Webhook/{id}") == [1, 2, 3]
    assert found("?operation=v1Webhook_GetWebhook") == [1, 3]
    assert found("?status=404") == found("?STATUS=4XX") == [3]
    assert found("?contains=needle") == [0, 1]
    assert found(f"?since={shown[1]['when']}") in ([2, 3], [1, 2, 3])
    assert found("?since=2999-01-01") == []
    assert found(f"?after={shown[2]['id']}") == [3]
    assert found("?limit=1&method=GET") == [3]
    assert found("?limit=0") == []
    assert len(_journal(api, tenant="/Other")) == 1
    assert api("DELETE", "/_mock/requests").status_code == 204
    assert _journal(api) == []


@pytest.mark.parametrize(
    "query",
    [
        "status=20",
        "status=9xx",
        "since=yesterday",
        "after=x",
        "after=99999999999",
        "limit=-1",
        "limit=x",
        "operation=nothing",
        "methd=GET",
    ],
)
def test_a_wrong_search_is_refused(api, query):
    """In a line, and never with a 500."""
    answer = api("GET", f"/_mock/requests?{query}")

    assert answer.status_code == 400
    assert "\n" not in answer.json["Message"]


def test_a_patch_is_verified(api):
    """Was there a PATCH of webhook 3 with this body, and how often?"""
    for _ in range(3):
        api.new()
    api.patch(3, [{"op": "replace", "path": "/Name", "value": "b"}])
    api.patch(3, {"Name": "a", "Description": "d"})
    api.patch(3, {"Name": "a", "Description": "d"})
    patch = {"method": "PATCH", "path": "/Webhook/3"}

    assert _count(api, **patch, body={"Name": "a", "Description": "d"}) == {
        "count": 2,
        "satisfied": True,
        "nearest": None,
    }
    assert _count(api, **patch, bodyContains={"Name": "a"}, exactly=2)["satisfied"]
    assert not _count(api, **patch, bodyContains={"Name": "a"}, exactly=1)["satisfied"]
    assert not _count(api, **patch, atMost=2)["satisfied"]
    assert _count(api, **patch, atLeast=2, atMost=3)["satisfied"]
    assert _count(api, method="DELETE", atMost=0)["satisfied"]
    assert _count(api, **patch, bodyContains=[{"value": "b"}])["count"] == 1
    assert _count(api, **patch, bodyContains=[])["count"] == 0
    assert _count(api, pathPattern=r"/Webhook/\d+")["count"] == 3
    assert _count(api, operation="v1Webhook_PatchWebhook", status=200)["count"] == 3


def test_the_nearest_miss_is_told(api):
    """With what it differs in, a line for each place."""
    api.new()
    api.patch(1, {"Name": "a", "Description": "d"})
    api("GET", "/Webhook/1")
    found = _count(api, method="PATCH", path="/Webhook/1", body={"Name": "b", "Events": ["x"]}, atLeast=1)

    assert (found["count"], found["satisfied"]) == (0, False)
    assert found["nearest"]["request"]["method"] == "PATCH"
    assert found["nearest"]["differences"] == [
        "body/Events: expected ['x'], got nothing",
        "body/Name: expected 'b', got 'a'",
        "body/Description: expected nothing, got 'd'",
    ]
    found = _count(api, method="DELETE", path="/Webhook/1", headers={"Authorization": "x"})
    assert found["nearest"]["differences"] == [
        "method: expected 'DELETE', got 'GET'",
        "headers.Authorization: expected ***, got ***",
    ]


def test_query_and_headers_count(api):
    """Only those that are named; null says that one is absent."""
    api("GET", "/Webhook?nameFilter=a&eventFilter=b", headers={"If-Modified-Since": "x"})

    assert _count(api, query={"namefilter": "a"})["count"] == 1
    assert _count(api, query={"nameFilter": "b"})["count"] == 0
    assert _count(api, query={"statusFilter": None, "EVENTFILTER": "b"})["count"] == 1
    assert _count(api, headers={"if-modified-since": "x", "If-Match": None})["count"] == 1
    assert _count(api, headers={"if-modified-since": None})["count"] == 0


@pytest.mark.parametrize(
    ("sent", "meant", "count"), [(1, 1.0, 1), (1, True, 0), (None, None, 1), ([1], [1, 2], 0)]
)
def test_values_are_compared_as_json_does(api, sent, meant, count):
    """1.0 is 1, true is not."""
    api.patch(1, {"Name": sent})

    assert _count(api, body={"Name": meant})["count"] == count


def test_other_bodies_are_compared_as_text(api):
    """What is no JSON stands for itself, and none is not null."""
    api("PATCH", "/Webhook/1", data="<a/>", headers={"Content-Type": "text/xml"})
    api("GET", "/Webhook/1")

    assert _count(api, body="<a/>")["count"] == 1
    assert _count(api, body=None)["count"] == 0
    assert _count(api, body="")["count"] == 1


@pytest.mark.parametrize(
    "matcher",
    [
        [],
        {"metod": "GET"},
        {"method": 1},
        {"pathPattern": "("},
        {"pathPattern": "a{99999999999999}"},
        {"operation": "nothing"},
        {"exactly": 1, "atLeast": 1},
        {"atLeast": 2, "atMost": 1},
        {"atLeast": -1},
        {"headers": {"a": 1}},
        {"status": 99},
    ],
)
def test_a_wrong_matcher_is_refused(api, matcher):
    """Also when the journal is empty."""
    assert api("POST", "/_mock/requests/count", matcher).status_code == 400


def test_the_journal_has_an_end(monkeypatch):
    """In number and weight of each tenant, and of all."""
    monkeypatch.setattr(journal, "BYTES", 20 * journal.FRAME)
    monkeypatch.setattr(journal, "TOTAL", 40 * journal.FRAME)
    found = Journal()

    def count(tenant):
        return len(found.find(tenant, lambda _: True))

    for _ in range(30):
        found.add("first", ENVIRON, b"", ANSWER, 0.1)
        found.add("second", ENVIRON, b"x" * journal.FRAME, ANSWER, 0.1)
    assert (count("first"), count("second")) == (19, 9)
    for number in range(10):
        found.add(f"{number}", ENVIRON, b"", ANSWER, 0.1)
    assert (count("first"), count("second"), found.last_use("first")) == (0, 9, None)
    assert found.last_use("second")
