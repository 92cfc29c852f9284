"""Chooses the clauses of the tier smoke from a proof: `python -m bench.tiers PROOF.json`.

The matrix of `webhook-contract prove --whole --json` says which faults each clause sees. A run for each
clause alone, against the mock, says how many requests and seconds it takes. Of each page the best clause goes
first, and then whichever sees the most new faults for a request, until the budget is used up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from contract_tests import tiers
from contract_tests.embedded import MOCK
from contract_tests.proving import trial, workers
from contract_tests.proving.plan import EVERYTHING, NOTHING, Trial
from openapi import clauses

# Each of them has a clause in the tier, whatever it costs.
PAGES = ("webhook.post.", "webhook.patch.", "agent.list.", "agent.signal.", "delivery.", "auth.")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a clause takes beyond what every run takes."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A clause, the faults that it sees and no clause before it, and its requests."""

    clause: str
    new: int
    requests: int


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("proof", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--requests", default=300, show_default=True, help="Requests that the checks may send, all together."
)
@click.option(
    "--patience",
    default=0.5,
    show_default=True,
    help="Seconds that a clause may take alone; an idle machine.",
)
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 64), help="Runs at once.")
@click.option("--write", is_flag=True, help=f"Write {tiers.SMOKE.parent.name}/{tiers.SMOKE.name}.")
def main(*, proof: Path, requests: int, patience: float, jobs: int, write: bool) -> None:
    """Choose the clauses of the tier smoke from a proof with a matrix."""
    told = json.loads(proof.read_text(encoding="utf-8"))
    seen = matrix(told)
    taken = costs(seen, jobs)
    quick = {clause: cost for clause, cost in taken.items() if cost.seconds <= patience}
    choices = list(chosen(seen, quick, requests))
    for each in choices:
        click.echo(f"{each.new:>4} faults  {each.requests:>4} requests  {each.clause}")
    said = summary(choices, seen)
    click.echo(
        f"{said}; {len(taken) - len(quick)} of {len(taken)} clauses take more than {patience:g} s alone"
    )
    if write:
        options = f"--requests {requests} --patience {patience:g}"
        tiers.SMOKE.write_text(listed(choices, said, told, options), encoding="utf-8")


def matrix(told: Mapping[str, object]) -> dict[str, frozenset[str]]:
    """The faults that each clause sees, of the findings of a proof; UsageError when they have no matrix."""
    trials = told["trials"]
    assert isinstance(trials, list)  # noqa: S101  # by its own schema
    faults = [each for each in trials if each["clause"]]
    if not faults or any(each["beside"] != EVERYTHING for each in faults):
        raise click.UsageError("these findings have no whole matrix: make them with --whole")
    seen = {each: {fault["id"] for fault in faults if each in fault["broken"]} for each in clauses.load()}
    return {clause: frozenset(ids) for clause, ids in seen.items() if ids}


def costs(wanted: Iterable[str], jobs: int) -> dict[str, Cost]:
    """What each clause takes when it is asked alone; what every run takes is not counted."""
    workers.warm()
    trials = [Trial(each, each, ("--ping-on-save",), each, beside=NOTHING) for each in wanted]
    found = list(workers.findings(trials, jobs, partial(trial.tried, command=MOCK)))
    kept = [each for each in found if each.checks and not (each.problem or each.broken or each.unasked)]
    if not kept:
        raise click.UsageError("the mock keeps none of the clauses that are to be chosen")
    requests, seconds = min(each.requests for each in kept), min(each.seconds for each in kept)
    return {each.id: Cost(each.requests - requests, each.seconds - seconds) for each in kept}


def chosen(seen: Mapping[str, Set[str]], costs: Mapping[str, Cost], budget: int) -> Iterator[Choice]:
    """The best clause of each page, then whichever is best, as long as the budget of requests lasts."""
    known: set[str] = set()
    left = [clause for clause in clauses.load() if clause in costs and clause in seen]
    for page in (*PAGES, *[""] * len(left)):
        fitting = [
            each
            for each in left
            if each.startswith(page) and costs[each].requests <= budget and seen[each] - known
        ]
        if not fitting:
            continue
        best = max(fitting, key=lambda each: len(seen[each] - known) / max(costs[each].requests, 1))
        yield Choice(best, len(seen[best] - known), costs[best].requests)
        known |= seen[best]
        budget -= costs[best].requests
        left.remove(best)


def summary(choices: Iterable[Choice], seen: Mapping[str, Set[str]]) -> str:
    """What the choice comes to, in one line."""
    choices = list(choices)
    faults = frozenset[str]().union(*seen.values())
    new, requests = sum(each.new for each in choices), sum(each.requests for each in choices)
    return f"{len(choices)} clauses see {new} of {len(faults)} faults with {requests} requests"


def listed(choices: Iterable[Choice], said: str, told: Mapping[str, object], options: str) -> str:
    """The file of the tier, in the order of the clauses."""
    names, made = {each.clause for each in choices}, datetime.fromisoformat(str(told["started"]))
    head = (
        f"# The clauses of `--tier smoke`: {said}.\n"
        f"# Chosen by `python -m bench.tiers {options} --write` from what\n"
        f"# `{told['command']} --json` found on {made:%-d %B %Y}.\n"
    )
    return head + "".join(f"{each}\n" for each in clauses.load() if each in names)


if __name__ == "__main__":
    main(prog_name="python -m bench.tiers")
