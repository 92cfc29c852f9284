"""The command `webhook-contract`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console

from contract_tests.kit.exchange import Exchange
from contract_tests.kit.opening import CannotStart
from contract_tests.kit.target import is_url, not_allowed
from contract_tests.listening import commands as listening
from contract_tests.live import commands as live
from contract_tests.reports import commands as reports
from contract_tests.reports import forms, known_options, terminal
from contract_tests.proving.command import prove
from openapi import clauses as contract

if TYPE_CHECKING:
    from contract_tests.reports.report import Report

KEPT, BROKEN, USAGE, CANNOT_START = 0, 1, 2, 3
STATUSES = reports.STATUSES

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
  webhook-contract check --html report.html --known-failures known.toml
      a page for a browser; failures that are known do not count

\b
Exit status:
  0  every clause that counts is kept
  1  a must or robust clause is broken (with --strict also a should, and a flaky one),
     or a known failure is none any more
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


@main.command(epilog=EXAMPLES)
@click.option("--target", metavar="URL", help="Base URL of the implementation; without it a mock is started.")
@click.option("--user", metavar="U", help="User of the scheme Basic.")
@click.option("--password", metavar="P", help="Password of the scheme Basic.")
@click.option("--token-env", metavar="VAR", help="Environment variable with a Bearer token.")
@click.option("--ticket-env", metavar="VAR", help="Environment variable with a SoTicket ticket.")
@click.option(
    "--only",
    type=click.Choice(["core", "all"]),
    default="all",
    show_default=True,
    help="core: POST and PATCH Webhook, GetAllWebhooks and SignalEvent.",
)
@click.option("--strict", is_flag=True, help="A broken should-clause fails the run too.")
@forms.options
@click.option(
    "--har", metavar="FILE", type=click.Path(path_type=Path), help="Write every exchange (HAR 1.2)."
)
@known_options.options
@click.option("-k", "word", metavar="WORD", help="Only clauses with the word in their id or sentence.")
@click.option("--allow-host", metavar="HOST", multiple=True, help="A host beside this machine; repeatable.")
@click.option(
    "--rate", metavar="N", type=click.FloatRange(0, min_open=True), help="Requests a second at most."
)
@click.option("--seed", type=int, help="Draw other values than the usual ones.")
def check(
    *,
    only: str,
    word: str | None,
    strict: bool,
    har: Path | None,
    **suite: Any,
) -> None:
    """Hold an implementation against every clause."""
    files, excuses = forms.chosen(suite), known_options.chosen(suite)
    _refuse_bad_usage(suite)
    forms.refuse_unwritable([*files.values(), *([har] if har else [])])
    with _observers(har) as observers:
        finished = _check(suite, only, word, strict=strict, observers=observers)
    finished = excuses.applied(finished)
    terminal.show(Console(highlight=False), finished)
    forms.write(finished, files)
    sys.exit(STATUSES[finished.word])


@contextmanager
def _observers(har: Path | None) -> Iterator[list[Callable[[Exchange], None]]]:
    if har is None:
        yield []
        return
    from contract_tests.reports.har import recording

    with recording(har) as observer:
        yield [observer]


def _refuse_bad_usage(suite: Mapping[str, Any]) -> None:
    target = suite["target"]
    if target is not None and not is_url(target):
        raise click.UsageError(f"--target {target!r}: a URL like http://host:port/tenant is expected")
    if sum(suite[name] is not None for name in ("user", "token_env", "ticket_env")) > 1:
        raise click.UsageError("give one of --user, --token-env and --ticket-env")
    if suite["password"] is not None and suite["user"] is None:
        raise click.UsageError("--password goes with --user")
    if refusal := not_allowed(target, suite["allow_host"]):
        raise click.UsageError(refusal)


def _check(suite: Mapping[str, Any], only: str, word: str | None, **how: Any) -> Report:
    """Run the suite under a progress bar; whatever ends it early ends the command with one line."""
    from contract_tests import checking
    from contract_tests.reports.progress import progress

    options = [f"--{name.replace('_', '-')}={each}" for name, value in suite.items() for each in _each(value)]
    try:
        with progress(Console(stderr=True, highlight=False)) as advance:
            return checking.check(options, only=only, word=word, progress=advance, **how)
    except checking.NothingAsked as problem:
        raise click.UsageError(str(problem)) from None
    except checking.Stopped as stopped:
        _leave(stopped.status, str(stopped))
    except (CannotStart, checking.SuiteFailed) as problem:
        _leave(CANNOT_START, str(problem))


def _each(value: Any) -> tuple[Any, ...]:
    """The values of an option: of one that repeats all of them, of one that is not given none."""
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _leave(status: int, why: str) -> NoReturn:
    click.echo(f"webhook-contract: {why}", err=True)
    sys.exit(status)


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


main.add_command(reports.report)
main.add_command(reports.diff)
main.add_command(live.clean)
main.add_command(live.plan(check.params))
main.add_command(prove)
main.add_command(listening.listen)
main.add_command(listening.sign)
main.add_command(listening.verify)
main.add_command(listening.verify_receiver)
