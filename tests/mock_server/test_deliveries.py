"""Deliveries: what goes out, to whom, when, and what is remembered of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import socket
import time
from contextlib import suppress
from datetime import datetime
from threading import Thread

import pytest

from mock_server.deliveries import targets
from mock_server.deliveries.headers import headers
from mock_server.deliveries.payload import Event, payload
from mock_server.deliveries.signature import sign
from tests.mock_server.waiting import queue, until

EVENT = Event(
    id="6e1b",
    timestamp="2026-11-21T13:00:00.0000000Z",
    name="list.category.changed",
    primary_key=7,
    changes=("name",),
    context="Cust7",
    associate_id=1,
)
HOOK = {"Name": "n", "Secret": "s", "Headers": {}, "Properties": {}}


def test_the_body_has_the_documented_order():
    """Entity is everything before the last dot."""
    assert list(payload(HOOK, EVENT).items()) == [
        ("EventId", "6e1b"),
        ("Timestamp", "2026-11-21T13:00:00.0000000Z"),
        ("Changes", ["name"]),
        ("Event", "list.category.changed"),
        ("PrimaryKey", 7),
        ("Entity", "list.category"),
        ("ContextIdentifier", "Cust7"),
        ("ChangedByAssociateId", 1),
        ("WebhookName", "n"),
    ]


def test_properties_stand_at_the_top_and_replace_nothing():
    """What the hook adds does not reach the documented members."""
    body = payload({**HOOK, "Properties": {"Event": "x", "mine": {"a": 1}}}, EVENT)

    assert (body["Event"], body["mine"]) == ("list.category.changed", {"a": 1})


def test_custom_headers_replace_nothing():
    """Neither the documented headers nor the framing of the message can be changed by a hook."""
    own = {"x-superoffice-event": "x", "Content-Length": "0", "X-SUPEROFFICE-SIGNATURE": "x", "X-Mine": "1"}
    sent = headers({**HOOK, "Headers": own}, EVENT, retry=2, signature=None, ping=False)

    assert sent == {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": sent["User-Agent"],
        "X-SuperOffice-Event": "list.category.changed",
        "X-SuperOffice-EventId": "6e1b",
        "X-SuperOffice-Retry": "2",
        "X-Mine": "1",
    }


def test_signatures_are_those_of_other_programs():
    """A literal vector, made with openssl."""
    assert sign("key", b"The quick brown fox jumps over the lazy dog") == (
        "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
    )


def test_targets():
    """Loopback is open; networks, addresses and names can be added."""
    opened = targets.parse(("10.0.0.0/8", "192.168.1.5", "Receiver.test"))
    admits = {
        text: opened.admits("x", targets.ip_address(text))
        for text in (
            "127.0.0.9",
            "::1",
            "10.1.2.3",
            "192.168.1.5",
            "192.168.1.6",
            "0.0.0.0",  # noqa: S104  # nothing listens on it
            "::ffff:8.8.8.8",
        )
    }

    assert [text for text, open_ in admits.items() if open_] == [
        "127.0.0.9",
        "::1",
        "10.1.2.3",
        "192.168.1.5",
    ]
    assert opened.admits("receiver.test", targets.ip_address("8.8.8.8"))


def test_a_lane_of_its_own():
    """Many deliveries to a slow hook do not hold up another one; retries keep their distance."""
    times: dict[int, list[float]] = {}

    def attempt(webhook_id: int, event: Event, retry: int) -> bool:
        times.setdefault(webhook_id, []).append(time.monotonic())
        if webhook_id == 1:
            time.sleep(0.2)
        return webhook_id != 3 or retry == 2

    with queue(attempt, (0, 0.1, 0.2)) as waiting:
        for _ in range(100):
            waiting.send("", [1], EVENT)
        start = time.monotonic()
        waiting.send("", [2, 3], EVENT)
        time.sleep(0.6)

    assert times[2][0] - start < 0.1
    assert [round(moment - times[3][0], 1) for moment in times[3]] == [0.0, 0.1, 0.3]
    seen = len(times[1])
    time.sleep(0.3)
    assert len(times[1]) == seen < 100


def test_the_queue_has_an_end():
    """What does not fit is turned away, and not kept; the webhooks of one event may fare differently."""
    with queue(lambda *_: True, (60.0,), limit=3) as waiting:
        for several in ([1], [2, 3, 1], [1]):
            waiting.send("", several, EVENT)
        with waiting._store.reading() as rows:
            lost = [rows.get("", webhook_id)["TotalErrors"] for webhook_id in (1, 2, 3)]
            assert (rows.outbox.count(), lost) == (3, [2, 0, 0])


def test_a_broken_attempt_does_not_end_the_queue(caplog):
    """A bug in one attempt is logged, and the next delivery goes out."""
    done = []

    def attempt(webhook_id: int, event: Event, retry: int) -> bool:
        if webhook_id == 1:
            raise RuntimeError("bug")
        done.append(webhook_id)
        return True

    with queue(attempt) as waiting:
        waiting.send("", [1, 2], EVENT)
        until(waiting.rests)

    assert done == [2]
    assert "broke off" in caplog.text


def test_a_broken_count_does_not_end_the_queue(caplog):
    """What cannot be counted is tried as often as anything else, and does not stay in hand."""
    tried = []

    def count(*_):
        raise RuntimeError("bug")

    with queue(lambda *about: tried.append(about), (0, 0.01), count=count, cycles=2) as waiting:
        waiting.send("", [1], EVENT)
        until(waiting.rests)

    assert [retry for _, _, retry in tried] == [0, 1, 0, 1]
    assert "was not counted" in caplog.text


@pytest.mark.parametrize("form", ["rest", "agent"])
def test_an_event_arrives(api, receiver, form):
    """Both forms of SignalEvent send the same: signed, with the hook's own headers and properties."""
    api.new(
        Name="bjørn",
        Events=["Window.Closed"],
        TargetUrl=receiver.url + "/a?b=c",
        Secret="hemmelig ø",
        Headers={"X-Mine": "ærlig", "Host": "elsewhere"},
        Properties={"mine": [1]},
    )
    if form == "rest":
        answer = api("POST", "/Webhook/window.closed/7", {"a": 1, "b": {}})
    else:
        request = {"eventName": "window.closed", "primaryKey": 7, "data": {"a": 1, "b": {}}}
        answer = api("POST", "/Agents/Webhook/SignalEvent?$select=x", request)
    (got,) = receiver.wait()
    body = json.loads(got.body)

    assert (answer.status_code, answer.data) == (204, b"")
    assert got.path == "/a?b=c"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", body["EventId"])
    assert got.headers["X-SuperOffice-EventId"] == body["EventId"]
    assert got.headers["X-SuperOffice-Event"] == body["Event"] == "window.closed"
    assert got.headers["X-SuperOffice-Retry"] == "0"
    assert got.headers["X-Hook-Test"] is None
    assert got.headers["Host"] == receiver.url.removeprefix("http://")
    assert got.headers["X-Mine"].encode("latin-1").decode() == "ærlig"
    assert (
        got.headers["X-SuperOffice-Signature"]
        == base64.b64encode(hmac.new("hemmelig ø".encode(), got.body, hashlib.sha256).digest()).decode()
    )
    assert datetime.fromisoformat(body["Timestamp"]).year >= 2026
    assert (body["Changes"], body["mine"], body["WebhookName"]) == (["a", "b"], [1], "bjørn")


def test_only_active_listeners_are_told(api, receiver):
    """Not the stopped, not scripts or unknown plug-ins, not those of other tenants, not similar names."""
    for members in (
        {"State": "Stopped"},
        {"State": "TooManyErrors"},
        {"Type": "crmscript", "TargetUrl": "script"},
        {"Type": "ratione"},
        {"Events": ["a.bc"]},
        {"Events": ["a"]},
    ):
        api.new(**{"Name": "no", "Events": ["a.b"], "TargetUrl": receiver.url, **members})
    api("POST", "/Other/api/v1/Webhook", {"Name": "no", "Events": ["a.b"], "TargetUrl": receiver.url})
    api.new(Name="yes", Events=["x.y", "A.B"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/0")
    receiver.wait()
    time.sleep(0.2)

    assert [json.loads(got.body)["WebhookName"] for got in receiver.got] == ["yes"]


def test_names_of_events(api, receiver):
    """Any name without control characters can be signalled, also one that no hook can listen for."""
    api.new(Events=["bjørn.født"], TargetUrl=receiver.url)

    assert (
        api("POST", "/Agents/Webhook/SignalEvent", {"EventName": "Murazik, Heaney and Maggio"}).status_code
        == 204
    )
    assert api("POST", "/Webhook/bj%C3%B8rn.f%C3%B8dt/-1").status_code == 204
    assert json.loads(receiver.wait()[0].body)["PrimaryKey"] == -1
    for name in ("%20", "a%0ab", "a%00"):
        assert api("POST", f"/Webhook/{name}/1").status_code == 400
    assert api("POST", "/Webhook/a.b/x").status_code == 400
    assert api("POST", "/Webhook/a.b/1", [1]).status_code == 400
    assert api("POST", "/Agents/Webhook/SignalEvent", {"EventName": ""}).status_code == 400
    assert api("POST", "/Agents/Webhook/SignalEvent", {}).status_code == 400


def test_a_stopped_hook_is_not_retried(make, receiver):
    """Attempts go by the webhook as it is stored then."""
    api = make(attempt_delays=(0, 0.3, 0.3))
    receiver.answers = lambda _: 500
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/0")
    receiver.wait()
    api.patch(1, {"State": "Stopped"})
    time.sleep(0.5)

    assert len(receiver.got) == 1


def test_attempts_are_counted(make, receiver):
    """Three attempts with one EventId; a success forgives, and the last failure is remembered."""
    api = make(attempt_delays=(0, 0.05, 0.05))
    receiver.answers = lambda number: 503 if number < 3 else 200
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/0")
    got = receiver.wait(3)
    time.sleep(0.1)
    hook = api.read(1)

    assert [one.headers["X-SuperOffice-Retry"] for one in got] == ["0", "1", "2"]
    assert len({one.headers["X-SuperOffice-EventId"] for one in got}) == 1
    assert (hook["TotalCalls"], hook["TotalErrors"], hook["ConsecutiveErrors"]) == (3, 2, 0)
    assert hook["LastError"] == api("GET", "/Webhook/1/LastError").json
    assert hook["LastError"].startswith("HTTP/1.1 503 Service Unavailable\n")
    assert hook["LastError"].endswith("\n\nthank you")
    assert hook["Updated"] == "0001-01-01T00:00:00"


@pytest.mark.parametrize("answer", [201, 204, (302, {"Location": "/elsewhere"}, b""), 400])
def test_only_200_is_a_success(make, receiver, answer):
    """Other answers are failures, and redirects are not followed."""
    api = make(attempt_delays=(0, 0.01, 0.01))
    receiver.answers = lambda _: answer
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/0")
    receiver.wait(3)

    assert {one.path for one in receiver.got} == {"/"}


def test_a_target_is_tried(api, receiver):
    """Webhook/Test sends a signed ping, and reports headers and body, saving nothing."""
    ping = {"TargetUrl": receiver.url, "Secret": "s", "Name": "n"}
    good = api("POST", "/Webhook/Test", ping).json
    receiver.answers = lambda _: 500
    bad = api("POST", "/Agents/Webhook/TestWebhook?$select=message", {"webhook": ping}).json
    got = receiver.got[0]

    assert (good["Success"], good["Message"].partition("\n")[0]) == (True, "HTTP/1.1 200 OK")
    assert "\n\nthank you" in good["Message"]
    assert (bad["Success"], bad["Message"].partition("\n")[0]) == (None, "HTTP/1.1 500 Internal Server Error")
    assert (got.headers["X-Hook-Test"], json.loads(got.body)["Event"]) == ("true", "test")
    assert got.headers["X-SuperOffice-Signature"]
    assert api("GET", "/Webhook").json == []


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://127.0.0.1:1/", "refused"),
        ("http://8.8.8.8/", "--allow-targets"),
        ("https://127.0.0.1:1/", "refused"),
        ("http://nosuch.invalid/", "nosuch.invalid"),
        ("http://0.0.0.0:9/", "loopback"),
        ("http://user:word@[::1]:1/x y", "TargetUrl"),
    ],
)
def test_targets_that_cannot_be_reached(api, target, reason):
    """A target that is closed, forbidden or nowhere is told in words."""
    answer = api("POST", "/Webhook/Test", {"TargetUrl": target})

    assert reason in (answer.json["Message"])
    assert answer.status_code == (400 if reason == "TargetUrl" else 200)


def test_slow_targets_have_a_limit(make, receiver):
    """A target that says nothing, or one byte now and then, is left after the time limit."""
    api = make(attempt_limit=0.3)
    receiver.answers = lambda _: time.sleep(1) or 200
    start = time.monotonic()
    answer = api("POST", "/Webhook/Test", {"TargetUrl": receiver.url}).json

    assert time.monotonic() - start < 0.9
    assert answer["Success"] is False
    assert "no answer within 0.3 s" in answer["Message"]


def test_dripping_targets_have_a_limit(make):
    """A target that sends one byte now and then is left, too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=_drip, args=(listener,), daemon=True).start()
        api = make(attempt_limit=0.4)
        start = time.monotonic()
        answer = api("POST", "/Webhook/Test", {"TargetUrl": f"http://127.0.0.1:{listener.getsockname()[1]}/"})

        assert time.monotonic() - start < 1.5
        assert "no answer within" in answer.json["Message"]


def _drip(listener):
    connection, _ = listener.accept()
    with connection, suppress(OSError):
        for byte in b"HTTP/1.1 200 OK" * 10:
            connection.sendall(bytes([byte]))
            time.sleep(0.1)


def test_endless_bodies_are_cut(make, receiver):
    """Of a long answer only the first part is read."""
    api = make()
    receiver.answers = lambda _: (200, {}, b"x" * 10_000_000)
    answer = api("POST", "/Webhook/Test", {"TargetUrl": receiver.url}).json

    assert answer["Success"] is True
    assert len(answer["Message"]) == 4000
