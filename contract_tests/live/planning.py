"""What a run would do, counted in a run against the embedded mock through the same door."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from contract_tests import checking, printing, shards
from contract_tests.kit.address import is_url, not_allowed
from contract_tests.kit.ledger import Tally
from contract_tests.kit.verdicts import CannotStart
from contract_tests.offers import NoOffers
from contract_tests.reports import forms
from contract_tests.reports.progress import progress
from contract_tests.stopping import NothingAsked, Stopped, SuiteFailed

ANSWER = 0.1  # seconds that an answer of a target in another place is taken to need
HOW = (
    "Counted in a run against the embedded mock, which offers every operation; the target was not contacted."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much a run would do, and how long it would take, in seconds."""

    target: str
    tally: Tally
    requests: int
    seconds: float
    rate: float | None

    @property
    def seconds_there(self) -> float:
        """About how long it takes where an answer needs a tenth of a second, at the chosen rate."""
        slower = self.seconds + self.requests * ANSWER
        return max(slower, self.requests / self.rate) if self.rate else slower

    def as_json(self) -> dict[str, Any]:
        """The plan for machines; times are in seconds."""
        told = asdict(self.tally)
        return {
            "target": self.target,
            "how": HOW,
            "requests": self.requests,
            **{name: told[name] for name in ("made", "changed", "removed", "signalled")},
            "by_operation": told["calls"],
            "seconds_against_the_mock": round(self.seconds, 1),
            "seconds_at_100_ms_an_answer": round(self.seconds_there, 1),
        }


def print_plan(suite: Mapping[str, Any], json_file: Path | None) -> None:
    """Make the plan and print it, or write it as JSON."""
    if suite["target"] is not None and not is_url(suite["target"]):
        raise click.UsageError(
            f"--target {suite['target']!r}: a URL like http://host:port/tenant is expected"
        )
    if json_file is not None and str(json_file) != "-":
        forms.refuse_unwritable([json_file])
    try:
        shards.parse(suite["shard"] or "1/1")
    except shards.NoShard as problem:
        raise click.UsageError(f"--shard {problem}") from None
    made = _counted(suite)
    text = json.dumps(made.as_json(), indent=2)
    if json_file is not None and str(json_file) != "-":
        json_file.write_text(f"{text}\n", encoding="utf-8")
    elif json_file is not None:
        click.echo(text)
        return
    show(printing.out(), made, not_allowed(suite["target"], suite["allow_host"]))


# What of the options of `check` changes what is sent; against the mock there is nobody to spare.
SENDING = ("profile", "offers", "word", "tier", "shard")


def _counted(suite: Mapping[str, Any]) -> Plan:
    options = [] if suite["seed"] is None else [f"--seed={suite['seed']}"]
    asked = {name: suite[name] for name in SENDING} | {"only": suite["only"] or "all"}
    try:
        with progress(printing.err()) as advance:
            counted = checking.check(options, **asked, progress=advance)
    except (NothingAsked, NoOffers) as problem:
        raise click.UsageError(str(problem)) from None
    except (CannotStart, SuiteFailed, Stopped) as problem:
        click.echo(f"webhook-contract: {problem}", err=True)
        sys.exit(getattr(problem, "status", 3))
    target = suite["target"] or "the embedded mock"
    return Plan(target, counted.tally, counted.requests, counted.seconds, suite["rate"])


def show(console: Console, plan: Plan, refusal: str) -> None:
    """Print the plan for people."""
    table = Table("operation", title=None)
    table.add_column("requests", justify="right")
    for operation, count in plan.tally.calls.items():
        table.add_row(operation, str(count))
    console.print(table)
    console.print(f"[bold]{plan.target}[/]", soft_wrap=True)
    console.print(
        f"{plan.requests} requests: {plan.tally.made} webhooks made, {plan.tally.changed} of them changed, "
        f"{plan.tally.removed} removed, {plan.tally.signalled} events of its own signalled",
        soft_wrap=True,
    )
    rate = f" and {plan.rate:g} requests a second" if plan.rate else ""
    console.print(
        f"{plan.seconds:.0f} s against the mock, about {_duration(plan.seconds_there)} "
        f"with {ANSWER * 1000:.0f} ms an answer{rate}"
    )
    console.print(HOW, soft_wrap=True)
    if refusal:
        console.print(f"[yellow]{refusal}[/]", soft_wrap=True)


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
