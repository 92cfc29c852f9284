"""Two mocks over one PostgreSQL and one Redis: each event once, and nothing lost with one of them."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextlib import ExitStack
from itertools import count

import pytest

from mock_server.deliveries.sharing import Sharing
from mock_server.deliveries.turns import Turns
from mock_server.errors import QueueError
from tests.mock_server import backends
from tests.mock_server.traffic import Arrivals, Senders, ask, subscribe
from tests.mock_server.waiting import until

pytestmark = pytest.mark.skipif(backends.missing() is not None, reason=str(backends.missing()))

HOOKS = 20
# 50 events for 20 webhooks are 1000 deliveries; WEBHOOK_MOCK_TEST_EVENTS=1000 makes 20,000 of them.
EVENTS = int(os.environ.get("WEBHOOK_MOCK_TEST_EVENTS", "50"))
PATIENCE = 30 + EVENTS / 2

log = logging.getLogger(__name__)
_numbers = count(1)


@pytest.fixture(scope="module", name="servers")
def _servers():
    with backends.postgresql() as database, backends.redis() as queue:
        yield database, queue


@pytest.fixture(name="replicas")
def _replicas(servers, served):
    """Two mocks over a fresh database: the processes, and their ports."""
    database, queue = servers
    number = next(_numbers)
    options = ("--database", backends.create(database, f"mock{number}"), "--queue", f"{queue}{number}")
    with ExitStack() as stack:
        yield [stack.enter_context(served(*options, "--clock-scale", "50")) for _ in range(2)]


def _tried(port):
    return json.loads(ask(port, "GET", "/_mock/deliveries?limit=1000")[1])


def _hook(port, number):
    return json.loads(ask(port, "GET", f"/api/v1/Webhook/{number}")[1])


def test_each_event_arrives_once(replicas, receiver):
    """Whichever replica is asked, and whichever delivers; both work, and the counters are exact."""
    ports = [port for _, port in replicas]
    paths = [f"/{number}" for number in range(1, HOOKS + 1)]
    subscribe(ports[0], [receiver.url + path for path in paths])
    start = time.monotonic()
    for key in range(1, EVENTS + 1):
        # The queue takes 10,000.
        until(lambda key=key: key * HOOKS - len(receiver.got) < 5000, PATIENCE)
        assert ask(ports[key % 2], "POST", f"/api/v1/Webhook/a.b/{key}")[0] == 204
    until(lambda: len(receiver.got) >= EVENTS * HOOKS, PATIENCE)
    seconds = time.monotonic() - start
    time.sleep(3)
    arrivals = Arrivals(receiver)
    missing = arrivals.lacks(paths, range(1, EVENTS + 1))
    shares = [len(_tried(port)) for port in ports]
    log.info("%s deliveries in %.1f s, log of each replica: %s", len(receiver.got), seconds, shares)

    assert (missing, arrivals.repeats()) == (set(), 0)
    assert min(shares) > 0
    hooks = [_hook(ports[number % 2], number) for number in range(1, HOOKS + 1)]
    assert {(hook["TotalCalls"], hook["TotalErrors"]) for hook in hooks} == {(EVENTS, 0)}


def test_nine_failures_are_nine_requests(replicas, receiver):
    """Two replicas together ask a target that fails no more often than one would."""
    ports = [port for _, port in replicas]
    receiver.answers = lambda _: time.sleep(0.02) or 500
    subscribe(ports[0], [receiver.url])
    for key in range(20):
        assert ask(ports[key % 2], "POST", f"/api/v1/Webhook/a.b/{key}")[0] == 204
    assert until(lambda: _hook(ports[1], 1)["State"] == "TooManyErrors", 30)
    time.sleep(1)

    assert (len(receiver.got), _hook(ports[0], 1)["TotalErrors"]) == (9, 9)


def test_nothing_is_lost_with_a_replica(replicas, receiver):
    """The other one takes over what the dead one had in hand; a repeat has the same EventId."""
    (doomed, _), (_, port) = replicas
    receiver.answers = lambda number: time.sleep(0.3 if number % 10 == 0 else 0.01) or 200
    arrivals = Arrivals(receiver)
    paths = [f"/{number}" for number in range(1, 6)]
    subscribe(port, [receiver.url + path for path in paths])
    senders = Senders([port for _, port in replicas], lambda: arrivals.look() // len(paths))
    with senders.sending(4):
        time.sleep(2)
        doomed.kill()
        time.sleep(1)
    until(lambda: not arrivals.lacks(paths, senders.accepted), 60)
    lacking = arrivals.lacks(paths, senders.accepted)
    log.info("%s events accepted, %s lack, %s repeats", len(senders.accepted), lacking, arrivals.repeats())

    assert len(senders.accepted) > 20
    assert lacking == set()
    assert arrivals.mixed() == {}


@pytest.mark.parametrize("url", ["nonsense", "redis://me:secret@127.0.0.1:1/0", "redis://127.0.0.1:x"])
def test_a_redis_that_is_not_there(url):
    """One line says why, without a password."""
    with pytest.raises(QueueError) as failure:
        Sharing(url, Turns(lambda _: None))

    assert str(failure.value).startswith("--queue: ")
    assert str(failure.value).count("\n") == str(failure.value).count("secret") == 0


def test_without_the_client(monkeypatch):
    """The extra that brings it is named."""
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(QueueError, match=r"\[redis\]"):
        Sharing("redis://127.0.0.1/0", Turns(lambda _: None))


def test_without_redis_they_go_on(servers, served, receiver):
    """Each mock delivers what it was asked to; Redis is a help, and not the queue."""
    database, _ = servers
    url = backends.create(database, f"mock{next(_numbers)}")
    with backends.redis() as queue, ExitStack() as stack:
        ports = [stack.enter_context(served("--database", url, "--queue", queue))[1] for _ in range(2)]
        both = stack.pop_all()
    with both:
        subscribe(ports[0], [receiver.url])
        for key in range(10):
            assert ask(ports[key % 2], "POST", f"/api/v1/Webhook/a.b/{key}")[0] == 204
        receiver.wait(10, 30)
        time.sleep(1)

        assert Arrivals(receiver).look() == len(receiver.got) == 10
