"""Shows findings: in a terminal, as docs/speed.md, and as bench/results.json."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.findings import Plan, Row, Section
from bench.processes import ROOT

DOCUMENT = ROOT / "docs" / "speed.md"
RESULTS = ROOT / "bench" / "results.json"
TARGETS = ("target", "wished", "measured", "")
QUICK = "**A quick run, with short windows and few rounds: a test of the benchmarks, no figures to quote.**"


def show(sections: Sequence[Section], console: Console) -> None:
    """Print the tables."""
    for section in sections:
        _print(console, section.title, section.columns, section.rows)
        for note in section.notes:
            console.print(note)
    _print(console, "Targets", TARGETS, _targets(sections))


def _print(console: Console, title: str, columns: Row, rows: Sequence[Row]) -> None:
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _targets(sections: Sequence[Section]) -> list[Row]:
    return [
        (target.says, target.wished, target.measured, target.verdict)
        for section in sections
        for target in section.targets
    ]


def facts() -> dict[str, Any]:
    """The machine, as far as figures depend on it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory),
        "python": platform.python_version(),
    }


def write(sections: Sequence[Section], plan: Plan, command: str) -> list[Path]:
    """Write the document and the raw values."""
    now = datetime.now(UTC)
    DOCUMENT.write_text(page(sections, plan, command, now), encoding="utf-8")
    RESULTS.write_text(
        json.dumps(_results(sections, plan, command, now), indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    return [DOCUMENT, RESULTS]


def _results(sections: Sequence[Section], plan: Plan, command: str, now: datetime) -> dict[str, Any]:
    return {
        "measured": now.isoformat(timespec="seconds"),
        "command": command,
        "machine": facts(),
        "plan": asdict(plan),
        "sections": [asdict(section) for section in sections],
    }


def page(sections: Sequence[Section], plan: Plan, command: str, now: datetime) -> str:
    """The document."""
    return "\n".join(_lines(sections, plan, command, now)) + "\n"


def _lines(sections: Sequence[Section], plan: Plan, command: str, now: datetime) -> Iterator[str]:
    machine = facts()
    yield "# Speed"
    yield ""
    yield (
        f"Written by `{command}` on {now:%-d %B %Y}, which measured every figure of this page in one run, on "
        f"{machine['cores']} cores, {machine['memory_gb']} GB of memory and Python {machine['python']}. "
        f"{plan.rounds} rounds, windows of {plan.seconds:g} s; each value is in `bench/results.json`. "
        "Ratios carry over to other machines better than the figures do."
    )
    if plan.quick:
        yield from ("", QUICK)
    yield from ("", "## Targets", "")
    yield from table(TARGETS, _targets(sections))
    for section in sections:
        yield from ("", f"## {section.title}", "", section.method, "")
        yield from table(section.columns, section.rows)
        for note in section.notes:
            yield from ("", note)


def table(columns: Row, rows: Sequence[Row]) -> Iterator[str]:
    """A table in Markdown; figures are to the right."""
    if columns:
        yield _line(columns)
        yield _line(["---", *["---:"] * (len(columns) - 1)])
        yield from map(_line, rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
