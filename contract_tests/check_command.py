"""The command `webhook-contract check`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from contract_tests import printing
from contract_tests.configuration import configured, settle
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.profiles import PROFILES
from contract_tests.kit.verdicts import CannotStart
from contract_tests.numbers import Finite
from contract_tests.offers import NoOffers
from contract_tests.options import (
    READABLE,
    read_descriptors,
    reception,
    refuse_bad_usage,
    target_options,
)
from contract_tests.receiving import mock_ahead
from contract_tests.reports import forms, known_options
from contract_tests.reports.commands import STATUSES
from contract_tests.stopping import NothingAsked, Stopped, SuiteFailed
from contract_tests.tiers import TIERS

if TYPE_CHECKING:
    from contract_tests.reports.report import Report

CANNOT_START = 3
# What of the options says which checks run; the others are about the target.
ASKED = ("profile", "offers", "word", "tier", "shard", "jobs")

EXAMPLES = """
\b
Examples:
  webhook-contract check
      against a mock that is started for the run
  webhook-contract check --target http://127.0.0.1:8080/Cust12345
      against any base URL
  webhook-contract check --target http://127.0.0.1:8080 --token-env TOKEN
      with a Bearer token from the environment
  webhook-contract check --target https://crm.example.com --allow-host crm.example.com --rate 10
      on another machine, at most ten requests a second
  webhook-contract check -k patch.stale --json report.json
      some clauses only, and a report for machines
  webhook-contract check --html report.html --known-failures known.toml
      a page for a browser; failures that are known do not count
  webhook-contract check --target http://127.0.0.1:8080 --profile rest
      fails when one of the REST operations is missing

\b
Profiles:
  core    POST and PATCH Webhook, GetAllWebhooks and SignalEvent
  rest    the ten operations below /Webhook
  agents  the eight operations below /Agents/Webhook
  all     these eighteen

\b
Exit status:
  0  every clause that counts is kept
  1  a must or robust clause is broken (with --strict also a should, and a flaky one),
     a known failure is none any more, or the target still has what it said to have removed
  2  wrong usage
  3  the target cannot be reached, the run could not be set up, or what it made not removed
  128 and the number of a signal that ended the run: 130 for Ctrl-C
"""


@configured
@click.command(epilog=EXAMPLES)
@target_options
@click.option(
    "--profile", type=click.Choice(PROFILES), help="The operations that the target has to have: see below."
)
@click.option("--offers", type=READABLE, help="The same from a file: a list of ids, or an OpenAPI document.")
@click.option(
    "--only",
    type=click.Choice(PROFILES),
    help="Ask about these operations, and about those of them only that the target has.",
)
@click.option("--strict", is_flag=True, help="A broken should-clause fails the run too.")
@forms.options
@click.option(
    "--har", metavar="FILE", type=click.Path(path_type=Path), help="Write every exchange (HAR 1.2)."
)
@known_options.options
@click.option("-k", "word", metavar="WORD", help="Only clauses with the word in their id or sentence.")
@click.option(
    "--tier",
    type=click.Choice(TIERS),
    default="standard",
    show_default=True,
    help="smoke: the main promises, in a few seconds. deep: ten times as many examples.",
)
@click.option("--shard", metavar="I/N", help="Only the I-th of N parts; together they are the whole run.")
@click.option(
    "-n",
    "--jobs",
    type=click.IntRange(1, 64),
    help="Parts to run at once.  [default: 1; two more than cores, up to 4, against our own mock]",
)
@click.option(
    "--clock-scale",
    metavar="N",
    type=Finite(0.1, 10_000),
    help="The target's pauses are so many times shorter, as with webhook-mock --clock-scale.",
)
@click.option("--rate", metavar="N", type=Finite(0, min_open=True), help="Requests a second at most.")
@click.option("--seed", type=int, help="Draw other values than the usual ones.")
def check(*, strict: bool, har: Path | None, **suite: Any) -> None:
    """Hold an implementation against every clause.

    Every option can also stand in the environment, as WEBHOOK_CONTRACT_RECEIVER_BIND for instance, or in the
    table [check] of webhook-contract.toml. The command line goes first, then the environment, then the file.
    """
    files, excuses = forms.chosen(suite), known_options.chosen(suite)
    settle(suite)
    refuse_bad_usage(suite)
    forms.refuse_unwritable([*files.values(), *([har] if har else [])])
    asked = {name: suite.pop(name) for name in ASKED}
    _refuse_bad_parts(suite, asked, har)
    asked["jobs"] = asked["jobs"] or (1 if har else _usual(suite, asked))
    with _mock_ahead(suite):
        read_descriptors(suite)
        _begin_origin(suite, asked)
        from contract_tests.reports import terminal

        asked["only"] = suite.pop("only") or "all"
        with _observers(har) as observers:
            finished = _check(suite, {**asked, "strict": strict, "observers": observers})
    finished = excuses.applied(finished)
    try:
        terminal.show(printing.out(), finished)
    finally:  # also where it cannot be shown
        forms.write(finished, files)
    sys.exit(STATUSES[finished.word])


def _mock_ahead(suite: Mapping[str, Any]) -> AbstractContextManager[None]:
    """What is imported below takes as long as the start of a mock, so both happen at once."""
    return nullcontext() if suite["target"] else mock_ahead(reception(suite), suite["clock_scale"])


def _begin_origin(suite: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """The same with the process that parts come from; they find in its environment what was read before."""
    if asked["jobs"] > 1:
        from contract_tests import jobs

        jobs.origin(suite, asked)


def _refuse_bad_parts(suite: Mapping[str, Any], asked: Mapping[str, Any], har: Path | None) -> None:
    from contract_tests import shards

    try:
        shard = asked["shard"] and shards.parse(asked["shard"])
    except shards.NoShard as problem:
        raise click.UsageError(f"--shard {problem}") from None
    if asked["jobs"] in {None, 1}:
        return
    if shard:
        raise click.UsageError("give --jobs or --shard, not both")
    if har:
        raise click.UsageError("--har writes the exchanges of one process: give it without --jobs")
    if suite["receiver_url"] or reception(suite).place[1]:
        raise click.UsageError(
            "each of the --jobs has a receiver of its own: no --receiver-url, and no port in --receiver-bind"
        )


def _usual(suite: Mapping[str, Any], asked: Mapping[str, Any]) -> int:
    from contract_tests import jobs

    return jobs.usual(suite, asked)


@contextmanager
def _observers(har: Path | None) -> Iterator[list[Callable[[Exchange], None]]]:
    if har is None:
        yield []
        return
    from contract_tests.reports.har import recording

    with recording(har) as observer:
        yield [observer]


def _check(suite: Mapping[str, Any], asked: Mapping[str, Any]) -> Report:
    """Run the suite under a progress bar; whatever ends it early ends the command with one line."""
    from contract_tests import jobs
    from contract_tests.reports.progress import progress

    try:
        with progress(printing.err()) as advance:
            return jobs.check(suite, **asked, progress=advance)
    except (NothingAsked, NoOffers) as problem:
        raise click.UsageError(str(problem)) from None
    except Stopped as stopped:
        _leave(stopped.status, str(stopped))
    except (CannotStart, SuiteFailed) as problem:
        _leave(CANNOT_START, str(problem))


def _leave(status: int, why: str) -> NoReturn:
    click.echo(f"webhook-contract: {why}", err=True)
    sys.exit(status)
