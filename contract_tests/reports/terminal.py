"""A finished run as people see it: every clause, what is not kept and how to see it again, and a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contract_tests.kit.verdicts import Failure, Repeats, Verdict
from contract_tests.reports.marks import MARKS, STYLES, printable
from contract_tests.reports.report import LEVELS, Line, Report

INDENT = (0, 0, 0, 4)
SHORT = 400  # characters of a request's body, or of an answer's
REPEATED = {
    Repeats.YES: "it came again at once",
    Repeats.NO: "it did not come again",
    Repeats.NOT_TRIED: "it was not tried again",
}
ENDS = {"broken": "bold red", "incomplete": "bold magenta", "kept": "bold green"}


def show(console: Console, report: Report) -> None:
    """Print a finished run."""
    # All at once: a terminal takes each piece for itself, and that takes longer than the rest.
    if report.lines:  # a small part of a run may have none
        console.print("\n".join(_lines(report.lines)), soft_wrap=True)
    for line in report.lines:
        if line.verdict is not Verdict.KEPT:
            _detail(console, line)
    console.print()
    console.print(_table(report))
    _closing(console, report)


def _lines(lines: Sequence[Line]) -> Iterator[str]:
    for head, group in groupby(lines, lambda line: line.clause.id.rsplit(".", 1)[0]):
        yield f"\n[bold]{escape(head)}[/]"
        yield from map(_line, group)


def _line(line: Line) -> str:
    style, mark = STYLES[line.verdict], MARKS[line.verdict]
    word = "" if line.verdict is Verdict.KEPT else f"  [{style}]{line.verdict.word}[/]"
    return f"  [{style}]{mark}[/] {_name(line)} [dim]{_safe(line.clause.says)}[/]{word}"


def _safe(text: str) -> str:
    return escape(printable(text))


def _name(line: Line) -> str:
    return f"{line.clause.id.rsplit('.', 1)[1]:<26}"


def _detail(console: Console, line: Line) -> None:
    style = STYLES[line.verdict]
    console.print(
        f"\n[{style}]{MARKS[line.verdict]} {line.verdict.word}[/] [bold]{line.clause.id}[/]", end=" "
    )
    console.print(f"[dim]({line.clause.level})[/] {_safe(line.clause.says)}", soft_wrap=True)
    if line.failure is None:
        console.print(Padding(_safe(line.reason), INDENT))
        return
    facts = Table.grid(padding=(0, 2))
    for name, value in _facts(line, line.failure):
        facts.add_row(f"[dim]{name}[/]", Text(printable(value), overflow="fold"))
    console.print(Padding(facts, INDENT))
    for command in line.failure.script[1:]:
        # Not wrapped: a line is to be copied whole.
        style = "dim" if command.startswith("#") else "cyan"
        console.print(Text(f"    {printable(command)}", style=style), soft_wrap=True)


def _facts(line: Line, failure: Failure) -> list[tuple[str, str]]:
    more = len(line.failures) - 1
    facts = [
        ("source", line.clause.source),
        ("sent", f"{failure.request}\n{_body(failure.sent)}".rstrip()),
        ("field", failure.where),
        ("expected", failure.expected),
        ("came", failure.came),
        ("check", f"{failure.check}; {REPEATED[failure.repeats]}"),
        ("also", f"{more} more {'check' if more == 1 else 'checks'} of this clause" if more else ""),
        ("known", line.excuse),
        ("script", "what follows, for bash" if failure.script else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _body(message: str) -> str:
    """The body of a message, on one line."""
    body = " ".join(message.partition("\n\n")[2].split())
    return body if len(body) <= SHORT else f"{body[:SHORT]}…"


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


def _closing(console: Console, report: Report) -> None:
    console.print(f"[bold]{_safe(report.target)}[/]", soft_wrap=True)
    counts = f"{len(report.lines)} clauses, {report.checks} checks, {report.requests} requests"
    console.print(f"{counts}, {report.seconds:.1f} s")
    for status, seconds in report.waited.items():
        console.print(f"[yellow]waited {seconds:.0f} s for {status}[/]")
    if report.stays:
        console.print(f"[yellow]{report.stays}[/]")
    if report.left_behind:
        _left_behind(console, report)
    if report.missing:
        console.print(f"[bold red]asked for, and not there: {', '.join(report.missing)}[/]", soft_wrap=True)
    for each in report.stale:
        console.print(f"[bold red]stale[/]: {each.clause} is kept, but known as broken: {_safe(each.reason)}")
    style = ENDS[report.word]
    if report.word == "kept" and report.conclusion.startswith("but"):
        console.print(f"[yellow]kept, {report.conclusion}[/]")
    else:
        console.print(f"[{style}]{report.word}[/]: {report.conclusion}")


def _left_behind(console: Console, report: Report) -> None:
    console.print(f"[bold yellow]left behind on the target: {len(report.left_behind)} webhooks[/]")
    for each in report.left_behind:
        console.print(f"    [yellow]{each.id}[/]  {_safe(each.reason)}", soft_wrap=True)
    if report.clean_up:
        console.print(Text(f"    $ {report.clean_up}", style="cyan"), soft_wrap=True)
