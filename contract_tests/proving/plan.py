"""What is to be proved: a server's own list of its faults and variations, as trials of one run each."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from contract_tests import tiers
from openapi import clauses

# What a fault is asked about beside its own clause.
EVERYTHING, SMOKE, NOTHING = "everything", "smoke", "nothing"
BESIDE: dict[str, Callable[[], Container[str]]] = {
    EVERYTHING: clauses.load,
    SMOKE: tiers.smoke,
    NOTHING: frozenset,
}
LISTING = ("--list-faults", "--json")
PATIENCE = 60.0  # seconds for the list


class NoList(Exception):  # noqa: N818  # what it says is a fact about the command
    """The command does not say which faults it has."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of the suite: against a fault, which has a clause, or against a variation that is right.

    With a seed, other values are drawn than usual.
    """

    id: str
    says: str
    options: tuple[str, ...] = ()
    clause: str | None = None
    path: str = ""
    credentials: bool = True
    beside: str = EVERYTHING
    seed: int | None = None

    @property
    def clauses(self) -> frozenset[str]:
        """The ids of the clauses that are asked about."""
        return frozenset(each for each in clauses.load() if self.asks(each, drawn=False))

    def asks(self, clause_id: str, *, drawn: bool) -> bool:
        """Whether a check is run; drawn requests take half of all time and find little that others do not."""
        if self.clause in (None, clause_id):
            return True
        return not drawn and (
            self.beside == EVERYTHING or (self.beside == SMOKE and clause_id in tiers.smoke())
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """All trials of a proof, and the clauses that no fault breaks."""

    trials: tuple[Trial, ...]
    unguarded: tuple[str, ...]

    def of(self, *patterns: str) -> Plan:
        """The trials whose names fit one of the patterns, such as `stale-*`."""
        fitting = (each for each in self.trials if any(fnmatchcase(each.id, one) for one in patterns))
        return replace(self, trials=tuple(fitting))

    def part(self, number: int, parts: int) -> Plan:
        """Every so many-th trial, so that each part has some of every topic."""
        return replace(self, trials=self.trials[number - 1 :: parts])

    def beside(self, others: str) -> Plan:
        """The same faults, each asked about its own clause and these others."""
        asked = (each if each.clause is None else replace(each, beside=others) for each in self.trials)
        return replace(self, trials=tuple(asked))


def seeds(count: int) -> Plan:
    """So many runs against the server as it is, each with a seed of its own."""
    says = "a server that is right, asked with other values"
    return Plan(tuple(Trial(f"seed-{each}", says, seed=each) for each in range(1, count + 1)), ())


def learn(command: Sequence[str]) -> Plan:
    """Ask a server's command which faults and variations it has; NoList when it does not tell."""
    told = _told([*command, *LISTING])
    try:
        faults = [_fault(each) for each in told["faults"]]
        variations = [_variation(each) for each in told.get("variations", ())]
    except (KeyError, TypeError, AttributeError):
        raise NoList(f"{_shown(command)}: its JSON has no faults with id, clause and says") from None
    return Plan((*variations, *faults), unguarded(faults))


def unguarded(faults: Iterable[Trial]) -> tuple[str, ...]:
    """The clauses that no fault breaks, so that nobody knows whether their checks can fail."""
    broken = {each.clause for each in faults}
    return tuple(clause for clause in clauses.load() if clause not in broken)


def _told(command: list[str]) -> Any:
    try:
        ended = subprocess.run(  # noqa: S603  # the command is the caller's own
            command, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        return json.loads(ended.stdout)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NoList(f"{_shown(command)}: {problem}") from None
    except json.JSONDecodeError:
        last = (ended.stderr or ended.stdout).strip().splitlines()[-1:] or ["nothing"]
        raise NoList(f"{_shown(command)}: expected JSON, got {last[0][:200]}") from None


def _shown(command: Sequence[str]) -> str:
    return " ".join(command)


def _fault(told: dict[str, Any]) -> Trial:
    clause = str(told["clause"])
    if clause not in clauses.load():
        raise NoList(f"the fault {told['id']} breaks {clause}, which is no clause")
    return Trial(
        str(told["id"]),
        str(told["says"]),
        ("--fault", str(told["id"]), *map(str, told.get("options", ()))),
        clause,
    )


def _variation(told: dict[str, Any]) -> Trial:
    return Trial(
        str(told["id"]),
        str(told["says"]),
        tuple(map(str, told.get("options", ()))),
        path=str(told.get("path", "")),
        credentials=bool(told.get("credentials", True)),
    )
