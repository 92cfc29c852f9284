"""The life of a delivery: cycles of attempts, the end after nine failures, and the way back."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from threading import Lock, Thread

import pytest

from mock_server.deliveries.payload import Event
from mock_server.web.app import service_of
from tests.mock_server.waiting import disabled, queue, until

FAST = (0, 0.01, 0.02)
EVENT = Event(id="e", timestamp="", name="a.b", primary_key=0, changes=(), context="", associate_id=1)


def test_nine_failures_in_a_row_disable(make, receiver):
    """One event: three cycles with one EventId; then silence, also for new events, until Active again."""
    api = make(attempt_delays=FAST)
    receiver.answers = lambda _: 500
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/0")
    hook = disabled(api)
    api("POST", "/Webhook/a.b/0")
    time.sleep(0.2)

    assert [got.headers["X-SuperOffice-Retry"] for got in receiver.got] == ["0", "1", "2"] * 3
    assert len({got.headers["X-SuperOffice-EventId"] for got in receiver.got}) == 1
    assert (hook["TotalCalls"], hook["TotalErrors"], hook["ConsecutiveErrors"]) == (9, 9, 9)
    assert hook["Updated"] == "0001-01-01T00:00:00"
    assert [one["WebhookId"] for one in api("GET", "/Webhook?statusFilter=TooManyErrors").json] == [1]

    receiver.answers = lambda _: 200
    assert api.patch(1, {"State": "Active"}).json["ConsecutiveErrors"] == 0
    api("POST", "/Webhook/a.b/0")
    receiver.wait(10)
    hook = until(lambda: (hook := api.read(1))["TotalCalls"] == 10 and hook)

    assert (hook["State"], hook["ConsecutiveErrors"], hook["TotalErrors"]) == ("Active", 0, 9)


def test_many_events_fail_nine_times_together(make, receiver):
    """However many wait, a target that fails is asked exactly nine times."""
    api = make(attempt_delays=FAST)
    receiver.answers = lambda _: time.sleep(0.01) or 500
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    for _ in range(50):
        api("POST", "/Webhook/a.b/0")
    hook = disabled(api)
    time.sleep(0.3)

    assert (len(receiver.got), hook["TotalErrors"]) == (9, 9)


def test_a_target_that_begins_to_fail_is_asked_nine_times_more(make, receiver):
    """What runs side by side counts, too."""
    api = make(attempt_delays=FAST)
    receiver.answers = lambda number: time.sleep(0.01) or (200 if number <= 30 else 500)
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    for _ in range(60):
        api("POST", "/Webhook/a.b/0")
    disabled(api)
    time.sleep(0.3)

    # A success among the first failures starts their count again.
    assert 39 <= len(receiver.got) <= 42


def test_a_success_starts_the_count_again(make, receiver):
    """Eight failures, one success, eight failures: the webhook stays Active."""
    api = make(attempt_delays=FAST)
    receiver.answers = lambda number: 200 if number % 9 == 0 else 500
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    for _ in range(2):
        api("POST", "/Webhook/a.b/0")
        until(lambda: api.read(1)["ConsecutiveErrors"] == 8)
        until(lambda: api.read(1)["ConsecutiveErrors"] == 0)
    hook = api.read(1)

    assert (hook["State"], hook["TotalCalls"], hook["TotalErrors"]) == ("Active", 18, 16)


def test_a_target_that_is_gone_disables_at_once(make, receiver):
    """HTTP 410 says that it will not come back."""
    api = make(attempt_delays=FAST)
    receiver.answers = lambda _: 410
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/0")
    hook = disabled(api)
    time.sleep(0.1)

    assert (len(receiver.got), hook["ConsecutiveErrors"]) == (1, 1)


@pytest.mark.parametrize("answer", [201, 204])
def test_other_successes_can_be_taken(make, receiver, answer):
    """--any-2xx is for receivers that say Created or No Content."""
    api = make(attempt_delays=FAST, any_2xx=True)
    receiver.answers = lambda _: (answer, {}, b"")
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Webhook/a.b/0")
    until(lambda: api.read(1)["TotalCalls"])
    time.sleep(0.1)

    assert (len(receiver.got), api.read(1)["TotalErrors"]) == (1, 0)


@pytest.mark.parametrize("way", ["stop", "delete"])
def test_what_is_queued_is_dropped(make, receiver, way):
    """A webhook that is started again does not get what waited when it was stopped."""
    api = make(attempt_delays=(0, 0.3, 0.3))
    receiver.answers = lambda _: 500
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    for _ in range(3):
        api("POST", "/Webhook/a.b/0")
    receiver.wait(3)
    if way == "stop":
        api.patch(1, {"State": "Stopped"})
        api.patch(1, {"State": "Active"})
    else:
        api("DELETE", "/Webhook/1")
    time.sleep(0.6)

    assert len(receiver.got) == 3
    assert service_of(api.app).dispatch.rests()


def test_a_failed_cycle_goes_to_the_back():
    """Events that wait already come before the next cycle of one that failed; three cycles are all."""
    order = []

    def attempt(webhook_id: int, event: Event, retry: int) -> bool:
        order.append((event.primary_key, retry))
        time.sleep(0.01)
        return event.primary_key > 0

    with queue(attempt, (0, 0), cycles=2) as waiting:
        for number in range(3):
            waiting.send("", [1], replace(EVENT, primary_key=number))
        until(lambda: len(order) >= 6)
        time.sleep(0.05)

        assert order[0] == (0, 0)
        assert [retry for number, retry in order if number == 0] == [0, 1, 0, 1]
        assert order.index((1, 0)) < 3
        assert waiting.rests()


def test_what_finds_no_place_disables_nobody(make, receiver):
    """A full queue is the mock's own fault."""
    api = make(queue_limit=0)
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    for _ in range(12):
        api("POST", "/Webhook/a.b/0")
    hook = api.read(1)

    assert (hook["State"], hook["TotalErrors"], hook["ConsecutiveErrors"]) == ("Active", 12, 0)
    assert "queue" in hook["LastError"]


def test_the_count_is_kept_in_every_database(make, receiver, database):
    """Failures are counted and the State is changed in one transaction."""
    api = make(attempt_delays=FAST, database=database)
    receiver.answers = lambda _: 500
    api.new(Events=["a.b"], TargetUrl=receiver.url, Secret="s")
    api("POST", "/Webhook/a.b/0")
    hook = disabled(api)

    assert (hook["ConsecutiveErrors"], hook["Secret"], hook["Events"]) == (9, "s", ["a.b"])
    assert json.loads(receiver.got[0].body)["Event"] == "a.b"


def test_the_queue_comes_to_rest():
    """Whatever is sent, fails and is dropped at once, nothing is left over and no hook has more than four."""
    running, most, lock = {}, {}, Lock()

    def attempt(webhook_id: int, event: Event, retry: int) -> bool:
        with lock:
            running[webhook_id] = running.get(webhook_id, 0) + 1
            most[webhook_id] = max(most.get(webhook_id, 0), running[webhook_id])
        time.sleep(random.random() / 1000)
        with lock:
            running[webhook_id] -= 1
        return random.random() < 0.6

    def send(seed: int) -> None:
        for number in range(300):
            waiting.send("", [number % 5 + 1], EVENT)
            if number % 50 == seed:
                waiting.drop("", 1)

    with queue(attempt, (0, 0.001, 0.002), hooks=5) as waiting:
        threads = [Thread(target=send, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert until(waiting.rests, 60)
        with waiting._store.reading() as rows:
            assert (waiting._queued, rows.outbox.count()) == (0, 0)
    assert max(most[webhook_id] for webhook_id in range(2, 6)) <= 4
