"""What can be said of a clause, and the outcomes of checks that say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from contract_tests.kit.exchange import Delivery, Exchange


class Verdict(IntEnum):
    """From best to worst: several checks of one clause add up to the worst of them."""

    KEPT = 0
    NOT_OFFERED = 1
    UNPROVED = 2
    KNOWN = 3
    FLAKY = 4
    BLOCKED = 5
    ERROR = 6
    BROKEN = 7

    @property
    def word(self) -> str:
        """The verdict as it is printed and written: `not offered`."""
        return self.name.lower().replace("_", " ")


class CannotStart(Exception):  # noqa: N818  # what it says is a fact about the target, not an error of ours
    """The run cannot begin; the text is one line for the person who started it."""


class Inconclusive(Exception):  # noqa: N818  # not an error of anybody's
    """The question was not answered; `verdict` says why."""

    verdict = Verdict.UNPROVED

    @property
    def reason(self) -> str:
        return str(self)


class Unproved(Inconclusive):
    """Nothing was seen that proves or breaks the clause."""


class Blocked(Inconclusive):
    """A set-up call failed, so the question was never asked."""

    verdict = Verdict.BLOCKED


class NotOffered(Inconclusive):
    """The target does not have the operation."""

    verdict = Verdict.NOT_OFFERED


class ContractViolation(AssertionError):  # noqa: N818  # the word of the field
    """The target departs from a clause: what was expected, what came, and in answer to what."""

    def __init__(
        self, expected: str, came: str, seen: Exchange | Delivery | None = None, *, where: str = ""
    ) -> None:
        super().__init__(f"expected {expected}; came {came}" + (f" (at {where})" if where else ""))
        self.expected = expected
        self.came = came
        self.seen = seen
        self.where = where


class NoAnswer(ContractViolation):
    """The connection broke or stayed silent, or nobody took it: then the request is not to blame."""

    def __init__(self, reason: str, seen: Exchange, *, is_gone: bool = False) -> None:
        super().__init__("an answer", f"none ({reason})", seen)
        self.reason = reason
        self.is_gone = is_gone


class Missing(ContractViolation):
    """An operation that somebody insists on is not there; it was tried when the run began."""


class Repeats(StrEnum):
    """Whether a failure came again when its check was run once more."""

    YES = "yes"
    NO = "no"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Turn:
    """One request and its answer as a report shows them: texts without credentials; status 0 for silence."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    status: int = 0
    answer_headers: tuple[tuple[str, str], ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a clause is broken, with all that is needed to see it again.

    `sent` and `answer` are the messages that decided, `turns` all of the check, `again` those of the second
    time where that went well. `signature` is the same in each run that fails in this way.
    """

    check: str
    expected: str
    came: str
    where: str = ""
    request: str = ""
    sent: str = ""
    answer: str = ""
    signature: str = ""
    repeats: Repeats = Repeats.NOT_TRIED
    script: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    again: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check said of one clause."""

    clause: str
    check: str
    verdict: Verdict
    reason: str = ""
    failure: Failure | None = None


@dataclass(slots=True)
class Verdicts:
    """All outcomes of a run, by clause."""

    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    tally: Counter[Verdict] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Write an outcome down; `tally` counts the clauses by what is known of them so far."""
        if outcome.clause in self.outcomes:
            self.tally[self.of(outcome.clause)] -= 1
        self.outcomes.setdefault(outcome.clause, []).append(outcome)
        self.tally[self.of(outcome.clause)] += 1

    def failures(self, clause_id: str) -> tuple[Failure, ...]:
        """All failures of the clause, those that decided first."""
        failed = (each for each in self.outcomes.get(clause_id, []) if each.failure is not None)
        ordered = sorted(failed, key=lambda each: -each.verdict)
        return tuple(each.failure for each in ordered if each.failure is not None)

    def of(self, clause_id: str) -> Verdict:
        """The worst that was said of the clause; unproved when nothing was."""
        return max((each.verdict for each in self._telling(clause_id)), default=Verdict.UNPROVED)

    def worst(self, clause_id: str) -> Outcome | None:
        """The first of the outcomes that decided."""
        verdict = self.of(clause_id)
        return next((each for each in self._telling(clause_id) if each.verdict is verdict), None)

    def checks(self, clause_id: str) -> int:
        """How many checks spoke about the clause."""
        return len(self.outcomes.get(clause_id, []))

    def _telling(self, clause_id: str) -> Iterable[Outcome]:
        # An operation that is not there says nothing about a clause that others of its operations answered.
        outcomes = self.outcomes.get(clause_id, [])
        offered = [each for each in outcomes if each.verdict is not Verdict.NOT_OFFERED]
        return offered or outcomes
