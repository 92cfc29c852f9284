"""The commands about reports that are there already: report, diff."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from contract_tests import printing
from contract_tests.reports import forms

FILE = click.Path(path_type=Path)
REPORT = """
\b
Examples:
  webhook-contract report contract.json --html contract.html
      another form of a report, without another run
  webhook-contract report shard1.json shard2.json --json contract.json
      one report of the shards of a run
  webhook-contract report --schema
      the JSON Schema of a report

\b
Exit status: that of the run itself (see `webhook-contract check --help`), 2 for what is no report.
"""
DIFF = """
\b
Example:
  webhook-contract diff before.json after.json

\b
Exit status:
  0  nothing that counts is newly broken
  1  a must or robust clause is newly broken (with --strict also a should)
  2  wrong usage, or what is no report
"""
STATUSES = {"kept": 0, "broken": 1, "incomplete": 3}


@click.command(epilog=REPORT)
@click.argument("files", metavar="FILE...", nargs=-1, type=FILE)
@forms.options
@click.option("--strict", is_flag=True, help="Broken should-clauses and flaky ones count, too.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a report, and end.")
def report(*, files: tuple[Path, ...], strict: bool, schema: bool, **chosen: Any) -> None:
    """Show JSON reports again, several as one, and write them in other forms."""
    from dataclasses import replace

    from contract_tests.reports import json_report, merging, terminal

    if schema:
        click.echo(json_report.schema_text(), nl=False)
        return
    written = forms.chosen(chosen)
    forms.refuse_unwritable(written.values())
    if not files:
        raise click.UsageError("a JSON report is expected: FILE")
    try:
        found = merging.merged([json_report.read(file) for file in files])
    except (json_report.NotAReport, merging.Conflict) as problem:
        raise click.UsageError(str(problem)) from None
    found = replace(found, strict=found.strict or strict)
    try:
        terminal.show(printing.out(), found)
    finally:
        forms.write(found, written)
    sys.exit(STATUSES[found.word])


@click.command(epilog=DIFF)
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--strict", is_flag=True, help="A should-clause that is newly broken counts, too.")
def diff(*, old: Path, new: Path, strict: bool) -> None:
    """Say what has changed between two JSON reports."""
    from contract_tests.reports import changes, json_report

    try:
        found = changes.between(json_report.read(old), json_report.read(new))
    except json_report.NotAReport as problem:
        raise click.UsageError(str(problem)) from None
    changes.show(printing.out(), found, strict=strict)
    sys.exit(int(found.fail(strict=strict)))
