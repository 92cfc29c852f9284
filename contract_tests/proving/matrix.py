"""What a proof comes to: which fault was caught by which clause, and what is not proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from statistics import median
from typing import Any

from contract_tests.proving.plan import Plan, Trial
from contract_tests.proving.trial import Finding, Kill
from openapi import clauses

# What can be said of a trial; the second word of each pair is said of a variation.
CAUGHT, RIGHT = "caught", "right"
SURVIVED, WRONG_REASON, ALARM, FAILED = "survived", "wrong reason", "false alarm", "failed"
GOOD = {CAUGHT, RIGHT}


def verdict(trial: Trial, found: Finding) -> str:
    """What a finding says of its trial: a fault has to break its own clause, a variation none."""
    if found.problem:
        return FAILED
    if trial.clause is None:
        return ALARM if found.broken else RIGHT
    if trial.clause in found.broken:
        return CAUGHT
    return WRONG_REASON if found.broken else SURVIVED


def seen_by(trial: Trial, found: Finding) -> tuple[str, ...]:
    """The clauses that a fault breaks, its own before all others, which are in the order of the file."""
    return tuple(sorted(found.broken, key=lambda clause: clause != trial.clause))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All findings, by the names of their trials, and how they were made; `again` had a second try."""

    plan: Plan
    found: Mapping[str, Finding]
    started: datetime
    seconds: float
    command: str
    jobs: int
    again: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[Trial, Finding, str]]:
        """Each trial that was made, its finding and its verdict, in the order of the plan."""
        for trial in self.plan.trials:
            if trial.id in self.found:
                yield trial, self.found[trial.id], verdict(trial, self.found[trial.id])

    def faults(self) -> list[tuple[Trial, Finding, str]]:
        """The rows of the faults."""
        return [row for row in self.rows() if row[0].clause is not None]

    def variations(self) -> list[tuple[Trial, Finding, str]]:
        """The rows of the variations."""
        return [row for row in self.rows() if row[0].clause is None]

    @property
    def problems(self) -> list[str]:
        """What is not proved, a line for each; none when the proof is complete."""
        missing = [f"{clause}: no fault breaks it" for clause in self.plan.unguarded]
        return missing + [_problem(*row) for row in self.rows() if row[2] not in GOOD]

    @property
    def summary(self) -> dict[str, int]:
        """How many trials got each verdict, and how many clauses have no fault."""
        counts = Counter(row[2] for row in self.rows())
        words = (CAUGHT, SURVIVED, WRONG_REASON, RIGHT, ALARM, FAILED)
        return {word: counts[word] for word in words} | {"clauses without a fault": len(self.plan.unguarded)}

    @property
    def to_first(self) -> tuple[float, float]:
        """The medians of requests and seconds to the first failure of a fault that was caught."""
        kills = [found.first for _, found, said in self.faults() if said == CAUGHT and found.first]
        if not kills:
            return 0, 0
        return median(kill.requests for kill in kills), median(kill.seconds for kill in kills)

    @property
    def clauses(self) -> dict[str, tuple[int, int, int]]:
        """For each clause that was asked: its own faults that were caught, all that it sees, and it alone."""
        caught = [
            (trial.clause, seen_by(trial, found)) for trial, found, said in self.faults() if said == CAUGHT
        ]
        own = Counter(clause for clause, _ in caught)
        seen = Counter(each for _, broken in caught for each in broken)
        alone = Counter(broken[0] for _, broken in caught if len(broken) == 1)
        return {each: (own[each], seen[each], alone[each]) for each in clauses.load() if seen[each]}

    def as_json(self) -> dict[str, Any]:
        """The proof as its JSON file has it; times are in seconds."""
        return {
            "command": self.command,
            "started": self.started.isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 1),
            "jobs": self.jobs,
            "summary": self.summary,
            "problems": self.problems,
            "again": list(self.again),
            "trials": [
                {"says": trial.says, "clause": trial.clause, "beside": trial.beside, "verdict": said}
                | asdict(replace(found, broken=seen_by(trial, found)))
                for trial, found, said in self.rows()
            ],
        }


def earlier(plan: Plan, told: Mapping[str, Any]) -> dict[str, Finding]:
    """What a file of findings has about the trials of a plan, but for those that found a problem.

    KeyError or TypeError when it is not such a file.
    """
    wanted = {each.id: each for each in plan.trials}
    kept = [each for each in told["trials"] if each["verdict"] in GOOD and each["id"] in wanted]
    return {each["id"]: _finding(each) for each in kept if each["beside"] == wanted[each["id"]].beside}


def again(plan: Plan, told: Mapping[str, Any]) -> tuple[str, ...]:
    """The trials of a plan that have a second try, since they found a problem before."""
    wanted = {each.id for each in plan.trials}
    bad = (each["id"] for each in told["trials"] if each["verdict"] not in GOOD and each["id"] in wanted)
    return tuple(dict.fromkeys((*told.get("again", ()), *bad)))


def _finding(told: Mapping[str, Any]) -> Finding:
    values = {each.name: told[each.name] for each in fields(Finding)}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Finding(**values | lists | {"first": Kill(**told["first"]) if told["first"] else None})


def _problem(trial: Trial, found: Finding, said: str) -> str:
    reasons = found.reasons[0] if found.reasons else f"{found.checks} checks found nothing"
    where = f", which breaks {trial.clause}" if trial.clause else ""
    unasked = ", its clause could not be asked about" if trial.clause in found.unasked else ""
    return f"{trial.id}{where}: {said}{unasked}: {found.problem or reasons}"
