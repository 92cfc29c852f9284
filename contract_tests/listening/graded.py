"""The grades of a receiver, in a terminal and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract_tests.kit import curl
from contract_tests.kit.verdicts import Verdict
from contract_tests.listening.grading import Grade, Grades
from contract_tests.reports.marks import MARKS, STYLES
from contract_tests.reports.report import SUITE


def show(console: Console, grades: Grades) -> None:
    """Print the table, a command for each case that went wrong, and what it comes to."""
    console.print(_table(grades))
    for each in grades.broken:
        console.print(f"\n[{STYLES[each.verdict]}]{MARKS[each.verdict]}[/] [bold]{each.case.id}[/]", end=" ")
        answer = f"answered {each.status}: " if each.status else ""
        console.print(Text(f"({each.case.says}) {answer}{each.reason}"), soft_wrap=True)
        console.print(Text(f"    $ {curl.line(each.request)}", style="cyan"), soft_wrap=True)
    console.print(f"\n[bold]{grades.receiver}[/]", soft_wrap=True)
    if grades.broken:
        count = f"{len(grades.broken)} of {len(grades.grades)} deliveries"
        console.print(f"[{STYLES[Verdict.BROKEN]}]broken[/]: {count} were not answered as they have to be")
    else:
        console.print("[bold green]kept[/]: every good delivery is taken and every bad one refused")


def _table(grades: Grades) -> Table:
    table = Table()
    table.add_column("case", no_wrap=True)
    table.add_column("what is sent")
    table.add_column("status", justify="right")
    table.add_column("ms", justify="right")
    table.add_column("verdict")
    for each in grades.grades:
        verdict = Text(f"{MARKS[each.verdict]} {each.verdict.word}", style=STYLES[each.verdict])
        if each.reason:
            verdict.append(f": {each.reason}", style="default")
        status, spent = str(each.status or "–"), f"{each.seconds * 1000:.0f}"
        table.add_row(each.case.id, each.case.says, status, spent, verdict)
    return table


def write_json(grades: Grades, file: Path) -> None:
    """Write the JSON report."""
    file.write_text(json.dumps(as_json(grades), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def as_json(grades: Grades) -> dict[str, Any]:
    """The report as its JSON file has it; times are in seconds."""
    broken = len(grades.broken)
    return {
        "suite": SUITE,
        "receiver": grades.receiver,
        "started": grades.started.isoformat(timespec="seconds"),
        "seconds": round(grades.seconds, 3),
        "cases": [_record(each) for each in grades.grades],
        "summary": {"kept": len(grades.grades) - broken, "broken": broken},
    }


def _record(grade: Grade) -> dict[str, Any]:
    return {
        "id": grade.case.id,
        "says": grade.case.says,
        "expected": "200" if grade.case.good else "4xx",
        "status": grade.status or None,
        "seconds": round(grade.seconds, 3),
        "verdict": grade.verdict.word,
        "reason": grade.reason,
        "command": curl.line(grade.request) if grade.verdict is Verdict.BROKEN else None,
    }
