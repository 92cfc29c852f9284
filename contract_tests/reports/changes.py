"""What has changed between two reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

from contract_tests.kit.verdicts import Verdict
from contract_tests.reports.marks import MARKS, STYLES, printable
from contract_tests.reports.report import Line, Report

AMISS = {Verdict.BROKEN, Verdict.KNOWN}
Change = tuple[Line | None, Line | None]


@dataclass(frozen=True, slots=True)
class Changes:
    """Each clause whose verdict is another now, once: before and after, None where it is not there."""

    broken: tuple[Change, ...]
    fixed: tuple[Change, ...]
    new: tuple[Change, ...]
    gone: tuple[Change, ...]
    other: tuple[Change, ...]

    def fail(self, *, strict: bool) -> bool:
        """True when a clause that counts is broken now and was not before."""
        return any(after and (strict or after.clause.level != "should") for _, after in self.broken)


def between(old: Report, new: Report) -> Changes:
    """What is different in the new report."""
    before, after = ({line.clause.id: line for line in each.lines} for each in (old, new))
    kinds: dict[str, list[Change]] = {name: [] for name in ("broken", "fixed", "new", "gone", "other")}
    for clause_id in dict.fromkeys([*after, *before]):
        if kind := _kind(before, after, clause_id):
            kinds[kind].append((before.get(clause_id), after.get(clause_id)))
    return Changes(**{name: tuple(each) for name, each in kinds.items()})


def _kind(before: Mapping[str, Line], after: Mapping[str, Line], clause_id: str) -> str:
    """What has become of a clause; nothing when it is as it was."""
    if clause_id not in after:
        return "gone"
    old = before[clause_id].verdict if clause_id in before else None
    match old, after[clause_id].verdict:
        case was, now if was is now:
            return ""
        case _, Verdict.BROKEN:
            return "broken"
        case None, _:
            return "new"
        case was, Verdict.KEPT if was in AMISS:
            return "fixed"
    return "other"


HEADINGS = {
    "broken": "newly broken",
    "fixed": "fixed",
    "other": "another verdict",
    "new": "new clauses",
    "gone": "gone clauses",
}


def show(console: Console, changes: Changes, *, strict: bool) -> None:
    """Print what has changed, and whether it counts."""
    for kind, heading in HEADINGS.items():
        if found := getattr(changes, kind):
            console.print(f"[bold]{heading}[/] [dim]{len(found)}[/]")
            for change in found:
                _print(console, *change)
    if changes.fail(strict=strict):
        console.print("[bold red]worse[/]: clauses that count are newly broken")
    elif any(getattr(changes, kind) for kind in HEADINGS):
        console.print("[bold green]no worse[/]: nothing that counts is newly broken")
    else:
        console.print("[bold green]the same[/]: every clause has the verdict that it had")


def _print(console: Console, before: Line | None, after: Line | None) -> None:
    line = after or before
    if line is None:
        return
    was = before.verdict.word if before else "not there"
    now = after.verdict.word if after else "not there"
    mark = f"[{STYLES[line.verdict]}]{MARKS[line.verdict]}[/]"
    console.print(f"  {mark} {line.clause.id} [dim]({line.clause.level})[/] {was} → {now}", soft_wrap=True)
    if after and after.verdict is Verdict.BROKEN:
        console.print(f"      [dim]{escape(printable(after.reason))}[/]", soft_wrap=True)
