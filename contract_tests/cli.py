"""The command `webhook-contract`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console

from contract_tests.configuration import configured, settle
from contract_tests.doctor.commands import doctor
from contract_tests.kit.opening import CannotStart
from contract_tests.kit.profiles import PROFILES
from contract_tests.listening import commands as listening
from contract_tests.offers import NoOffers
from contract_tests.options import (
    READABLE,
    arguments,
    read_descriptors,
    reception,
    refuse_bad_usage,
    target_options,
)
from contract_tests.tiers import TIERS
from openapi import clauses as contract

if TYPE_CHECKING:
    from contract_tests.report import Report

KEPT, BROKEN, USAGE, CANNOT_START, INTERRUPTED = 0, 1, 2, 3, 130

EXAMPLES = """
\b
Examples:
  webhook-contract check
      against a mock that is started for the run
  webhook-contract check --target http://127.0.0.1:8080/Cust12345
      against any base URL
  webhook-contract check --target https://crm.example.com --token-env TOKEN
      with a Bearer token from the environment
  webhook-contract check -k patch.stale --json report.json
      some clauses only, and a report for machines
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
  1  a must or robust clause is broken (with --strict also a should)
  2  wrong usage
  3  the target cannot be reached, or the run could not be set up
"""


class WrongUsage(click.ClickException):
    """What click says in three lines, in one."""

    exit_code = USAGE

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        click.echo(f"webhook-contract: {self.message}", file=file, err=file is None)


class Commands(click.Group):
    """Commands whose wrong usage is one line."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the options before the command."""
        with _in_one_line():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Read the command and its options, and run it."""
        with _in_one_line():
            return super().invoke(ctx)


@contextmanager
def _in_one_line() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise WrongUsage(error.format_message().replace("\n", " ")) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(package_name="superoffice-webhook-contract")
def main() -> None:
    """Contract tests for the SuperOffice Webhook web API: a verdict for every documented promise."""


@configured
@main.command(epilog=EXAMPLES)
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
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write a JSON report.")
@click.option("--junit", "junit_file", type=click.Path(path_type=Path), help="Write a JUnit report.")
@click.option("-k", "word", metavar="WORD", help="Only clauses with the word in their id or sentence.")
@click.option(
    "--tier",
    type=click.Choice(TIERS),
    default="standard",
    show_default=True,
    help="smoke: the main promises, in a second or two. deep: ten times as many examples.",
)
@click.option("--shard", metavar="I/N", help="Only the I-th of N parts; together they are the whole run.")
@click.option(
    "-n",
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Parts to run at once.",
)
@click.option("--seed", type=int, help="Draw other values than the usual ones.")
def check(
    *,
    strict: bool,
    json_file: Path | None,
    junit_file: Path | None,
    **suite: Any,
) -> None:
    """Hold an implementation against every clause.

    Every option can also stand in the environment, as WEBHOOK_CONTRACT_RECEIVER_BIND for instance, or in the
    table [check] of webhook-contract.toml. The command line goes first, then the environment, then the file.
    """
    settle(suite)
    refuse_bad_usage(suite)
    for file in (json_file, junit_file):
        if file is not None and not file.parent.is_dir():
            raise click.UsageError(f"{file}: there is no directory {file.parent}")
        if file is not None and file.is_dir():
            raise click.UsageError(f"{file}: a file is expected, and this is a directory")
    asked = {name: suite.pop(name) for name in ("profile", "offers", "word", "tier", "shard", "jobs")}
    _refuse_bad_parts(suite, asked)
    asked["only"] = suite.pop("only") or "all"
    read_descriptors(suite)
    finished = _check(suite, asked)
    _write(finished, strict=strict, json_file=json_file, junit_file=junit_file)
    sys.exit(_status(finished, strict=strict))


def _status(finished: Report, *, strict: bool) -> int:
    if finished.fails(strict=strict):
        return BROKEN
    return CANNOT_START if finished.is_incomplete() else KEPT


def _refuse_bad_parts(suite: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    from contract_tests import shards

    try:
        shard = asked["shard"] and shards.parse(asked["shard"])
    except shards.NoShard as problem:
        raise click.UsageError(f"--shard {problem}") from None
    if asked["jobs"] > 1 and shard:
        raise click.UsageError("give --jobs or --shard, not both")
    if asked["jobs"] > 1 and (suite["receiver_url"] or reception(suite).place[1]):
        raise click.UsageError(
            "each of the --jobs has a receiver of its own: no --receiver-url, and no port in --receiver-bind"
        )


def _check(suite: Mapping[str, Any], asked: Mapping[str, Any]) -> Report:
    """Run the suite under a progress bar; whatever ends it early ends the command with one line."""
    from contract_tests import checking, jobs, terminal

    try:
        with terminal.progress(Console(stderr=True, highlight=False)) as advance:
            return jobs.check(arguments(suite), **asked, progress=advance)
    except (checking.NothingAsked, NoOffers) as problem:
        raise click.UsageError(str(problem)) from None
    except KeyboardInterrupt:
        _leave(INTERRUPTED, "interrupted; what the run had made was removed")
    except (CannotStart, checking.SuiteFailed) as problem:
        _leave(CANNOT_START, str(problem))


def _leave(status: int, why: str) -> NoReturn:
    click.echo(f"webhook-contract: {why}", err=True)
    sys.exit(status)


def _write(finished: Report, *, strict: bool, json_file: Path | None, junit_file: Path | None) -> None:
    from contract_tests import report, terminal

    terminal.show(Console(highlight=False), finished, strict=strict)
    if json_file is not None:
        report.write_json(finished, json_file)
    if junit_file is not None:
        report.write_junit(finished, junit_file)


@main.command()
@click.option("-k", "word", metavar="WORD", help="Only clauses with the word in their id or sentence.")
def clauses(*, word: str | None) -> None:
    """List the clauses: level, id, what they say, and where that is documented."""
    console = Console(highlight=False)
    found = [
        each
        for each in contract.load().values()
        if not word or word.lower() in f"{each.id} {each.says}".lower()
    ]
    if not found:
        raise click.UsageError(f"no clause has {word!r} in its id or its sentence")
    for clause in found:
        console.print(f"[dim]{clause.level:<6}[/] [bold]{clause.id}[/]", soft_wrap=True)
        console.print(f"       {clause.says}\n       [dim]{clause.source}[/]", soft_wrap=True)


main.add_command(doctor)
main.add_command(listening.listen)
main.add_command(listening.sign)
main.add_command(listening.verify)
main.add_command(listening.verify_receiver)
