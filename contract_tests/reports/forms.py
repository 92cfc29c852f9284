"""The forms of a report that are files, as options of a command."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from contract_tests.reports.report import Report

Command = TypeVar("Command", bound=Callable[..., Any])
# The option, the module that renders it, and what the help says.
FORMS = {
    "json": ("json_report", "Write a JSON report, which `webhook-contract report` reads."),
    "junit": ("junit", "Write a JUnit report."),
    "html": ("page", "Write a page for a browser: one file, nothing fetched."),
    "sarif": ("sarif", "Write a SARIF 2.1.0 report."),
    "summary": ("summary", "Write a summary in Markdown; $GITHUB_STEP_SUMMARY is appended to."),
}


def options(command: Command) -> Command:
    """Add an option for each form; the command gets them as `json_file`, `junit_file` and so on."""
    for name, (_, text) in reversed(FORMS.items()):
        file = click.Path(path_type=Path)
        command = click.option(f"--{name}", f"{name}_file", metavar="FILE", type=file, help=text)(command)
    return command


def chosen(values: dict[str, Any]) -> dict[str, Path]:
    """Takes the files that were asked for out of a command's options, by their forms."""
    named = {name: values.pop(f"{name}_file") for name in FORMS}
    return {name: file for name, file in named.items() if file is not None}


def refuse_unwritable(files: Iterable[Path]) -> None:
    """A usage error for a file that could not be written when the run is over, or that is named twice."""
    known: set[Path] = set()
    for file in files:
        if not file.parent.is_dir():
            raise click.UsageError(f"{file}: there is no directory {file.parent}")
        if file.is_dir():
            raise click.UsageError(f"{file}: a file is expected, and this is a directory")
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise click.UsageError(f"{file}: it cannot be written")
        if file.resolve() in known and file != Path(os.devnull):
            raise click.UsageError(f"{file}: it is named twice")
        known.add(file.resolve())


def write(report: Report, files: Mapping[str, Path]) -> None:
    """Write each of the files; a usage error when the disk refuses."""
    for name, file in files.items():
        rendered: bytes = import_module(f"{__package__}.{FORMS[name][0]}").rendered(report)
        try:
            with file.open("ab" if _is_step_summary(file) else "wb") as opened:
                opened.write(rendered)
        except OSError as problem:
            raise click.UsageError(f"{file}: {problem.strerror}") from None


def _is_step_summary(file: Path) -> bool:
    """True for the file that GitHub shows below a job, to which other commands may write, too."""
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    return bool(named) and file.resolve() == Path(str(named)).resolve()
