"""What a run has found, written for machines: JSON and JUnit."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from contract_tests import report
from contract_tests.kit.removal import Remnant
from contract_tests.kit.verdicts import Failure, Outcome, Verdict, Verdicts
from contract_tests.report import Report
from openapi import clauses

# One clause for each verdict; two levels among them.
CLAUSES = {
    "webhook.post.ok": Verdict.KEPT,
    "webhook.post.shape": Verdict.BROKEN,
    "webhook.post.assigns-id": Verdict.UNPROVED,
    "webhook.post.links-self": Verdict.BLOCKED,
    "webhook.patch.ok": Verdict.ERROR,
    "webhook.get.ok": Verdict.NOT_OFFERED,
}
FAILURE = Failure(
    check="test_shape[rich]",
    expected="the shape WebhookWithLinks",
    came="'7' is not of type 'integer'",
    where="$.WebhookId",
    request="POST /Webhook",
    answer='HTTP 200\n\n{\n  "WebhookId": "7"\n}',
    script=('curl -X POST "http://127.0.0.1:9/api/v1/Webhook"', "curl -X GET x"),
)
LEVELS = {"must": "webhook.post.ok", "should": "webhook.post.links-self", "robust": "robust.malformed-body"}


def verdicts(said: dict[str, Verdict], failure: Failure = FAILURE) -> Verdicts:
    """One outcome for each clause."""
    found = Verdicts()
    for clause_id, verdict in said.items():
        broken = failure if verdict is Verdict.BROKEN else None
        found.add(Outcome(clause_id, "test_it", verdict, f"because {verdict.word}", broken))
    return found


REMNANTS = (Remnant(7, "DELETE /Webhook/7 is answered 500"), Remnant(9, "the target gives no answer"))


def finished(said: dict[str, Verdict], failure: Failure = FAILURE, left: tuple[Remnant, ...] = ()) -> Report:
    """A run that found this, and left that behind."""
    return Report(
        target="http://127.0.0.1:9/api/v1",
        started=datetime(2024, 4, 18, 12, 0, 0, 999_999, tzinfo=UTC),
        seconds=12.34567,
        requests=321,
        lines=report.lines(verdicts(said, failure), said),
        left_behind=left,
        clean_up="webhook-contract clean",
        waited={429: 1.23456},
    )


@pytest.fixture
def written(tmp_path: Path) -> dict[str, object]:
    """The JSON file of a run that found a bit of everything."""
    report.write_json(finished(CLAUSES, left=REMNANTS), tmp_path / "report.json")
    return json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))


def junit(run: Report, directory: Path) -> ElementTree.Element:
    """The JUnit file of a run, as a reader sees it."""
    report.write_junit(run, directory / "report.xml")
    return ElementTree.parse(directory / "report.xml").getroot()  # noqa: S314  # our own file


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


# ---- JSON


def test_the_report_has_these_members(written):
    """The members of the report are those that its readers know, in their order."""
    assert list(written) == [
        "suite",
        "target",
        "started",
        "seconds",
        "requests",
        "clauses",
        "summary",
        "left_behind",
        "clean_up",
        "waited",
    ]
    assert {
        name: written[name] for name in ("suite", "target", "started", "seconds", "requests", "left_behind")
    } == {
        "suite": "superoffice-webhook-contract",
        "target": "http://127.0.0.1:9/api/v1",
        "started": "2024-04-18T12:00:00+00:00",
        "seconds": 12.346,
        "requests": 321,
        "left_behind": [7, 9],
    }
    assert (written["clean_up"], written["waited"]) == ("webhook-contract clean", {"429": 1.235})


def test_the_summary_counts_every_verdict(written):
    """The summary has a number for every verdict, also for those that nothing got."""
    assert written["summary"] == dict.fromkeys(
        ["kept", "not offered", "unproved", "blocked", "error", "broken"], 1
    )
    assert finished({}).summary == dict.fromkeys(written["summary"], 0)


def test_a_clause_has_these_members(written):
    """Each record of a clause is complete, whatever its verdict."""
    assert [each["id"] for each in written["clauses"]] == [each for each in clauses.load() if each in CLAUSES]
    for record in written["clauses"]:
        clause = clauses.get(record["id"])
        assert list(record) == [
            "id",
            "level",
            "verdict",
            "says",
            "source",
            "operations",
            "checks",
            "reason",
            "failure",
        ]
        assert (record["level"], record["says"], record["source"]) == (
            clause.level,
            clause.says,
            clause.source,
        )
        assert record["operations"] == list(clause.operations)
        assert record["verdict"] == CLAUSES[record["id"]].word
        assert record["checks"] == 1


def test_only_a_broken_clause_has_a_failure(written):
    """The failure of a broken clause is complete; the other ones have none."""
    failures = {each["id"]: each["failure"] for each in written["clauses"]}

    assert failures.pop("webhook.post.shape") == {
        "check": FAILURE.check,
        "expected": FAILURE.expected,
        "came": FAILURE.came,
        "where": FAILURE.where,
        "request": FAILURE.request,
        "answer": FAILURE.answer,
        "script": list(FAILURE.script),
    }
    assert set(failures.values()) == {None}


def test_the_report_is_written_in_utf8(tmp_path):
    """Texts of any script are written as they are."""
    file = tmp_path / "report.json"
    report.write_json(
        finished({"webhook.post.ok": Verdict.BROKEN}, Failure("test_it", "blå", "株式会社 🔑")), file
    )
    text = file.read_bytes().decode("utf-8")

    assert '"expected": "blå"' in text
    assert '"came": "株式会社 🔑"' in text
    assert text.endswith("}\n")


# ---- JUnit


def test_junit_counts_by_element(tmp_path):
    """Broken is a failure, blocked and error are errors, unproved and not offered are skipped."""
    (suite,) = junit(finished(CLAUSES), tmp_path)

    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "6",
        "failures": "1",
        "errors": "2",
        "skipped": "2",
        "time": "12.346",
    }
    assert suite.get("name") == "superoffice-webhook-contract"
    assert suite.get("timestamp") == "2024-04-18T12:00:00+00:00"


def test_junit_has_a_case_for_each_clause(tmp_path):
    """A case is named by its clause and classed by its level, with one element unless it is kept."""
    suite = junit(finished(CLAUSES), tmp_path)[0]

    assert {case.get("name"): [each.tag for each in case] for case in suite} == {
        "webhook.post.ok": [],
        "webhook.post.shape": ["failure"],
        "webhook.post.assigns-id": ["skipped"],
        "webhook.post.links-self": ["error"],
        "webhook.patch.ok": ["error"],
        "webhook.get.ok": ["skipped"],
    }
    assert all(case.get("classname") == clauses.get(case.get("name")).level for case in suite)


def test_a_failed_case_can_be_repeated(tmp_path):
    """The element of a broken clause says why, which page, and how to see it again."""
    (failure,) = junit(finished(CLAUSES), tmp_path).iter("failure")
    clause = clauses.get("webhook.post.shape")

    assert failure.get("message") == "broken: because broken"
    for part in (clause.says, clause.source, *FAILURE.script):
        assert part in failure.text


@pytest.mark.parametrize(
    "bad", ["\x00", "\x08", "\x0b", "\x1b[31m", "\x7f", "\ud83d", "\ufffe", "\uffff", "\r"], ids=repr
)
def test_junit_is_xml_whatever_came(tmp_path, bad):
    """Characters that XML cannot hold are replaced, and markup is escaped."""
    found = Verdicts()
    script = (f"curl '<x>{bad}&\"]]>'",)
    failure = Failure("test_it", "one", "another", script=script)
    found.add(Outcome("webhook.post.ok", "test_it", Verdict.BROKEN, f"came <{bad}>", failure))
    run = Report("http://x", datetime.now(UTC), 1.0, 2, report.lines(found, ["webhook.post.ok"]))
    (element,) = junit(run, tmp_path).iter("failure")

    assert bad not in element.get("message") + element.text
    assert element.get("message").startswith("broken: came <\ufffd")
    assert "curl '<x>\ufffd" in element.text
    assert "&\"]]>'" in element.text


@pytest.mark.parametrize("good", ["blå", "株式会社", "🔑", "e\u0301", "a\tb", "a\nb", "<&>\"'"], ids=repr)
def test_junit_keeps_what_xml_can_hold(tmp_path, good):
    """Letters of any script, tabs and line ends are kept."""
    run = finished({"webhook.post.ok": Verdict.BROKEN}, Failure("test_it", "one", "two", script=(good,)))
    (element,) = junit(run, tmp_path).iter("failure")

    assert element.text.endswith(f"\n{good}")


def test_junit_of_nothing_is_xml_too(tmp_path):
    """A run without clauses has a suite without cases."""
    (suite,) = junit(finished({}), tmp_path)

    assert (suite.get("tests"), list(suite)) == ("0", [])


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
    ],
)
def test_what_fails_a_run(said, fails, fails_strictly):
    """A broken must or robust clause fails a run, a broken should only a strict one; nothing else does."""
    run = finished({LEVELS[level]: verdict for level, verdict in said.items()})

    assert run.fails(strict=False) is fails
    assert run.fails(strict=True) is fails_strictly


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("level", LEVELS)
def test_what_leaves_a_run_incomplete(level, verdict):
    """A must or robust clause whose check could not ask, or broke down, leaves a run incomplete."""
    unasked = verdict in {Verdict.BLOCKED, Verdict.ERROR}

    assert finished({LEVELS[level]: verdict}).is_incomplete() is (unasked and level != "should")


def test_what_is_left_behind_is_a_verdict():
    """What the target only said to have removed is its fault; what could not be removed is not."""
    kept = {LEVELS["must"]: Verdict.KEPT}
    refused, forgotten = finished(kept, left=REMNANTS), finished(kept, left=(Remnant(7, "stays", True),))

    assert (refused.fails(strict=True), refused.is_incomplete()) == (False, True)
    assert forgotten.fails(strict=False)


def test_clauses_of_a_verdict_are_found():
    """Lines can be asked for by their verdict."""
    assert [each.clause.id for each in finished(CLAUSES).with_verdict(Verdict.BROKEN)] == [
        "webhook.post.shape"
    ]


def test_half_a_surrogate_pair_is_written(tmp_path):
    """What no encoding can hold is written as the escape that JSON has for it."""
    failure = Failure("test_it", "one", "another", answer='"\ud83d"')
    report.write_json(finished({"webhook.post.ok": Verdict.BROKEN}, failure), tmp_path / "report.json")

    assert b"\\ud83d" in (tmp_path / "report.json").read_bytes()
