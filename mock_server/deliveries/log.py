"""The delivery log: the latest attempts of each tenant, as they went out and as they were answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from threading import Lock
from typing import Any

from mock_server.clock import ticks
from mock_server.lives import Life
from mock_server.shelves import Shelves

MEGABYTE = 1024 * 1024

# What a tenant may keep, all of them together, and how much of one body.
ENTRIES = 1000
BYTES = 2 * MEGABYTE
TOTAL = 16 * BYTES
BODY = 16 * 1024
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
    # What it should be signed with: that of its webhook when the attempt began.
    secret: str | None = None
    # Ascending, of all tenants together.
    id: int = field(default_factory=count(1).__next__)

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


class Log:
    """What every delivery adds to."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._outcomes: Counter[str] = Counter()
        self._shelves: Shelves[Entry] = Shelves(Entry.weight, entries=ENTRIES, weight=BYTES, total=TOTAL)

    def life(self, tenant: str) -> Life:
        """Which life of a tenant an attempt belongs to that begins now."""
        return self._shelves.life(tenant)

    def add(self, tenant: str, entry: Entry, life: Life | None = None) -> None:
        """Keeps one attempt."""
        with self._lock:
            self._outcomes[entry.outcome] += 1
        self._shelves.add(tenant, entry, entry.weight(), life)

    def clear(self, tenant: str) -> None:
        """Forgets the attempts of a tenant, those that run too."""
        self._shelves.clear(tenant)

    def outcomes(self) -> dict[str, int]:
        """How many attempts of all tenants have ended in which way, since the mock started."""
        with self._lock:
            return dict(self._outcomes)

    def all(self, tenant: str) -> list[Entry]:
        """The attempts of a tenant, oldest first."""
        return self._shelves.items(tenant)

    def find(self, tenant: str, *, hook: int | None, event: str | None, limit: int) -> list[Entry]:
        """The latest attempts of a tenant, oldest first."""
        return [*islice(_matching(self._shelves.items(tenant), hook, event), limit)][::-1]


def _matching(entries: list[Entry], hook: int | None, event: str | None) -> Iterator[Entry]:
    for entry in reversed(entries):
        if hook in (None, entry.webhook_id) and (not event or event.casefold() == entry.event.casefold()):
            yield entry


def _text(body: bytes) -> str:
    return body[:BODY].decode(errors="replace")
