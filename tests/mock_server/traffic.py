"""Load for mocks that are killed: who signals what, what was accepted, and what arrived."""

from __future__ import annotations

import http.client
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock, Thread

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
            key = next(self._numbers)
            # Killed in the middle: nobody has promised anything.
            with suppress(OSError, http.client.HTTPException):
                status, _ = ask(self.ports[number % len(self.ports)], "POST", f"/api/v1/Webhook/a.b/{key}")
                assert status == 204
                self.accepted.append(key)


class Arrivals:
    """What a receiver got, by path and number of the event: EventId and Timestamp of each attempt."""

    def __init__(self, receiver, takes=lambda _: True):
        self._receiver = receiver
        self._takes = takes
        self._seen = 0
        self._lock = Lock()
        self.attempts = defaultdict(set)
        # How often it was received and answered with 200.
        self.taken = Counter()

    def look(self):
        """How many different ones have been taken so far."""
        with self._lock:
            got = self._receiver.got[self._seen :]
            for number, one in enumerate(got, self._seen + 1):
                self._note(number, one)
            self._seen += len(got)
            return len(self.taken)

    def _note(self, number, one):
        if len(one.body) < int(one.headers["Content-Length"]):
            return  # the sender was killed while it wrote
        body = json.loads(one.body)
        assert body["EventId"] == one.headers["X-SuperOffice-EventId"]
        this = one.path, body["PrimaryKey"]
        self.attempts[this].add((body["EventId"], body["Timestamp"]))
        self.taken[this] += self._takes(number)

    def lacks(self, paths, keys):
        """What was never taken."""
        self.look()
        return {this for path in paths for key in keys if not self.taken[this := (path, key)]}

    def repeats(self):
        """How many were taken again."""
        return sum(number - 1 for number in self.taken.values() if number)

    def mixed(self):
        """Attempts that do not say that they are of one event."""
        return {this: told for this, told in self.attempts.items() if len(told) > 1}
