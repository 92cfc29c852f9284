"""What is seen of a run while it goes: checks done, what they found, and the time that is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from contract_tests.kit.verdicts import Verdict
from contract_tests.reports.marks import MARKS, STYLES

Tally = Mapping[Verdict, int]  # clauses by what is known of them so far
Advance = Callable[[int, int, Tally], None]  # checks done, checks in all, and the tally
LOG_EVERY = 100  # checks between two lines of a log


@contextmanager
def progress(console: Console) -> Iterator[Advance]:
    """Counts checks while they run: a bar on a terminal, a line now and then in a log."""
    if not console.is_terminal:
        yield lambda done, total, tally: _log(console, done, total, tally)
        return
    with Progress(*_columns(), console=console, transient=True) as bar:
        task = bar.add_task("checking", total=None, tally="")
        yield lambda done, total, tally: bar.update(task, completed=done, total=total, tally=_marked(tally))


def _columns() -> list[BarColumn | MofNCompleteColumn | TextColumn | TimeElapsedColumn | TimeRemainingColumn]:
    return [
        TextColumn("checking"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[tally]}"),
        TimeElapsedColumn(),
        TextColumn("[dim]left[/]"),
        TimeRemainingColumn(),
    ]


def _marked(tally: Tally) -> str:
    return "  ".join(f"[{STYLES[each]}]{MARKS[each]} {tally[each]} {each.word}[/]" for each in _seen(tally))


def _log(console: Console, done: int, total: int, tally: Tally) -> None:
    if done == total or done % LOG_EVERY == 0:
        counts = ", ".join(f"{tally[each]} {each.word}" for each in _seen(tally))
        console.print(f"checked {done} of {total}: {counts}", soft_wrap=True)


def _seen(tally: Tally) -> list[Verdict]:
    return [each for each in Verdict if tally.get(each)]
