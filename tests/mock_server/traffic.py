"""Load for mocks that are killed: who signals what, what was accepted, and what arrived."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread

HEADERS = {"Authorization": "Basic dGplMDpUamUw", "Content-Type": "application/json"}
# What may be under way before a sender waits: far from the 10,000 that the queue takes.
AHEAD = 1500


def ask(port, method, path, body=None, *, connection=None):
    """Status and body of one request."""
    with closing(connection or http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connected:
        connected.request(method, path, None if body is None else json.dumps(body), HEADERS)
        answer = connected.getresponse()
        return answer.status, answer.read()


def subscribe(port, urls, event="a.b"):
    """A webhook for each of these targets."""
    for url in urls:
        status, _ = ask(port, "POST", "/api/v1/Webhook", {"Name": url, "Events": [event], "TargetUrl": url})
        assert status == 200


@dataclass
class Senders:
    """Threads that signal without end, each event with a number of its own."""

    ports: list[int]
    arrived: Callable[[], int]
    accepted: list[int] = field(default_factory=list)
    slowest: float = 0.0
    _numbers: count = field(default_factory=lambda: count(1))
    _ended: Event = field(default_factory=Event)

    @contextmanager
    def sending(self, threads=3):
        """They signal while the block runs."""
        running = [Thread(target=self._send, args=(number,)) for number in range(threads)]
        for thread in running:
            thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            for thread in running:
                thread.join()

    def _send(self, number):
        while not self._ended.wait(0.02):
            if len(self.accepted) - self.arrived() > AHEAD:
                continue
            key, start = next(self._numbers), time.monotonic()
            # Killed in the middle: nobody has promised anything.
            with suppress(OSError, http.client.HTTPException):
                status, _ = ask(self.ports[number % len(self.ports)], "POST", f"/api/v1/Webhook/a.b/{key}")
                assert status == 204
                self.accepted.append(key)
                self.slowest = max(self.slowest, time.monotonic() - start)


class Arrivals:
    """What a receiver got: by path and number of the event, the EventIds and Timestamps of all attempts."""

    def __init__(self, receiver):
        self._receiver = receiver
        self._seen = 0
        self.attempts = defaultdict(list)

    def look(self):
        """How many different ones have come so far."""
        got = self._receiver.got
        for one in got[self._seen : (seen := len(got))]:
            body = json.loads(one.body)
            assert body["EventId"] == one.headers["X-SuperOffice-EventId"]
            self.attempts[one.path, body["PrimaryKey"]].append((body["EventId"], body["Timestamp"]))
        self._seen = seen
        return len(self.attempts)

    def lacks(self, paths, keys):
        """What did not come."""
        self.look()
        return {(path, key) for path in paths for key in keys} - set(self.attempts)

    def repeats(self):
        """How many came more than once."""
        return sum(number - 1 for number in Counter(map(len, self.attempts.values())).elements())

    def mixed(self):
        """Repeats that do not say that they are."""
        return {each: told for each, told in self.attempts.items() if len(set(told)) > 1}
