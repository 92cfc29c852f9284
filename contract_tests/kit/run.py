"""One run of the suite: the target, our receiver, and what the run has made."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.exchange import Delivery
from contract_tests.kit.receiver import Receiver
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import Blocked, NotOffered, Unproved

CORE = (
    "v1Webhook_PostWebhook",
    "v1Webhook_PatchWebhook",
    "v1WebhookAgent_GetAllWebhooks",
    "v1WebhookAgent_SignalEvent",
)


@dataclass(slots=True)
class Run:
    """What every check gets: `tag` is in the name and the target of all that the run makes.

    `offered` are the operations that the target has, `asked` those of them that the run is about, and
    `members` the properties that its webhooks have. `spare` is a webhook that drawn requests may change,
    `turn` counts the checks, and `failing` is the drawn example that the current one failed with last.
    """

    target: Target
    receiver: Receiver
    tag: str
    offered: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    failing: Callable[[], None] | None = None
    credentials_given: bool = False
    spare: int = 0
    turn: int = 0
    wait: float = 15.0
    quiet: float = 3.0
    experiments: dict[str, Any] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.target.ledger.tag = self.tag

    @property
    def unknown_id(self) -> int:
        """An id that no webhook has."""
        return self.target.ledger.unknown

    def fresh(self, word: str = "hook") -> str:
        """A name that nothing else in this run, or in another, has."""
        return f"{self.tag}-{word}-{next(self.numbers)}"

    def entity(self) -> str:
        """The first part of an event's name, in letters and digits alone, that nothing else has."""
        return f"{self.tag}entity{next(self.numbers)}"

    def mailbox(self) -> str:
        """The path of a mailbox of our receiver that nobody else uses."""
        return f"/{self.tag}/{next(self.numbers)}"

    def offers(self, operation: str) -> bool:
        """True when the target has the operation."""
        return operation in self.offered

    def require(self, *operations: str) -> None:
        """NotOffered unless the target has all of the operations."""
        missing = [each for each in operations if each not in self.offered]
        if missing:
            raise NotOffered(f"the target does not offer {', '.join(missing)}")

    # ---- slow observations: made when the run begins, looked at when it ends

    def arm(self, name: str, experiment: Callable[[Run], Any]) -> None:
        """Make an experiment now; what it returns or raises waits for `observe`."""
        self.target.begin()
        self.target.clause = ""
        try:
            seen = experiment(self)
        except Exception as error:
            seen = error
        self.experiments[name] = (seen, list(self.target.recent))

    def observe(self, name: str) -> Any:
        """What an experiment returned; what it raised is raised again."""
        seen, exchanges = self.experiments[name]
        self.target.recent[:] = exchanges
        if isinstance(seen, Exception):
            raise seen
        return seen

    # ---- deliveries

    def deliveries(self, mailbox: str, count: int, *, since: float) -> list[Delivery]:
        """The events at a mailbox: at once when there are `count`, else when the wait since then is over."""
        return self.receiver.wait(mailbox, count, since + self.wait)

    def delivery(self, mailbox: str, *, since: float) -> Delivery:
        """The first event at a mailbox; Blocked when none came, since then there is nothing to look at."""
        arrived = self.deliveries(mailbox, 1, since=since)
        if not arrived:
            raise self.silence(Blocked(f"nothing was delivered to {mailbox} within {self.wait:g} s"))
        return arrived[0]

    def settled(self, mailbox: str, *, since: float) -> list[Delivery]:
        """The events at a mailbox once it has had time for more of them than there ought to be."""
        time.sleep(max(0.0, since + self.quiet - time.monotonic()))
        return self.receiver.events(mailbox)

    def silence(self, otherwise: Exception) -> Exception:
        """What a missing delivery means: nothing, when the target cannot reach our receiver."""
        if self.target.is_local:
            return otherwise
        return Unproved(f"the target may not be able to reach the receiver at {self.receiver.url}")

    @contextmanager
    def clause(self, clause_id: str) -> Iterator[None]:
        """Name the clause in every request that is sent within."""
        self.turn += 1
        self.failing = None
        self.target.clause = clause_id
        try:
            yield
        finally:
            self.target.clause = ""
