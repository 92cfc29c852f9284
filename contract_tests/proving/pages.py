"""The proof in Markdown, for docs/proof.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence

from contract_tests import tiers
from contract_tests.proving.matrix import CAUGHT, Proof, seen_by
from contract_tests.proving.plan import EVERYTHING, NOTHING, SMOKE, Trial
from contract_tests.proving.trial import Finding
from openapi import clauses

METHOD = """\
A suite is worth what it finds. Each **fault** below is the mock with one decision replaced, so that it \
breaks one promise in one way; the suite has to call the clause of that promise broken. Each **variation** \
is a mock that is right in another way that the documents leave open; the suite has to find nothing. Both \
are the server's own list (`webhook-mock --list-faults`): the suite learns of them by asking, and meets them \
over HTTP like any server.

*Caught after* has the requests and seconds from the start of a run to the first check that failed."""
ALONE = """\
Against a fault the checks of its own clause were run; against a variation, all of them."""
CAUGHT_IS = """\
A fault counts as caught only when its own clause is broken, whatever else is; *also broken* are the other \
clauses that see it, and the file of `--json` has them all. """
BESIDE = {
    NOTHING: ALONE,
    SMOKE: CAUGHT_IS
    + """\
Against a fault the checks of its own clause were run, and then those of the tier smoke; `--whole` runs all. \
Against a variation all checks were run.""",
    EVERYTHING: CAUGHT_IS
    + """\
Runs against faults leave out the drawn requests of `robust.no-server-error` and \
`robust.documented-success`, except for faults of these; runs against variations have all checks.""",
}

VARIATIONS = ("variation", "", "clauses broken", "requests")
FAULTS = ("clause, fault", "", "caught after", "also broken")
CLAUSES = ("clause", "own faults", "faults seen", "seen by it alone")


def page(proof: Proof) -> str:
    """The whole document."""
    return "\n".join(_lines(proof)) + "\n"


def _lines(proof: Proof) -> Iterator[str]:
    yield from ("# What the suite is known to find", "", _made(proof))
    yield from ("", METHOD, "", BESIDE[_beside(proof)], "", "## Totals", "")
    yield from table(("", "count"), [(word, f"{count}") for word, count in proof.summary.items()])
    requests, seconds = proof.to_first
    seen = {NOTHING: "", SMOKE: f" {_smoke(proof)}", EVERYTHING: f" {_first(proof)} {_alone(proof)}"}[
        _beside(proof)
    ]
    yield from ("", f"The median fault is caught after {requests:.0f} requests and {seconds:.1f} s.{seen}")
    if proof.problems:
        yield from ("", "## Not proved", "", *(f"- {each}" for each in proof.problems))
    if proof.variations():
        yield from ("", "## Variations", "", *table(VARIATIONS, list(_variations(proof))))
    width = len(FAULTS) if _has_matrix(proof) else len(FAULTS) - 1
    yield from ("", "## Faults", "", *table(FAULTS[:width], [row[:width] for row in _faults(proof)]))
    if _has_matrix(proof):
        rows = [(f"`{clause}`", *map(str, counts)) for clause, counts in proof.clauses.items()]
        yield from ("", "## Clauses", "", *table(CLAUSES, rows))


def _made(proof: Proof) -> str:
    took = f"{proof.seconds / 60:.0f} minutes" if proof.seconds >= 120 else f"{proof.seconds:.0f} seconds"
    cores = len(os.sched_getaffinity(0))
    twice = ", ".join(f"`{each}`" for each in proof.again)
    return (
        f"Written by `{proof.command}` on {proof.started:%-d %B %Y}: {len(proof.found)} runs in {took}, "
        f"{proof.jobs} at a time, on {cores} cores with Python {platform.python_version()}."
        + (f" Tried twice, after a problem: {twice}." if twice else "")
    )


def _variations(proof: Proof) -> Iterator[Sequence[str]]:
    for trial, found, _ in proof.variations():
        yield (f"`{trial.id}`", trial.says, f"{len(found.broken)}", f"{found.requests}")


def _beside(proof: Proof) -> str:
    return next((trial.beside for trial, _, _ in proof.faults()), NOTHING)


def _has_matrix(proof: Proof) -> bool:
    return _beside(proof) != NOTHING


def _seen(proof: Proof) -> Iterator[str]:
    if _beside(proof) == SMOKE:
        yield _smoke(proof)
    if _beside(proof) == EVERYTHING:
        yield from (_first(proof), _alone(proof))


def _smoke(proof: Proof) -> str:
    """How far the few requests of the tier smoke get."""
    seen = sum(not tiers.smoke().isdisjoint(found.broken) for _, found, _ in proof.faults())
    return f"The tier smoke sees {seen} of {len(proof.faults())} faults."


def _alone(proof: Proof) -> str:
    alone = sum(len(found.broken) == 1 for _, found, said in proof.faults() if said == CAUGHT)
    return f"{alone} are seen by their own clause alone."


def _first(proof: Proof) -> str:
    """Checks run in the order of the clauses, so that another one may see a fault sooner."""
    kills = [(trial.clause, found.first) for trial, found, said in proof.faults() if said == CAUGHT]
    first = sum(kill is not None and clause == kill.clause for clause, kill in kills)
    return f"In the order of a run {first} of {len(kills)} faults are seen first by their own clause;"


def _faults(proof: Proof) -> Iterator[Sequence[str]]:
    clause, order = "", [*clauses.load()]
    for trial, found, said in sorted(proof.faults(), key=lambda row: order.index(row[0].clause or "")):
        if trial.clause != clause:
            clause = trial.clause or ""
            yield (f"**{clause}**", "", "", "")
        yield (f"`{trial.id}`", trial.says, _after(found, said), _others(trial, found))


def _after(found: Finding, said: str) -> str:
    if said != CAUGHT or found.first is None:
        return f"**{said}**"
    return f"{found.first.requests} requests, {found.first.seconds:.1f} s"


def _others(trial: Trial, found: Finding) -> str:
    others = [each for each in seen_by(trial, found) if each != trial.clause]
    shown = ", ".join(f"`{each}`" for each in others[:3])
    return f"{shown} and {len(others) - 3} more" if len(others) > 3 else shown


def table(columns: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield _line(columns)
    yield _line(["---"] * len(columns))
    yield from map(_line, rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
