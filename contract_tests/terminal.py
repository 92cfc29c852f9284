"""The run as people see it: progress while it goes, then what is broken, then a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from contract_tests.kit.verdicts import Verdict
from contract_tests.report import Line, Report

STYLES = {
    Verdict.KEPT: "green",
    Verdict.NOT_OFFERED: "dim",
    Verdict.UNPROVED: "yellow",
    Verdict.BLOCKED: "magenta",
    Verdict.ERROR: "bold magenta",
    Verdict.BROKEN: "bold red",
}
MARKS = {
    Verdict.KEPT: "✓",
    Verdict.NOT_OFFERED: "–",
    Verdict.UNPROVED: "?",
    Verdict.BLOCKED: "!",
    Verdict.ERROR: "!",
    Verdict.BROKEN: "✗",
}
LOG_EVERY = 100  # checks between two lines of a log
LEVELS = ("must", "should", "robust")


@contextmanager
def progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Counts checks while they run: a bar on a terminal, a line now and then in a log."""
    if not console.is_terminal:
        yield lambda done, total: _log(console, done, total)
        return
    columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("checking", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _log(console: Console, done: int, total: int) -> None:
    if done == total or done % LOG_EVERY == 0:
        console.print(f"checked {done} of {total}")


def show(console: Console, report: Report, *, strict: bool) -> None:
    """Print a finished run."""
    _lines(console, report.lines)
    for line in report.lines:
        if line.verdict is not Verdict.KEPT:
            _detail(console, line)
    console.print()
    console.print(_table(report))
    _closing(console, report, strict=strict)


def _lines(console: Console, lines: Sequence[Line]) -> None:
    group = ""
    for line in lines:
        head = line.clause.id.rsplit(".", 1)[0]
        if head != group:
            console.print(f"\n[bold]{head}[/]")
            group = head
        style, mark = STYLES[line.verdict], MARKS[line.verdict]
        word = "" if line.verdict is Verdict.KEPT else f"  [{style}]{line.verdict.word}[/]"
        text = f"  [{style}]{mark}[/] {_name(line)} [dim]{escape(line.clause.says)}[/]{word}"
        console.print(text, soft_wrap=True)


def _name(line: Line) -> str:
    return f"{line.clause.id.rsplit('.', 1)[1]:<26}"


def _detail(console: Console, line: Line) -> None:
    style = STYLES[line.verdict]
    console.print(
        f"\n[{style}]{MARKS[line.verdict]} {line.verdict.word}[/] [bold]{line.clause.id}[/]", end=" "
    )
    console.print(f"[dim]({line.clause.level})[/] {escape(line.clause.says)}", soft_wrap=True)
    failure = line.outcome.failure if line.outcome else None
    if failure is None:
        console.print(Padding(escape(line.reason), (0, 0, 0, 4)))
        return
    facts = Table.grid(padding=(0, 2))
    for name, value in _facts(line):
        facts.add_row(f"[dim]{name}[/]", Text(value, overflow="fold"))
    console.print(Padding(facts, (0, 0, 0, 4)))
    for command in failure.script:
        # Not wrapped: a line is to be copied whole.
        console.print(Text(f"    $ {command}", style="cyan"), soft_wrap=True)


def _facts(line: Line) -> list[tuple[str, str]]:
    failure = line.outcome.failure if line.outcome else None
    if failure is None:
        return []
    facts = [
        ("request", failure.request),
        ("expected", failure.expected),
        ("came", failure.came),
        ("where", failure.where),
        ("source", line.clause.source),
    ]
    return [(name, value) for name, value in facts if value]


def _table(report: Report) -> Table:
    table = Table()
    table.add_column("level")
    shown = [verdict for verdict in Verdict if report.summary[verdict.word] or verdict is Verdict.BROKEN]
    for verdict in shown:
        table.add_column(verdict.word, justify="right", style=STYLES[verdict])
    for level in LEVELS:
        of_level = [line for line in report.lines if line.clause.level == level]
        counts = (sum(line.verdict is verdict for line in of_level) for verdict in shown)
        table.add_row(level, *(str(count or "·") for count in counts))
    return table


def _closing(console: Console, report: Report, *, strict: bool) -> None:
    console.print(f"[bold]{report.target}[/]", soft_wrap=True)
    checks = sum(line.checks for line in report.lines)
    console.print(
        f"{len(report.lines)} clauses, {checks} checks, {report.requests} requests, {report.seconds:.1f} s"
    )
    if report.left_behind:
        console.print(f"[yellow]left behind on the target: webhooks {list(report.left_behind)}[/]")
    if report.missing:
        console.print(f"[bold red]asked for, and not there: {', '.join(report.missing)}[/]", soft_wrap=True)
    unproved = len(report.lines) - report.summary["kept"] - report.summary["broken"]
    if report.fails(strict=strict):
        console.print("[bold red]broken[/]: the target departs from what is documented")
    elif report.is_incomplete():
        console.print(
            "[bold magenta]incomplete[/]: set-up calls failed, so some clauses were not asked about"
        )
    elif unproved or report.summary["broken"]:
        console.print(f"[yellow]kept, but {_but(report, unproved)}[/]")
    else:
        console.print("[bold green]kept[/]: every clause")


def _but(report: Report, unproved: int) -> str:
    parts = []
    if broken := report.summary["broken"]:
        parts.append(f"{broken} should-clauses are broken (--strict counts them)")
    if unproved:
        parts.append(f"{unproved} clauses were not proved")
    return " and ".join(parts)
