"""What a run has found, as one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

from contract_tests.kit.ledger import NOTHING, Tally
from contract_tests.kit.removal import Remnant
from contract_tests.kit.verdicts import Failure, Outcome, Repeats, Verdict, Verdicts
from openapi import clauses
from openapi.clauses import Clause

SUITE = "superoffice-webhook-contract"
LEVELS = ("must", "should", "robust")


def suite_version() -> str:
    """The version of this suite; `0` where it runs without being installed."""
    try:
        return version(SUITE)
    except PackageNotFoundError:
        return "0"


class Standing(StrEnum):
    """What a run made of an entry of the file of known failures."""

    MATCHED = "matched"
    EXPIRED = "expired"
    STALE = "stale"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Known:
    """One failure that is known: who is to mend it, and until when it is excused."""

    clause: str
    reason: str
    owner: str
    expires: date
    check: str = ""
    signature: str = ""
    standing: Standing = Standing.NOT_ASKED

    def excuses(self, failure: Failure) -> bool:
        """True when the entry is about this failure: all of its clause, or of one check or signature."""
        return self.check in {"", failure.check} and self.signature in {"", failure.signature}


@dataclass(frozen=True, slots=True)
class Line:
    """One clause and what the run found about it; `failures` has all of them, the deciding one first."""

    clause: Clause
    verdict: Verdict
    checks: int
    outcome: Outcome | None
    failures: tuple[Failure, ...] = ()
    known: Known | None = None

    @property
    def reason(self) -> str:
        """Why the clause is not kept, in one line."""
        return "" if self.outcome is None or self.verdict is Verdict.KEPT else self.outcome.reason

    @property
    def failure(self) -> Failure | None:
        """The failure that decided, if one did."""
        return self.outcome.failure if self.outcome else None

    @property
    def excuse(self) -> str:
        """Why the clause is known to be broken, who mends it, and until when."""
        until = "until" if self.verdict is Verdict.KNOWN else "only until"
        known = self.known
        return f"{known.reason} ({known.owner}, {until} {known.expires})" if known else ""

    @property
    def broken(self) -> tuple[Failure, ...]:
        """The failures that came again, or could not be tried again."""
        return tuple(each for each in self.failures if each.repeats is not Repeats.NO)


@dataclass(frozen=True, slots=True)
class Report:
    """One finished run; `known` are the entries of its file of known failures."""

    target: str
    started: datetime
    seconds: float
    requests: int
    lines: tuple[Line, ...]
    left_behind: tuple[Remnant, ...] = ()
    clean_up: str = ""
    stopped: int = 0  # webhooks that stay, since nothing deletes them
    waited: Mapping[int, float] = field(default_factory=dict)
    tally: Tally = NOTHING
    missing: tuple[str, ...] = ()  # operations that were asked for and are not there
    tier: str = "standard"
    shard: str = ""
    strict: bool = False
    known: tuple[Known, ...] = ()
    version: str = field(default_factory=suite_version)

    def with_verdict(self, *verdicts: Verdict) -> list[Line]:
        """The lines that have one of the verdicts."""
        return [line for line in self.lines if line.verdict in verdicts]

    @property
    def summary(self) -> dict[str, int]:
        """How many clauses got each verdict."""
        counts = Counter(line.verdict for line in self.lines)
        return {verdict.word: counts[verdict] for verdict in Verdict}

    @property
    def checks(self) -> int:
        """How many checks spoke."""
        return sum(line.checks for line in self.lines)

    @property
    def stale(self) -> list[Known]:
        """Known failures that are none any more."""
        return [each for each in self.known if each.standing is Standing.STALE]

    @property
    def failing(self) -> list[Line]:
        """The lines that fail the run: must and robust; strictly also should, and what is flaky."""
        verdicts = {Verdict.BROKEN, *({Verdict.FLAKY} if self.strict else ())}
        return [line for line in self.with_verdict(*verdicts) if self.strict or line.clause.level != "should"]

    def fails(self) -> bool:
        """True when a clause that counts is broken, a known failure none, or a part missing or left."""
        return bool(self.failing or self.stale or self.forgotten or self.missing)

    @property
    def forgotten(self) -> list[Remnant]:
        """The webhooks that the target said to have removed, and has not."""
        return [each for each in self.left_behind if each.is_faulty]

    def is_incomplete(self) -> bool:
        """True when a clause that counts could not be asked about, or something is left behind."""
        return bool(self.left_behind) or self.is_unasked()

    def is_unasked(self) -> bool:
        """True when a clause that counts could not be asked about, because set-up calls failed."""
        return any(
            line.clause.level != "should" for line in self.with_verdict(Verdict.BLOCKED, Verdict.ERROR)
        )

    @property
    def word(self) -> str:
        """The verdict on the target: `broken`, `incomplete` or `kept`."""
        return "broken" if self.fails() else "incomplete" if self.is_incomplete() else "kept"

    def _besides(self) -> str:
        """The broken ones that do not fail the run."""
        more = sum(line not in self.failing for line in self.with_verdict(Verdict.BROKEN))
        return f", and {more} should-{'clause' if more == 1 else 'clauses'} beside" if more else ""

    @property
    def stays(self) -> str:
        """What is to be said of webhooks that nothing deletes; empty when there are none."""
        count = f"{self.stopped} webhook{'s' if self.stopped > 1 else ''}"
        return f"{count} stopped, and still there: the target has no DELETE" if self.stopped else ""

    @property
    def conclusion(self) -> str:
        """What is to be said after that word."""
        count = f"{len(self.failing)} of {len(self.lines)} clauses{self._besides()}"
        said = (
            (self.failing, f"{count}; the target departs from what is documented"),
            (self.stale, "known failures are kept now, so their entries have to go"),
            (self.missing, "operations that were asked for are not there"),
            (self.forgotten, "the target keeps what it said to have removed"),
            (self.is_unasked(), "set-up calls failed, so some clauses were not asked about"),
            (self.left_behind, "not all that the run has made could be removed"),
        )
        return next((text for holds, text in said if holds), None) or _but(self)


def _but(report: Report) -> str:
    counts = report.summary
    broken, flaky, known = counts["broken"], counts["flaky"], counts["known"]
    unproved = len(report.lines) - counts["kept"] - broken - flaky - known
    said = (
        (broken, f"{_clauses(broken, 'should-clause')} broken (--strict counts them)"),
        (known, f"{_clauses(known)} known to be broken"),
        (flaky, f"{_clauses(flaky)} flaky (--strict counts them)"),
        (unproved, f"{unproved} {'clause was' if unproved == 1 else 'clauses were'} not proved"),
    )
    parts = [text for count, text in said if count]
    return "but " + " and ".join(parts) if parts else "every clause"


def _clauses(count: int, word: str = "clause") -> str:
    return f"{count} {word} is" if count == 1 else f"{count} {word}s are"


def lines(verdicts: Verdicts, asked: Iterable[str]) -> tuple[Line, ...]:
    """A line for every clause that was asked about, in the order of the file."""
    chosen = set(asked)
    return tuple(
        Line(
            clause,
            verdicts.of(clause_id),
            verdicts.checks(clause_id),
            verdicts.worst(clause_id),
            verdicts.failures(clause_id),
        )
        for clause_id, clause in clauses.load().items()
        if clause_id in chosen
    )
