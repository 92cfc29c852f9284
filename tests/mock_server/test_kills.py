"""kill -9 of the mock under load: what was answered with 204 arrives all the same."""

from __future__ import annotations

import json
import logging
import os
import random
import re
import subprocess
import sys
import time

import pytest

from tests.mock_server.traffic import Arrivals, Senders, ask, subscribe
from tests.mock_server.waiting import until

# A few for every day; WEBHOOK_MOCK_TEST_KILLS=50 with --log-cli-level=INFO for a figure.
KILLS = int(os.environ.get("WEBHOOK_MOCK_TEST_KILLS", "8"))
PATHS = ("/one", "/two")

log = logging.getLogger(__name__)


class Mortal:
    """A mock in a process of its own, and its port, which is another one after each start."""

    def __init__(self, database):
        self._options = ("--port", "0", "--database", database, "--clock-scale", "20")
        self.start()

    def start(self):
        command = [sys.executable, "-m", "mock_server", *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":([0-9]+)/", self._process.stdout.readline())[1])

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def _takes(number):
    return number % 20 != 0


def _moody(number):
    """A receiver that is sometimes slow, and sometimes fails."""
    if number % 15 == 0:
        time.sleep(random.random() / 2)
    return 200 if _takes(number) else 500


@pytest.fixture(name="mortal")
def _mortal(tmp_path):
    mortal = Mortal(f"sqlite:///{tmp_path / 'hooks.db'}")
    yield mortal
    mortal.kill()


def test_nothing_is_lost_when_the_mock_is_killed(receiver, mortal):
    """Each event is taken by each webhook; attempts of one have its EventId and its Timestamp."""
    receiver.answers = _moody
    arrivals = Arrivals(receiver, _takes)
    subscribe(mortal.port, [receiver.url + path for path in PATHS])
    senders = Senders([mortal.port], lambda: arrivals.look() // len(PATHS))
    with senders.sending():
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, 0.8))
            mortal.kill()
            mortal.start()
            senders.ports[0] = mortal.port
    until(lambda: not arrivals.lacks(PATHS, senders.accepted), 90)
    lacking = arrivals.lacks(PATHS, senders.accepted)
    log.info(
        "%s kills: %s events accepted for %s webhooks each, %s deliveries lack, %s came again",
        *(KILLS, len(senders.accepted), len(PATHS), len(lacking), arrivals.repeats()),
    )

    assert len(senders.accepted) > KILLS
    assert lacking == set()
    assert arrivals.mixed() == {}
    assert {_state(mortal.port, number) for number in (1, 2)} == {"Active"}


def _state(port, number):
    return json.loads(ask(port, "GET", f"/api/v1/Webhook/{number}")[1])["State"]
