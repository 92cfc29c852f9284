"""The commands around a run on a real tenant: clean, plan."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from contract_tests.configuration import settle
from contract_tests.kit import tag as tags
from contract_tests.numbers import Finite
from contract_tests.options import credential_options, read_descriptors, refuse_bad_usage
from contract_tests.reports.forms import FORMS

CLEANED, FAULTY, CANNOT = 0, 1, 3
CLEAN = """
\b
Examples:
  webhook-contract clean --target http://127.0.0.1:8080 --dry-run
      shows what killed runs have left
  webhook-contract clean --target https://crm.example.com/Cust12345 --token-env TOKEN \\
      --allow-host crm.example.com
      removes it

\b
Exit status:
  0  nothing is left, or it was a dry run
  1  the target says that it has removed a webhook, which is still there
  2  wrong usage
  3  the target cannot be reached, or a webhook cannot be removed
"""
PLAN = """
\b
Example:
  webhook-contract plan --target https://crm.example.com/Cust12345 --only core --rate 5

The numbers are counted in a run against the embedded mock; the target is not contacted.
"""


def _tag(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and tags.find(value) != value:
        raise click.UsageError(f"--tag {value!r}: what a run has printed is expected, like {tags.fresh(0)}")
    return value


@click.command(epilog=CLEAN)
@click.option("--target", metavar="URL", required=True, help="Base URL of the implementation.")
@credential_options
@click.option("--dry-run", is_flag=True, help="List them only.")
@click.option("--tag", metavar="TAG", callback=_tag, help="Those of one run, whenever it began.")
@click.option(
    "--older-than",
    metavar="MINUTES",
    default=60.0,
    show_default=True,
    type=Finite(0, 1e7),
    help="Those of runs that began so long ago; younger ones may still go on.",
)
def clean(*, dry_run: bool, older_than: float, **chosen: Any) -> None:
    """Remove the webhooks that killed runs have left; those of others are not touched."""
    from contract_tests.kit.verdicts import CannotStart
    from contract_tests.live import cleaning

    refuse_bad_usage(chosen)
    read_descriptors(chosen)
    try:
        place = cleaning.target(chosen["target"], chosen)
        found = cleaning.find(place, chosen["tag"], timedelta(minutes=older_than))
    except CannotStart as problem:
        click.echo(f"webhook-contract: {problem}", err=True)
        sys.exit(CANNOT)
    sys.exit(cleaning.show(found) if dry_run else cleaning.clean(place, found))


def plan(params: Iterable[click.Parameter]) -> click.Command:
    """The command `plan`, with the options of `check`, but for its reports."""
    written = {f"{form}_file" for form in FORMS} | {"har"}
    json_file = click.Option(
        ["--json", "json_file"],
        type=click.Path(path_type=Path, allow_dash=True),
        help="Write the plan as JSON; - is standard output.",
    )
    return click.Command(
        "plan",
        callback=_plan,
        params=[*(each for each in params if each.name not in written), json_file],
        help="Print what a run would send, make, change and remove, without contacting the target.",
        epilog=PLAN,
    )


def _plan(*, json_file: Path | None, **suite: Any) -> None:
    from contract_tests.live import planning

    settle(suite)
    planning.print_plan(suite, json_file)
