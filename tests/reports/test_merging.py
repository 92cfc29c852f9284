"""Reports of shards add up, and two reports are compared."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from contract_tests.kit.verdicts import Verdict
from contract_tests.reports import changes, merging
from contract_tests.reports.report import Report, Standing

from .samples import REMNANTS, finished, known

KEPT, BROKEN, UNPROVED = Verdict.KEPT, Verdict.BROKEN, Verdict.UNPROVED


def verdicts(run: Report) -> dict[str, Verdict]:
    """The verdict of each clause."""
    return {line.clause.id: line.verdict for line in run.lines}


def unasked(run: Report) -> Report:
    """The run, had no check spoken."""
    lines = (dataclasses.replace(line, checks=0, outcome=None, failures=()) for line in run.lines)
    return dataclasses.replace(run, lines=tuple(lines))


@pytest.mark.parametrize(
    ("one", "other", "both"), [(KEPT, BROKEN, BROKEN), (BROKEN, KEPT, BROKEN), (UNPROVED, KEPT, UNPROVED)]
)
def test_the_worst_verdict_wins(one, other, both):
    """A clause that two shards asked about gets the worse of their verdicts, and the failures of both."""
    run = merging.merged([finished({"webhook.post.ok": each}) for each in (one, other)])

    assert verdicts(run) == {"webhook.post.ok": both}
    assert run.lines[0].checks == 2
    assert len(run.lines[0].failures) == [one, other].count(BROKEN)


def test_who_asked_is_heard():
    """What a shard did not ask about is filled by the one that did, whatever comes first."""
    silent, asked = unasked(finished({"webhook.post.ok": UNPROVED})), finished({"webhook.post.ok": KEPT})

    for shards in ([silent, asked], [asked, silent]):
        assert verdicts(merging.merged(shards)) == {"webhook.post.ok": KEPT}
    assert verdicts(merging.merged([silent, silent])) == {"webhook.post.ok": UNPROVED}


def test_clauses_come_in_the_order_of_the_file():
    """Shards that asked about different clauses make one list."""
    run = merging.merged([finished({"webhook.patch.ok": KEPT}), finished({"webhook.post.ok": BROKEN})])

    assert list(verdicts(run)) == ["webhook.post.ok", "webhook.patch.ok"]


def test_numbers_are_added_up():
    """Requests and seconds are those of all shards, and the first of them began the run."""
    early = datetime(2020, 1, 1, tzinfo=UTC)
    more = {
        "left_behind": REMNANTS,
        "clean_up": "webhook-contract clean --tag=b",
        "waited": {429: 2.0},
        "stopped": 2,
    }
    one = finished({}, clean_up="webhook-contract clean --tag=a", waited={429: 1.0, 503: 1.0}, stopped=3)
    run = merging.merged([one, finished({}, started=early, strict=True, **more)])

    assert (run.requests, run.started, run.left_behind, run.strict) == (642, early, REMNANTS, True)
    assert run.clean_up == "webhook-contract clean --tag=a && webhook-contract clean --tag=b"
    assert run.waited == {429: 3.0, 503: 1.0}
    assert run.stopped == 5
    assert run.seconds == pytest.approx(24.69134)


@pytest.mark.parametrize("members", [{"target": "http://elsewhere/api/v1"}, {"version": "9.9"}], ids=str)
def test_reports_of_different_runs_are_refused(members):
    """Reports of two targets, or of two versions of the suite, do not add up."""
    with pytest.raises(merging.Conflict, match=next(iter(members.values()))):
        merging.merged([finished({}), finished({}, **members)])


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Standing.NOT_ASKED, Standing.MATCHED, Standing.MATCHED),
        (Standing.STALE, Standing.NOT_ASKED, Standing.STALE),
        (Standing.STALE, Standing.MATCHED, Standing.MATCHED),
    ],
)
def test_known_failures_are_told_once(one, other, both):
    """An entry that both shards read is there once, with what the shard made of it that asked."""
    run = merging.merged([finished({}, known=(known(standing=each),)) for each in (one, other)])

    assert [each.standing for each in run.known] == [both]


# ---- what has changed

OLD = finished(
    {
        "webhook.post.ok": KEPT,
        "webhook.post.shape": BROKEN,
        "webhook.patch.ok": KEPT,
        "webhook.patch.merge": KEPT,
        "webhook.get.ok": KEPT,
    }
)
NEW = finished(
    {
        "webhook.post.ok": BROKEN,
        "webhook.post.shape": KEPT,
        "webhook.patch.ok": KEPT,
        "webhook.patch.merge": UNPROVED,
        "webhook.put.ok": KEPT,
    }
)


def test_each_change_has_its_kind():
    """Newly broken, fixed, new, gone and other changes are told apart; what is as it was is left out."""
    found = changes.between(OLD, NEW)
    kinds = {
        name: [(after or before).clause.id for before, after in getattr(found, name)]
        for name in changes.HEADINGS
    }

    assert kinds == {
        "broken": ["webhook.post.ok"],
        "fixed": ["webhook.post.shape"],
        "other": ["webhook.patch.merge"],
        "new": ["webhook.put.ok"],
        "gone": ["webhook.get.ok"],
    }


@pytest.mark.parametrize(
    ("old", "new", "fails", "strictly"),
    [
        ({"webhook.post.ok": KEPT}, {"webhook.post.ok": BROKEN}, True, True),
        ({"webhook.post.ok": BROKEN}, {"webhook.post.ok": BROKEN}, False, False),
        ({"webhook.post.ok": Verdict.KNOWN}, {"webhook.post.ok": BROKEN}, True, True),
        ({"webhook.post.ok": BROKEN}, {"webhook.post.ok": Verdict.KNOWN}, False, False),
        ({}, {"webhook.post.ok": BROKEN}, True, True),
        ({"webhook.post.ok": BROKEN}, {}, False, False),
        ({"webhook.post.links-self": KEPT}, {"webhook.post.links-self": BROKEN}, False, True),
    ],
)
def test_what_is_worse(old, new, fails, strictly):
    """A clause that counts and is broken now, but was not before, makes the new report worse."""
    found = changes.between(finished(old), finished(new))

    assert (found.fail(strict=False), found.fail(strict=True)) == (fails, strictly)


@pytest.mark.parametrize(
    ("old", "new", "last"), [(OLD, NEW, "worse"), (NEW, OLD, "worse"), (OLD, OLD, "the same")]
)
def test_the_last_line_says_it(old, new, last):
    """What is printed ends with the conclusion."""
    console = Console(file=io.StringIO(), width=100)
    changes.show(console, changes.between(old, new), strict=False)

    assert console.file.getvalue().splitlines()[-1].startswith(last)
