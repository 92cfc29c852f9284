"""The options of `webhook-contract check` about known failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contract_tests.reports import forms

if TYPE_CHECKING:
    from contract_tests.reports.report import Known, Report

Command = TypeVar("Command", bound=Callable[..., Any])
LASTS = timedelta(days=90)
OPTIONS = (
    click.option(
        "--known-failures",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Failures that are known (TOML): they do not fail the run.",
    ),
    click.option(
        "--update-known-failures",
        is_flag=True,
        help="Write that file so that it has the failures of this run; with --reason and --owner.",
    ),
    click.option("--reason", metavar="TEXT", help="Why new entries of that file are there."),
    click.option("--owner", metavar="NAME", help="Who is to mend what they excuse."),
    click.option(
        "--expires",
        metavar="DATE",
        type=click.DateTime(["%Y-%m-%d"]),
        help="Their last day.  [default: in 90 days]",
    ),
)


@dataclass(frozen=True, slots=True)
class Excuses:
    """The file, what was in it when the run began, and how it is to be written."""

    file: Path | None
    entries: tuple[Known, ...]
    update: bool
    reason: str
    owner: str
    expires: date

    def applied(self, report: Report) -> Report:
        """The report with its known failures excused, after the file was written if that was asked for."""
        from contract_tests.reports import known, known_file

        if self.file is None:
            return report
        excused = known.applied(report, self.entries, _today())
        if not self.update:
            return excused
        written = known_file.update(
            self.file, excused, reason=self.reason, owner=self.owner, expires=self.expires
        )
        return known.applied(report, written, _today())


def _today() -> date:
    return datetime.now(UTC).date()


def options(command: Command) -> Command:
    """Add the options."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def chosen(values: dict[str, Any]) -> Excuses:
    """Takes what was asked for out of a command's options; a usage error for a bad file, before the run."""
    file, update = values.pop("known_failures"), values.pop("update_known_failures")
    reason, owner, expires = (values.pop(name) for name in ("reason", "owner", "expires"))
    if file is None and (update or reason or owner or expires):
        raise click.UsageError(
            "--update-known-failures, --reason, --owner and --expires go with --known-failures"
        )
    if not update and (reason or owner or expires):
        raise click.UsageError("--reason, --owner and --expires go with --update-known-failures")
    if update and not (reason and reason.strip() and owner and owner.strip()):
        raise click.UsageError("--update-known-failures needs --reason and --owner, for what is new")
    last = expires.date() if expires else _today() + LASTS
    return Excuses(file, _entries(file, update=update), update, reason or "", owner or "", last)


def _entries(file: Path | None, *, update: bool) -> tuple[Known, ...]:
    from contract_tests.reports import known_file

    if file is not None and update:
        forms.refuse_unwritable([file])
    if file is None or (update and not file.exists()):
        return ()
    try:
        return tuple(entry.known for entry in known_file.read(file))
    except known_file.BadFile as problem:
        raise click.UsageError(str(problem)) from None
