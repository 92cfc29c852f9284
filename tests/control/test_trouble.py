"""Faults, delays and the clock: what goes wrong on purpose, in one tenant."""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from http.client import HTTPConnection, HTTPException
from threading import Thread

import pytest

from mock_server.faults import FAULTS
from mock_server.web.app import service_of
from tests.mock_server.conftest import BASIC
from tests.mock_server.waiting import until


def _ask(port, method, path, body=None):
    """Asks a mock in a process of its own."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, {**BASIC, "Content-Type": "application/json"})
        answer = connection.getresponse()
        with closing(answer):
            return answer.status, answer.read()


def _statuses(api, count, path="/Webhook", tenant=""):
    return [api("GET", f"{tenant}/api/v1{path}").status_code for _ in range(count)]


def test_faults_are_switched(api):
    """One by one, all together, in one tenant only, and from inside to outside of the mock."""
    api.new(Secret="s")
    api("POST", "/Other/api/v1/Webhook", {"TargetUrl": "http://h/"})
    found = api("PUT", "/_mock/faults/state-numbered").json

    assert found["active"] == ["state-numbered"]
    assert {each["id"] for each in found["available"]} == set(FAULTS)
    assert api.read(1)["State"] == 1
    assert api("GET", "/Other/api/v1/Webhook/1").json["State"] == "Active"
    assert api("PUT", "/_mock/faults/secret-masked").json["active"] == ["state-numbered", "secret-masked"]
    assert api.read(1)["Secret"] != "s"
    assert api("DELETE", "/_mock/faults/state-numbered").status_code == 204
    assert (api.read(1)["State"], api.read(1)["Secret"] == "s") == ("Active", False)
    assert api("PUT", "/_mock/faults", {"active": ["state-numbered"]}).json["active"] == ["state-numbered"]
    assert api("DELETE", "/_mock/faults").status_code == 204
    assert (api.read(1)["State"], api.read(1)["Secret"]) == ("Active", "s")


def test_faults_of_the_wire_are_switched(api):
    """Those that change answers, and the journal has the answer that was sent."""
    api("PUT", "/_mock/faults/post-as-text")
    answers = [
        api("POST", f"{tenant}/api/v1/Webhook", {"TargetUrl": "http://h/"}) for tenant in ("", "/Other")
    ]
    (one,) = api("GET", "/_mock/requests").json

    assert [answer.mimetype for answer in answers] == ["text/plain", "application/json"]
    assert dict(one["answer"]["headers"])["Content-Type"] == answers[0].content_type


def test_every_fault_is_switched(api):
    """On and off again, and the mock is as good as before."""
    good = service_of(api.app)
    for fault in FAULTS:
        assert api("PUT", f"/_mock/faults/{fault}").json["active"] == [fault]
        assert good.of("").behaviour != good.behaviour
        assert api("DELETE", f"/_mock/faults/{fault}").status_code == 204
        assert good.of("").behaviour == good.behaviour


def test_faults_of_the_start_are_switched(make):
    """What --fault has turned on can be turned off for a tenant."""
    api = make(faults=["state-numbered"])

    assert api("GET", "/_mock/faults").json["active"] == ["state-numbered"]
    assert api("DELETE", "/_mock/faults/state-numbered").status_code == 204
    assert api.new()["State"] == "Active"
    assert api("POST", "/Other/api/v1/Webhook", {"TargetUrl": "http://h/"}).json["State"] == 1


def test_faults_of_deliveries_are_switched(api, receiver):
    """What is sent follows, too."""
    api.new(Events=["a.b"], TargetUrl=receiver.url, Secret="s")
    api("PUT", "/_mock/faults/retry-from-one")
    api("POST", "/Webhook/a.b/1")

    assert receiver.wait()[0].headers["X-SuperOffice-Retry"] == "1"


def test_unknown_faults_are_refused(api):
    """And nothing is changed."""
    api("PUT", "/_mock/faults/state-numbered")

    assert api("PUT", "/_mock/faults", {"active": ["nothing"]}).status_code == 404
    assert api("PUT", "/_mock/faults/nothing").status_code == 404
    assert api("DELETE", "/_mock/faults/nothing").status_code == 404
    assert api("PUT", "/_mock/faults", {"active": "state-numbered"}).status_code == 400
    assert api("GET", "/_mock/faults").json["active"] == ["state-numbered"]


def test_rules_are_by_operation_and_path(api):
    """The first that fits; others are answered as ever, and so are other tenants."""
    rules = [
        {"operation": "v1Webhook_GetAllWebhooks", "status": 503, "headers": {"Retry-After": "1"}},
        {"method": "get", "path": "/Webhook/{id}", "status": 418},
        {"pathPattern": "/Agents/.*", "status": 599},
    ]
    api("PUT", "/_mock/delays", {"rules": rules})
    answer = api("GET", "/Webhook")

    assert (answer.status_code, answer.headers["Retry-After"], answer.json["Error"]) == (503, "1", True)
    assert _statuses(api, 1, "/Webhook/1") == [418]
    assert api("POST", "/Agents/Webhook/GetAllWebhooks").status_code == 599
    assert api("POST", "/Webhook", {"TargetUrl": "http://h/"}).status_code == 200
    assert _statuses(api, 1, tenant="/Other") == [200]
    assert api("GET", "/_mock/delays").json == {"seed": 0, "rules": rules}
    assert api("PUT", "/_mock/delays", api("GET", "/_mock/delays").json).status_code == 200
    assert api("DELETE", "/_mock/delays").status_code == 204
    assert _statuses(api, 1) == [200]


def test_a_refusal_of_a_rule_carries_nothing_out(api):
    """And is in the journal as it was answered."""
    api("PUT", "/_mock/delays", {"rules": [{"method": "POST", "status": 500, "times": 1}]})
    answers = [api("POST", "/Webhook", {"TargetUrl": "http://h/"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [500, 200]
    assert answers[1].json["WebhookId"] == 1
    assert [one["status"] for one in api("GET", "/_mock/requests").json] == [500, 200]


def test_shares_are_drawn_alike(api):
    """The same seed draws the same requests, another one others, and about as many as were asked for."""
    runs = []
    for seed in (1, 1, 2):
        api("PUT", "/_mock/delays", {"seed": seed, "rules": [{"share": 0.3, "status": 500}]})
        runs.append(_statuses(api, 200))

    assert runs[0] == runs[1] != runs[2]
    assert 35 < runs[0].count(500) < 85
    api("PUT", "/_mock/delays", {"rules": [{"share": 0, "status": 500}]})
    assert set(_statuses(api, 20)) == {200}


def test_answers_are_late_and_drip(api):
    """By the seconds of the rule."""
    api.new()
    api("PUT", "/_mock/delays", {"rules": [{"path": "/Webhook/1", "delay": 0.2}, {"drip": 5000, "delay": 0}]})
    begun = time.perf_counter()
    late = api("GET", "/Webhook/1").data
    middle = time.perf_counter()
    dripped = api("GET", "/Webhook").data

    assert middle - begun > 0.19
    assert time.perf_counter() - middle > len(dripped) / 5000 - 0.05
    api("DELETE", "/_mock/delays")
    assert (late, dripped) == (api("GET", "/Webhook/1").data, api("GET", "/Webhook").data)


@pytest.mark.parametrize(("reset", "made"), [("before", 0), ("after", 1)])
def test_connections_break(served, reset, made):
    """Before the request is carried out, or after; the client gets no whole answer, the journal knows."""
    with served() as (_, port):
        ask = partial(_ask, port)
        rules = f'{{"rules": [{{"method": "POST", "reset": "{reset}"}}]}}'.encode()
        assert ask("PUT", "/_mock/delays", rules)[0] == 200
        with pytest.raises((HTTPException, OSError)):
            ask("POST", "/api/v1/Webhook", b'{"TargetUrl": "http://h/"}')
        ask("DELETE", "/_mock/delays")
        assert ask("GET", "/api/v1/Webhook")[1].count(b"WebhookId") == made
        assert b'"method":"POST"' in ask("GET", "/_mock/requests?method=POST")[1]


def test_what_is_held_up_goes_on(served):
    """When its rules are gone, and not after a minute."""

    with served() as (_, port):
        _ask(port, "PUT", "/_mock/delays", b'{"rules": [{"delay": 60}]}')
        waiting = Thread(target=_ask, args=(port, "GET", "/api/v1/Webhook"), daemon=True)
        waiting.start()
        time.sleep(0.3)
        assert waiting.is_alive()
        _ask(port, "POST", "/_mock/reset")
        waiting.join(20)
        assert not waiting.is_alive()


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"rules": [{}]},
        {"rules": [{"delay": 61}]},
        {"rules": [{"delay": -1}]},
        {"rules": [{"share": 1.1, "delay": 1}]},
        {"rules": [{"status": 200}]},
        {"rules": [{"status": "500"}]},
        {"rules": [{"reset": True}]},
        {"rules": [{"drip": 0}]},
        {"rules": [{"headers": {"A": "b"}}]},
        {"rules": [{"status": 500, "headers": {"A": "b\r\nc"}}]},
        {"rules": [{"operation": "nothing", "delay": 1}]},
        {"rules": [{"pathPattern": "(", "delay": 1}]},
        {"rules": [{"dely": 1}]},
        {"rules": [], "seed": "x"},
    ],
)
def test_wrong_rules_are_refused(api, rules):
    """In one line, and the earlier ones stay."""
    api("PUT", "/_mock/delays", {"rules": [{"status": 500}]})
    answer = api("PUT", "/_mock/delays", rules)

    assert answer.status_code == 400
    assert "\n" not in answer.json["Message"]
    assert _statuses(api, 1) == [500]


def test_stamps_follow_the_clock(api):
    """Frozen, stepped, set and let go."""
    frozen = api("PUT", "/_mock/clock", {"now": "2030-05-06T07:08:09+02:00", "frozen": True}).json
    first, second = api.new()["Registered"], api.new()["Registered"]
    stepped = api("PUT", "/_mock/clock", {"step": 3600.5}).json
    third = api.patch(1, {"Name": "x"}).json["Updated"]

    assert frozen == {"now": "2030-05-06T05:08:09.0000000Z", "frozen": True, "scale": 1.0}
    assert first == second == "2030-05-06T05:08:09"
    assert stepped["now"] == "2030-05-06T06:08:09.5000000Z"
    assert third == "2030-05-06T06:08:09"
    assert api("POST", "/Other/api/v1/Webhook", {"TargetUrl": "http://h/"}).json["Registered"] < "2030"
    running = api("PUT", "/_mock/clock", {"frozen": False, "scale": 1000}).json
    assert (running["frozen"], running["scale"]) == (False, 1000.0)
    time.sleep(0.05)
    assert api("GET", "/_mock/clock").json["now"] > "2030-05-06T06:08:50"
    assert api("DELETE", "/_mock/clock").status_code == 204
    assert api.new()["Registered"] < "2030"


def test_retries_wait_for_the_clock(make, receiver):
    """A clock that stands still holds them; a step lets them go."""
    api = make(attempt_delays=(0, 30, 60))
    receiver.answers = lambda number: 200 if number == 3 else 500
    api("PUT", "/_mock/clock", {"frozen": True})
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/1")
    receiver.wait(1)
    assert until(lambda: api.read(1)["TotalErrors"])
    waits = api("POST", "/_mock/idle?timeout=0.1")

    assert waits.status_code == 408
    (waiting,) = waits.json["waiting"]
    assert (waiting["webhookId"], waiting["event"], waiting["retry"]) == (1, "a.b", 1)
    assert (waiting["seconds"], waiting["running"]) == (30.0, False)
    api("PUT", "/_mock/clock", {"step": 29})
    time.sleep(0.1)
    assert len(receiver.got) == 1
    api("PUT", "/_mock/clock", {"now": "2040-01-01T00:00:00Z"})
    assert api("POST", "/_mock/idle?timeout=0").json["waiting"][0]["seconds"] == 1.0
    api("PUT", "/_mock/clock", {"step": 2})
    receiver.wait(2)
    api("PUT", "/_mock/clock", {"frozen": False, "scale": 1000})
    receiver.wait(3)
    assert api("POST", "/_mock/idle").json == {"idle": True, "waiting": []}
    assert b'"Timestamp":"20' in receiver.got[0].body


def test_a_clock_that_runs_again_keeps_what_was_left(make, receiver):
    """The rest of a wait is waited for when the clock is the machine's again."""
    api = make(attempt_delays=(0, 0.4, 0.4))
    receiver.answers = lambda number: 200 if number == 2 else 500
    api("PUT", "/_mock/clock", {"frozen": True})
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/1")
    assert until(lambda: api.read(1)["TotalErrors"])
    time.sleep(0.5)
    assert len(receiver.got) == 1
    api("DELETE", "/_mock/clock")

    assert len(receiver.wait(2)) == 2


def test_a_mock_that_died_with_a_frozen_clock_goes_on(make, receiver, tmp_path):
    """What waited in the file is not lost."""
    url = f"sqlite:///{tmp_path / 'hooks.db'}"
    api = make(database=url, attempt_delays=(0, 0.1, 0.1))
    receiver.answers = lambda number: 200 if number == 2 else 500
    api("PUT", "/_mock/clock", {"frozen": True})
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/1")
    assert until(lambda: api.read(1)["TotalErrors"])
    api("POST", "/_mock/idle?timeout=0.2")
    service_of(api.app).close()
    make(database=url, attempt_delays=(0, 0.1, 0.1))

    assert len(receiver.wait(2)) == 2


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"now": "today"},
        {"now": "9999-12-31T00:00:00Z"},
        {"now": "0001-01-01T00:00:00+14:00"},
        {"now": 1},
        {"scale": 0},
        {"scale": 1e9},
        {"step": -1},
        {"step": 1e300},
        {"frozen": 1},
        {"freeze": True},
    ],
)
def test_a_wrong_clock_is_refused(api, said):
    """In one line, and the clock goes on."""
    answer = api("PUT", "/_mock/clock", said)

    assert answer.status_code == 400
    assert "\n" not in answer.json["Message"]
    assert not api("GET", "/_mock/clock").json["frozen"]


def test_a_clock_ends_somewhere(api):
    """Steps past what a date can show are refused."""
    codes = {api("PUT", "/_mock/clock", {"step": 3155760000}).status_code for _ in range(100)}

    assert codes == {200, 400}
    assert api.new()["WebhookId"] == 1


@pytest.mark.parametrize("timeout", ["x", "-1", "61", "nan", "inf"])
def test_a_wrong_wait_is_refused(api, timeout):
    """The timeout is a number of seconds."""
    assert api("POST", f"/_mock/idle?timeout={timeout}").status_code == 400


def test_idle_knows_what_is_tried(api, receiver):
    """An attempt that runs is no rest, one of another tenant is."""
    receiver.answers = lambda _: time.sleep(0.5) or 200
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/1")
    receiver.wait()
    busy = api("POST", "/_mock/idle?timeout=0.05")

    assert busy.status_code == 408
    assert busy.json["waiting"][0]["running"]
    assert api("POST", "/Other/_mock/idle?timeout=0").status_code == 200
    assert api("POST", "/_mock/idle").status_code == 200
    assert api.read(1)["TotalCalls"] == 1
