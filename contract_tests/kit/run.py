"""One run of the suite: the target, our receiver, and what the run has made."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit import profiles
from contract_tests.kit.exchange import Delivery, Exchange
from contract_tests.kit.profiles import Asked
from contract_tests.kit.receiver import Receiver
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import Blocked, ContractViolation, Missing, NotOffered, Unproved
from openapi.clauses import Clause


@dataclass(slots=True, repr=False)
class Run:
    """What every check gets: `tag` is in the name and the target of all that the run makes.

    `offered` are the operations that the target has, and `probed` the answers that showed it; `asked` are
    those that the run is about. `members` are the properties that its webhooks have, `spare` is a webhook
    that drawn requests may change, `turn` counts the checks, `failing` is the drawn example that the current
    one failed with last, `first` is when a delivery was first waited for, and `clock_scale` says how many
    times shorter the target's pauses are than documented.
    """

    target: Target
    receiver: Receiver
    tag: str
    offered: frozenset[str] = frozenset()
    probed: dict[str, Exchange] = field(default_factory=dict)
    asked: Asked = field(default_factory=lambda: Asked(profiles.operations("all")))
    members: frozenset[str] = frozenset()
    failing: Callable[[], None] | None = None
    credentials_given: bool = False
    spare: int = 0
    turn: int = 0
    wait: float = 15.0
    quiet: float = 3.0
    clock_scale: float = 1.0
    first: float = float("inf")
    experiments: dict[str, Any] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __repr__(self) -> str:
        return f"Run({self.tag!r})"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """What hypothesis writes down of each example that is given: all of a run would take seconds."""
        printer.text(repr(self))

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

    def is_about(self, operation: str) -> bool:
        """True when the target has the operation, and the run asks about it."""
        return operation in self.asked.operations and self.offers(operation)

    def require(self, *operations: str) -> None:
        """NotOffered unless the target has all of the operations."""
        missing = [each for each in operations if each not in self.offered]
        if missing:
            raise NotOffered(f"the target does not offer {', '.join(map(profiles.label, missing))}")

    def require_for(self, clause: Clause) -> None:
        """What a clause is about has to be there: broken where somebody insists on it, else not offered."""
        __tracebackhide__ = True
        for group in profiles.needs(clause):
            if not group & self.offered:
                self.demand(*sorted(group))
                self.require(*sorted(group & {*clause.operations} or group))

    def demand(self, *operations: str) -> None:
        """A violation if one of these operations is not there and the profile or the file asks for it."""
        __tracebackhide__ = True
        for each in sorted(self.missing & {*operations}):
            label, probe = profiles.label(each), self.probed.get(each)
            existing = " to a webhook that exists" if "id}" in label.lower() else ""
            came = f"{probe.status}{existing}" if probe is not None else "no way to try it"
            self.target.recent[:] = [] if probe is None else [probe]
            raise Missing(f"{label}, which {self.asked.by} asks for", came, probe)

    @property
    def missing(self) -> frozenset[str]:
        """The operations that the target has to have and has not."""
        return self.asked.demanded - self.offered

    def one_of(self, *operations: str) -> str:
        """The first of these operations that the target has; NotOffered when it has none."""
        found = next((each for each in operations if each in self.offered), None)
        if found is None:
            raise NotOffered(f"the target offers none of {', '.join(map(profiles.label, operations))}")
        return found

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

    def scaled(self, seconds: float) -> float:
        """How long the target takes for what is documented to take so many seconds."""
        return seconds / self.clock_scale

    def deliveries(self, mailbox: str, count: int, *, since: float) -> list[Delivery]:
        """The events at a mailbox: at once when there are `count`, else when the wait since then is over."""
        self._listen()
        self.first = min(self.first, since)
        heard = self.receiver.has_heard(self.tag)
        # While nothing has ever come, one wait is enough for all that is missing.
        return self.receiver.wait(mailbox, count, (since if heard else self.first) + self.wait)

    def delivery(self, mailbox: str, *, since: float) -> Delivery:
        """The first event at a mailbox; Blocked when none came, since then there is nothing to look at."""
        arrived = self.deliveries(mailbox, 1, since=since)
        if not arrived:
            raise self.silence(Blocked(f"nothing was delivered to {mailbox} within {self.wait:g} s"))
        return arrived[0]

    def settled(self, mailbox: str, *, since: float) -> list[Delivery]:
        """The events at a mailbox once it has had time for more of them than there ought to be."""
        self._listen()
        time.sleep(max(0.0, since + self.quiet - time.monotonic()))
        return self.receiver.events(mailbox)

    def silence(self, otherwise: Exception) -> Exception:
        """What a missing delivery means: nothing, when the target may not be able to reach our receiver."""
        if self.lost:
            return Unproved(self.lost)
        return _as_tests(otherwise) if self.receiver.has_heard_tests_alone(self.tag) else otherwise

    @property
    def lost(self) -> str:
        """Why deliveries may not find us, and what to do; empty when they would."""
        place = self.receiver.url
        if not self.receiver.is_open:
            return "deliveries are not observed with --no-receiver; leave it out to see them"
        if self.receiver.has_heard(self.tag):
            return ""
        if self.receiver.failed:
            return (
                f"no TLS connection to the receiver at {place} ({self.receiver.failed}): let the "
                "target trust the file of --receiver-ca-out, or give --receiver-cert and --receiver-key"
            )
        if self.target.is_local and not self.receiver.public:
            return ""
        return (
            f"nothing has come to the receiver at {place}, which the target may not be able to reach: "
            "give --receiver-url URL, and --receiver-bind if it is to listen elsewhere"
        )

    def _listen(self) -> None:
        """Unproved at once when there is no receiver."""
        if not self.receiver.is_open:
            raise Unproved(self.lost)

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


def _as_tests(missing: Exception) -> Exception:
    """The same, with a word that something came and was not taken for an event."""
    more = "all requests that came bore X-Hook-Test: true, which is the mark of test events"
    if isinstance(missing, ContractViolation):
        return ContractViolation(
            missing.expected, f"{missing.came}; {more}", missing.seen, where=missing.where
        )
    return type(missing)(f"{missing}; {more}")
