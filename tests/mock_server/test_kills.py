"""kill -9 of the mock under load: what was answered with 204 arrives all the same."""

from __future__ import annotations

import logging
import os
import random
import re
import subprocess
import sys
import time

from tests.mock_server.traffic import Arrivals, Senders, ask, subscribe
from tests.mock_server.waiting import until

# A few for every day; WEBHOOK_MOCK_TEST_KILLS=50 with --log-cli-level=INFO for a figure.
KILLS = int(os.environ.get("WEBHOOK_MOCK_TEST_KILLS", "8"))
PATHS = ("/one", "/two")

log = logging.getLogger(__name__)


def _started(database):
    """A mock in a process of its own, and its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_server", "--port", "0", "--database", database, "--clock-scale", "20"],
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, int(re.search(r":([0-9]+)/", process.stdout.readline())[1])


def _moody(number):
    """A receiver that is sometimes slow, and sometimes fails."""
    if number % 15 == 0:
        time.sleep(random.random() / 2)
    return 500 if number % 20 == 0 else 200


def _dead(process):
    process.kill()
    process.wait()
    process.stdout.close()


def test_nothing_is_lost_when_the_mock_is_killed(receiver, tmp_path):
    """Each event arrives at each webhook; a repeat has the EventId and the Timestamp of the first."""
    database = f"sqlite:///{tmp_path / 'hooks.db'}"
    receiver.answers = _moody
    arrivals = Arrivals(receiver)
    process, port = _started(database)
    subscribe(port, [receiver.url + path for path in PATHS])
    senders = Senders([port], lambda: arrivals.look() // len(PATHS))
    with senders.sending(1):
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, 0.8))
            _dead(process)
            process, port = _started(database)
            senders.ports[0] = port
    until(lambda: not arrivals.lacks(PATHS, senders.accepted), 60)
    lacking = arrivals.lacks(PATHS, senders.accepted)
    counted = [ask(port, "GET", f"/api/v1/Webhook/{number}")[0] for number in (1, 2)]
    _dead(process)
    log.info(
        "%s kills: %s events accepted, %s x %s arrived, %s deliveries came again, slowest answer %.0f ms",
        KILLS,
        len(senders.accepted),
        len(senders.accepted) - len({key for _, key in lacking}),
        len(PATHS),
        arrivals.repeats(),
        senders.slowest * 1000,
    )

    assert len(senders.accepted) > KILLS
    assert counted == [200, 200]
    assert lacking == set()
    assert arrivals.mixed() == {}
