"""What a run has found adds up: lines, counts, and what fails a run."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from contract_tests.kit.removal import Remnant
from contract_tests.kit.verdicts import Verdict
from contract_tests.reports import page, report, summary, terminal
from contract_tests.reports.report import Report, Standing

from .samples import CLAUSES, LEVELS, REMNANTS, finished, known, verdicts

# ---- lines


def test_every_clause_that_was_asked_has_a_line():
    """Lines come in the order of the file, one for each clause asked about, heard of or not."""
    asked = ["webhook.patch.ok", "webhook.post.ok"]
    lines = report.lines(
        verdicts({"webhook.patch.ok": Verdict.KEPT, "webhook.get.ok": Verdict.BROKEN}), asked
    )

    assert [each.clause.id for each in lines] == ["webhook.post.ok", "webhook.patch.ok"]
    assert [each.verdict for each in lines] == [Verdict.UNPROVED, Verdict.KEPT]
    assert [each.checks for each in lines] == [0, 1]


@pytest.mark.parametrize("verdict", Verdict)
def test_a_line_says_why(verdict):
    """Every verdict but kept has a reason."""
    (line,) = report.lines(verdicts({"webhook.post.ok": verdict}), ["webhook.post.ok"])

    assert line.reason == ("" if verdict is Verdict.KEPT else f"because {verdict.word}")


# ---- the verdict of a run


@pytest.mark.parametrize(
    ("said", "fails", "fails_strictly"),
    [
        ({}, False, False),
        ({"must": Verdict.KEPT, "should": Verdict.KEPT, "robust": Verdict.KEPT}, False, False),
        ({"must": Verdict.BROKEN}, True, True),
        ({"robust": Verdict.BROKEN}, True, True),
        ({"should": Verdict.BROKEN}, False, True),
        ({"must": Verdict.KEPT, "should": Verdict.BROKEN}, False, True),
        ({"must": Verdict.BROKEN, "should": Verdict.BROKEN}, True, True),
        ({"must": Verdict.UNPROVED, "robust": Verdict.UNPROVED}, False, False),
        ({"must": Verdict.NOT_OFFERED, "should": Verdict.NOT_OFFERED}, False, False),
        ({"must": Verdict.BLOCKED, "should": Verdict.BLOCKED}, False, False),
        ({"must": Verdict.ERROR, "robust": Verdict.ERROR}, False, False),
        ({"must": Verdict.FLAKY}, False, True),
        ({"must": Verdict.KNOWN, "robust": Verdict.KNOWN}, False, False),
    ],
)
def test_what_fails_a_run(said, fails, fails_strictly):
    """A broken must or robust clause fails a run; a strict one also a broken should, and what is flaky."""
    verdicts_ = {LEVELS[level]: verdict for level, verdict in said.items()}

    assert finished(verdicts_).fails() is fails
    assert finished(verdicts_, strict=True).fails() is fails_strictly


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("level", LEVELS)
def test_what_leaves_a_run_incomplete(level, verdict):
    """A must or robust clause whose check could not ask, or broke down, leaves a run incomplete."""
    unasked = verdict in {Verdict.BLOCKED, Verdict.ERROR}

    assert finished({LEVELS[level]: verdict}).is_incomplete() is (unasked and level != "should")


def test_clauses_of_a_verdict_are_found():
    """Lines can be asked for by their verdict."""
    assert [each.clause.id for each in finished(CLAUSES).with_verdict(Verdict.BROKEN)] == [
        "webhook.post.shape"
    ]


def test_a_stale_entry_fails_a_run():
    """A known failure that is none any more fails the run; one that was not asked about does not."""
    assert finished({}, known=(known(standing=Standing.STALE),)).fails()
    assert not finished({}, known=(known(standing=Standing.NOT_ASKED),)).fails()


@pytest.mark.parametrize(
    ("said", "word", "part"),
    [
        ({"webhook.post.ok": Verdict.KEPT}, "kept", "every clause"),
        ({"webhook.post.ok": Verdict.BROKEN}, "broken", "1 of 1 clauses"),
        ({"webhook.post.ok": Verdict.BLOCKED}, "incomplete", "set-up calls failed"),
        ({"webhook.post.ok": Verdict.UNPROVED}, "kept", "but 1 clause was not proved"),
        ({"webhook.post.ok": Verdict.KNOWN}, "kept", "but 1 clause is known to be broken"),
        ({"webhook.post.ok": Verdict.FLAKY}, "kept", "but 1 clause is flaky"),
        ({"webhook.post.links-self": Verdict.BROKEN}, "kept", "but 1 should-clause is broken"),
    ],
)
def test_the_conclusion_says_what_counts(said, word, part):
    """The last sentence of a report is about what decided."""
    run = finished(said)

    assert (run.word, part in run.conclusion) == (word, True), run.conclusion


def printed(run: Report) -> str:
    """What the terminal shows of a run."""
    console = Console(file=io.StringIO(), width=120, highlight=False)
    terminal.show(console, run)
    return console.file.getvalue()


FORMS = {
    "terminal": printed,
    "summary": lambda run: summary.rendered(run).decode(),
    "page": lambda run: page.rendered(run).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_webhooks_that_nothing_deletes_are_counted(form):
    """A target without DELETE keeps webhooks that are Stopped: that is told, and no verdict."""
    run, clean = (finished({LEVELS["must"]: Verdict.KEPT}, stopped=count) for count in (12, 0))
    said = "12 webhooks stopped, and still there: the target has no DELETE"

    assert (run.word, run.stays, clean.stays) == ("kept", said, "")
    assert (said in FORMS[form](run), "stopped, and" in FORMS[form](clean)) == (True, False)


def test_what_is_left_behind_is_a_verdict():
    """What the target only said to have removed is its fault; what could not be removed is not."""
    kept = {LEVELS["must"]: Verdict.KEPT}
    refused, forgotten = (
        finished(kept, left_behind=REMNANTS),
        finished(kept, left_behind=(Remnant(7, "stays", True),)),
    )

    assert (refused.fails(), refused.is_incomplete(), refused.word) == (False, True, "incomplete")
    assert (forgotten.fails(), forgotten.word) == (True, "broken")
