"""The delivery log: the latest attempts of each tenant, as they went out and as they were answered."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import Any

from mock_server.clock import ticks

MEGABYTE = 1024 * 1024

# What a tenant may keep, how much of one body, and how many tenants.
ENTRIES = 1000
BYTES = 2 * MEGABYTE
BODY = 16 * 1024
TENANTS = 16
# What an entry weighs beside its texts.
FRAME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One attempt."""

    when: datetime
    webhook_id: int
    type: str
    event: str
    event_id: str
    retry: int
    target: str
    success: bool
    seconds: float
    # The body of a request, or the variables of a script.
    request_body: bytes
    request_headers: Mapping[str, str] = field(default_factory=dict)
    test: bool = False
    status: int | None = None
    # What went wrong when there was no answer.
    error: str | None = None
    response_headers: tuple[tuple[str, str], ...] = ()
    response_body: bytes = b""

    @property
    def outcome(self) -> str:
        """What came of it, in a word or two."""
        if self.success:
            return "success"
        return "no answer" if self.status is None else "failure"

    def weight(self) -> int:
        """About how many bytes it takes."""
        headers = (*self.request_headers.items(), *self.response_headers)
        texts = sum(len(name) + len(value) for name, value in headers)
        texts += len(self.target) + len(self.event)
        return FRAME + texts + len(self.request_body) + len(self.response_body)

    def shown(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "When": ticks(self.when),
            "WebhookId": self.webhook_id,
            "Type": self.type,
            "Event": self.event,
            "EventId": self.event_id,
            "Retry": self.retry,
            "Target": self.target,
            "Test": self.test,
            "Success": self.success,
            "Status": self.status,
            "Error": self.error,
            "Seconds": round(self.seconds, 6),
            "Request": {"Headers": dict(self.request_headers), "Body": _text(self.request_body)},
            "Response": {
                "Headers": [list(pair) for pair in self.response_headers],
                "Body": _text(self.response_body),
            },
        }


@dataclass(slots=True)
class Shelf:
    """The entries of one tenant, oldest first."""

    entries: deque[tuple[int, Entry]] = field(default_factory=deque)
    weight: int = 0

    def add(self, weight: int, entry: Entry) -> None:
        """Keeps it, and lets the oldest go."""
        self.entries.append((weight, entry))
        self.weight += weight
        while len(self.entries) > ENTRIES or self.weight > BYTES:
            self.weight -= self.entries.popleft()[0]


class Log:
    """What every delivery adds to; reading it works on a copy, so that no delivery waits for a reader."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shelves: OrderedDict[str, Shelf] = OrderedDict()
        self._outcomes: Counter[str] = Counter()

    def add(self, tenant: str, entry: Entry) -> None:
        """Keeps one attempt; the tenant that was quiet for the longest time makes room for a new one."""
        weight = entry.weight()
        with self._lock:
            self._outcomes[entry.outcome] += 1
            self._shelves.setdefault(tenant, Shelf()).add(weight, entry)
            self._shelves.move_to_end(tenant)
            if len(self._shelves) > TENANTS:
                self._shelves.popitem(last=False)

    def outcomes(self) -> dict[str, int]:
        """How many attempts of all tenants have ended in which way, since the mock started."""
        with self._lock:
            return dict(self._outcomes)

    def find(self, tenant: str, *, hook: int | None, event: str | None, limit: int) -> list[Entry]:
        """The latest attempts of a tenant, oldest first."""
        with self._lock:
            shelf = self._shelves.get(tenant)
            entries = [entry for _, entry in shelf.entries] if shelf else []
        return [*islice(_matching(entries, hook, event), limit)][::-1]


def _matching(entries: list[Entry], hook: int | None, event: str | None) -> Iterator[Entry]:
    for entry in reversed(entries):
        if hook in (None, entry.webhook_id) and (not event or event.casefold() == entry.event.casefold()):
            yield entry


def _text(body: bytes) -> str:
    return body[:BODY].decode(errors="replace")
