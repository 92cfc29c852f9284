"""Known failures: what they excuse, when they are stale, and their file."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest

from contract_tests.kit.verdicts import Failure, Outcome, Repeats, Verdict, Verdicts
from contract_tests.reports import known as excusing
from contract_tests.reports import known_file, report
from contract_tests.reports.report import Known, Report, Standing

from .samples import FAILURE, finished, known

TODAY = date(2026, 5, 5)
CLAUSE = "webhook.post.shape"
SECOND = dataclasses.replace(FAILURE, check="test_other", signature="test_other:ffff0000")


def broken(*failures: Failure, clause: str = CLAUSE) -> Report:
    """A run in which checks of one clause failed."""
    found = Verdicts()
    for failure in failures:
        verdict = Verdict.FLAKY if failure.repeats is Repeats.NO else Verdict.BROKEN
        found.add(Outcome(clause, failure.check, verdict, "because", failure))
    return finished(lines=report.lines(found, [clause]))


def applied(run: Report, *entries: Known) -> tuple[Verdict, list[Standing], bool]:
    """The verdict of the clause, what became of the entries, and whether the run fails."""
    excused = excusing.applied(run, entries, TODAY)
    return excused.lines[0].verdict, [each.standing for each in excused.known], excused.fails()


KNOWN, BROKEN, KEPT, UNPROVED = Verdict.KNOWN, Verdict.BROKEN, Verdict.KEPT, Verdict.UNPROVED
MATCHED, EXPIRED, STALE, NOT_ASKED = Standing


@pytest.mark.parametrize(
    ("run", "entries", "outcome"),
    [
        pytest.param(broken(FAILURE), [known()], (KNOWN, [MATCHED], False), id="all of a clause"),
        pytest.param(broken(FAILURE, SECOND), [known()], (KNOWN, [MATCHED], False), id="several failures"),
        pytest.param(
            broken(FAILURE), [known(signature=FAILURE.signature)], (KNOWN, [MATCHED], False), id="signature"
        ),
        pytest.param(broken(FAILURE), [known(check=FAILURE.check)], (KNOWN, [MATCHED], False), id="check"),
        pytest.param(
            broken(FAILURE, SECOND), [known(check=FAILURE.check)], (BROKEN, [MATCHED], True), id="one of two"
        ),
        pytest.param(
            broken(FAILURE, SECOND),
            [known(check=FAILURE.check), known(signature=SECOND.signature)],
            (KNOWN, [MATCHED, MATCHED], False),
            id="each by its own",
        ),
        pytest.param(
            broken(FAILURE), [known(signature="x:1")], (BROKEN, [STALE], True), id="another signature"
        ),
        pytest.param(
            broken(FAILURE), [known("webhook.get.ok")], (BROKEN, [NOT_ASKED], True), id="another clause"
        ),
        pytest.param(broken(FAILURE), [known(expires=TODAY)], (KNOWN, [MATCHED], False), id="last day"),
        pytest.param(
            broken(FAILURE), [known(expires=TODAY - timedelta(1))], (BROKEN, [EXPIRED], True), id="expired"
        ),
        pytest.param(finished({CLAUSE: KEPT}), [known()], (KEPT, [STALE], True), id="stale"),
        pytest.param(
            finished({CLAUSE: Verdict.UNPROVED}),
            [known()],
            (Verdict.UNPROVED, [NOT_ASKED], False),
            id="silent",
        ),
        pytest.param(
            finished({CLAUSE: Verdict.FLAKY}), [known()], (Verdict.FLAKY, [NOT_ASKED], False), id="flaky"
        ),
    ],
)
def test_what_an_entry_does(run, entries, outcome):
    """A clause is excused when each of its failures is; an entry for what is kept fails the run."""
    assert applied(run, *entries) == outcome


def test_a_failure_that_is_flaky_needs_no_excuse():
    """Of a clause that is broken in one check and flaky in another the broken one has to be excused."""
    flaky = dataclasses.replace(SECOND, repeats=Repeats.NO)

    assert applied(broken(FAILURE, flaky), known(check=FAILURE.check))[0] is KNOWN


# ---- the file

GOOD = f"""\
# title

# why it is there
[[known]]
clause = "{CLAUSE}"
reason = "ticket 7"  # at the vendor's
owner = "team"
expires = 2026-12-31
"""


def written(directory: Path, text: str) -> Path:
    """A file of known failures."""
    file = directory / "known.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_file_is_read(tmp_path):
    """An entry has the clause, the reason, the owner and the last day."""
    (entry,) = known_file.read(written(tmp_path, GOOD))

    assert entry.known == Known(CLAUSE, "ticket 7", "team", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[known]\n", "line 1"),
        ('x = 1\n[[known]]\nclause = "a"\n', "line 1"),
        ("known = 7\n", "line 1"),
        (GOOD.replace(CLAUSE, "webhook.no-such"), "line 4: there is no clause 'webhook.no-such'"),
        (GOOD.replace("owner", "user"), "line 4: the entry lacks owner and has the unknown user"),
        (GOOD.replace('"team"', '" "'), "line 4: owner has to be a text"),
        (GOOD.replace('"team"', "7"), "line 4: owner has to be a text"),
        (GOOD.replace("2026-12-31", '"2026-12-31"'), "line 4: expires has to be a date"),
        (GOOD.replace("2026-12-31", "2026-12-31T00:00:00"), "line 4: expires has to be a date"),
        (GOOD + GOOD.replace("expires", "until"), "line 12: the entry lacks expires"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(text, named, tmp_path):
    """What cannot be used is told in one line, with the number of the line."""
    with pytest.raises(known_file.BadFile) as refused:
        known_file.read(written(tmp_path, text))
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path):
    """A file that is not there is named."""
    with pytest.raises(known_file.BadFile, match=r"none\.toml"):
        known_file.read(tmp_path / "none.toml")


# ---- writing it

NEW = {"reason": 'say "why"\n\x7f', "owner": "new", "expires": date(2027, 1, 31)}


def updated(file: Path, run: Report, today: date = TODAY) -> Report:
    """The run by the file as it was, and then by the file as it is."""
    entries = [each.known for each in known_file.read(file)] if file.exists() else []
    excused = excusing.applied(run, entries, today)
    return excusing.applied(run, known_file.update(file, excused, **NEW), today)


def test_new_failures_get_an_entry(tmp_path):
    """A file is made for what is broken, check by check, and excuses it from then on."""
    file = tmp_path / "known.toml"
    run = updated(file, broken(FAILURE, SECOND))

    assert not run.fails()
    assert [each.known.check for each in known_file.read(file)] == [FAILURE.check, SECOND.check]
    assert {(each.known.reason, each.known.owner) for each in known_file.read(file)} == {
        (NEW["reason"], NEW["owner"])
    }


def test_what_people_wrote_stays(tmp_path):
    """Entries that still hold are kept to the letter, comments included; stale ones go with theirs."""
    stale = GOOD.replace(CLAUSE, "webhook.patch.ok").replace("# title\n", "").replace("why", "gone because")
    file = written(tmp_path, GOOD + stale)
    found = Verdicts()
    found.add(Outcome(CLAUSE, "c", BROKEN, "r", FAILURE))
    found.add(Outcome("webhook.patch.ok", "c", KEPT))
    run = updated(file, finished(lines=report.lines(found, found.outcomes)))

    assert not run.fails()
    assert file.read_text(encoding="utf-8") == GOOD


def test_an_update_that_finds_nothing_new_changes_nothing(tmp_path):
    """Writing the file twice gives the same file."""
    file = tmp_path / "known.toml"
    updated(file, broken(FAILURE, SECOND))
    first = file.read_bytes()
    updated(file, broken(FAILURE, SECOND))

    assert file.read_bytes() == first


def test_an_expired_entry_is_renewed(tmp_path):
    """An entry that has expired keeps its reason, its owner and its comments, and gets the new day."""
    file = written(tmp_path, GOOD)
    run = updated(file, broken(FAILURE), date(2027, 1, 1))

    assert not run.fails()
    assert file.read_text(encoding="utf-8") == GOOD.replace("2026-12-31", "2027-01-31")


def test_what_was_not_asked_stays(tmp_path):
    """A run of other clauses leaves an entry alone."""
    file = written(tmp_path, GOOD)
    updated(file, finished({"webhook.get.ok": KEPT}))

    assert file.read_text(encoding="utf-8") == GOOD
