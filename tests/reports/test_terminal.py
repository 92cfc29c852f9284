"""What is printed of a run while it goes and when it is over."""

from __future__ import annotations

import dataclasses
import io
from collections import Counter

import pytest
from rich.console import Console

from contract_tests.kit.verdicts import Verdict
from contract_tests.reports import terminal
from contract_tests.reports.progress import progress
from contract_tests.reports.report import Report

from .samples import CLAUSES, FAILURE, finished, hostile, known


def printed(run: Report, **how: object) -> str:
    """What the terminal shows of a run."""
    console = Console(file=io.StringIO(), width=120, highlight=False, **how)
    terminal.show(console, run)
    return console.file.getvalue()


def test_every_clause_has_a_line():
    """Each clause is listed by its name with its sentence, and the verdict unless it is kept."""
    text = printed(finished())

    for line in finished().lines:
        assert line.clause.says in text
        assert line.verdict is Verdict.KEPT or f"{line.verdict.word} {line.clause.id}" in text


def test_a_part_without_a_clause_has_its_table_alone():
    """Shards may be more than there are clauses; nothing is shown where nothing was asked."""
    text = printed(dataclasses.replace(finished(), lines=()))

    assert text.startswith("\n┏")


def test_a_failure_is_told_with_what_repeats_it():
    """A broken clause has its source, what was sent, the field, expected, came, and a script."""
    text = printed(finished({"webhook.post.shape": Verdict.BROKEN}))
    (line,) = finished({"webhook.post.shape": Verdict.BROKEN}).lines

    for part in (line.clause.source, "POST /Webhook", '{ "Name": "x" }', FAILURE.where, FAILURE.expected):
        assert part in text
    for part in (FAILURE.came, *FAILURE.script[1:], "came again"):
        assert part in text


def test_a_known_failure_says_whose_it_is():
    """An excused clause is shown with its reason, its owner and its last day; a stale entry is named."""
    (line,) = finished({"webhook.post.shape": Verdict.BROKEN}).lines
    excused = dataclasses.replace(line, verdict=Verdict.KNOWN, known=known())
    text = printed(finished({}, lines=(excused,), known=(known("webhook.post.ok"),)))

    assert "ticket 7 (team, until 2999-01-01)" in text
    assert "stale: webhook.post.ok is kept, but known as broken: ticket 7" in text


def test_what_a_target_writes_cannot_command_the_terminal():
    """Control characters are written out, and markup of ours means nothing in them."""
    text = printed(hostile(), force_terminal=False)

    assert "\x1b" not in text
    assert "\\x1b[31m" in text


@pytest.mark.parametrize(
    "said", [CLAUSES, {}, {"webhook.post.ok": Verdict.KEPT}], ids=["some", "none", "kept"]
)
def test_the_last_line_is_the_conclusion(said):
    """What counts is said last."""
    run = finished(said)

    assert printed(run).splitlines()[-1].startswith(run.word)


def test_a_log_counts_now_and_then():
    """Where there is no terminal every hundredth check is a line, and the last one, with the tally so far."""
    console = Console(file=io.StringIO(), width=40)
    with progress(console) as advance:
        for done in range(1, 151):
            advance(done, 150, Counter({Verdict.KEPT: done, Verdict.BROKEN: 2}))

    assert console.file.getvalue().splitlines() == [
        "checked 100 of 150: 100 kept, 2 broken",
        "checked 150 of 150: 150 kept, 2 broken",
    ]


def test_a_terminal_shows_a_bar():
    """On a terminal there is a bar with counts, the tally, and the time that is left."""
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with progress(console) as advance:
        advance(30, 60, Counter({Verdict.KEPT: 12, Verdict.BROKEN: 1}))

    for part in ("30/60", "12 kept", "1 broken", "left"):
        assert part in console.file.getvalue()
