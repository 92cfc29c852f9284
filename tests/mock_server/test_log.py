"""The delivery log: what it shows of every attempt, and where it ends."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from mock_server.deliveries import log
from mock_server.deliveries.log import Entry, Log
from tests.mock_server.waiting import until

ENTRY = Entry(
    when=datetime(2026, 11, 21, tzinfo=UTC),
    webhook_id=1,
    type="webhook",
    event="a.b",
    event_id="e",
    retry=0,
    target="http://localhost:9/",
    test=False,
    success=True,
    status=200,
    error=None,
    seconds=0.1,
    request_headers={"A": "b"},
    request_body=b"x" * 1000,
    response_headers=(),
    response_body=b"\xff",
)


def test_every_attempt_is_shown(make, receiver):
    """With both sides of the exchange, oldest first, for the tenant that asks."""
    api = make(attempt_delays=(0, 0.01, 0.01))
    receiver.answers = lambda number: (503, {"X-Why": "busy"}, b"later") if number < 3 else 200
    api.new(Events=["a.b"], TargetUrl=receiver.url, Secret="s")
    api("POST", "/Webhook/a.b/7")
    shown = until(lambda: len(found := api("GET", "/_mock/deliveries/").json) == 3 and found)
    first, body = shown[0], receiver.got[0].body

    assert [(one["Retry"], one["Status"], one["Success"]) for one in shown] == [
        (0, 503, False),
        (1, 503, False),
        (2, 200, True),
    ]
    assert (first["WebhookId"], first["Type"], first["Event"]) == (1, "webhook", "a.b")
    assert (first["Target"], first["Test"], first["Error"]) == (receiver.url, False, None)
    assert first["EventId"] == json.loads(body)["EventId"]
    assert first["Request"]["Body"] == body.decode()
    assert first["Request"]["Headers"]["X-SuperOffice-Signature"]
    assert (["X-Why", "busy"] in first["Response"]["Headers"], first["Response"]["Body"]) == (True, "later")
    assert datetime.fromisoformat(first["When"]) <= datetime.fromisoformat(shown[1]["When"])
    assert 0 < first["Seconds"] < 5


def test_looks_are_narrowed(api, receiver):
    """By webhook, event and number; other tenants see nothing of it."""
    for name in ("a.b", "c.d"):
        api.new(Events=[name], TargetUrl=receiver.url)
        api.new(Events=[name], TargetUrl=receiver.url)
        api("POST", f"/Webhook/{name}/0")
    until(lambda: len(_look(api)) == 4)
    api("POST", "/Webhook/Test", {"TargetUrl": "http://127.0.0.1:1/"})

    assert [one["WebhookId"] for one in _look(api, "?HOOK=2")] == [2]
    assert {one["WebhookId"] for one in _look(api, "?event=A.B")} == {1, 2}
    assert _look(api, "?event=a.b&hook=3") == []
    assert _look(api, "?limit=1") == _look(api)[-1:]
    assert (_look(api)[-1]["Test"], _look(api)[-1]["Status"]) == (True, None)
    assert "refused" in _look(api)[-1]["Error"]
    assert api("GET", "/Other/_MOCK/Deliveries").json == []


def _look(api, query=""):
    return api("GET", f"/_mock/deliveries{query}").json


def test_looks_need_credentials(make):
    """As everything of a tenant does, where the control API is not open to everybody."""
    ask = {"method": "GET", "path": "/Cust1/_mock/deliveries", "headers": {"Authorization": ""}}

    assert make(control=False)(**ask).status_code == 403
    assert make(control=False)("GET", "/Cust1/_mock/deliveries").json == []
    assert make()(**ask).json == []
    assert make()("GET", "/_mock/deliveries?hook=x").status_code == 400
    assert make()("GET", "/_mock/deliveries?limit=-1").status_code == 400
    assert make()("POST", "/_mock/deliveries").status_code == 405
    assert make()("GET", "/_mock/nothing").status_code == 404


@pytest.mark.parametrize("fault", ["state-numbered", "secret-masked"])
def test_faults_leave_it_alone(make, receiver, fault):
    """The log tells what was sent, however wrong the answers of the mock are."""
    api = make(faults=[fault])
    api("POST", "/Webhook", {"Events": ["a.b"], "TargetUrl": receiver.url})
    api("POST", "/Webhook/a.b/0")

    assert until(lambda: _look(api))[0]["Status"] == 200


def test_the_log_has_an_end(monkeypatch):
    """Old entries go by number and by weight, quiet tenants altogether."""
    monkeypatch.setattr(log, "BYTES", 6 * ENTRY.weight())
    monkeypatch.setattr(log, "TOTAL", 16 * ENTRY.weight())
    found = Log()
    for _ in range(5):
        found.add("few", ENTRY)
    for _ in range(50):
        found.add("small", ENTRY)
    for number in range(6):
        found.add(str(number), ENTRY)

    assert _count(found, "few") == 0
    assert _count(found, "small") == 6
    assert _count(found, "5") == 1


def _count(found, tenant):
    return len(found.find(tenant, hook=None, event=None, limit=10_000))


def test_adding_is_quick():
    """A delivery pays microseconds for its entry, however many there are."""
    found = Log()
    start = time.perf_counter()
    for _ in range(20_000):
        found.add("", ENTRY)

    assert time.perf_counter() - start < 1
    assert _count(found, "") == log.ENTRIES
