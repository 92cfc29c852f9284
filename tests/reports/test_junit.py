"""What a run has found as JUnit."""

from __future__ import annotations

import dataclasses
from xml.etree import ElementTree

import pytest

from contract_tests.kit.verdicts import Failure, Outcome, Verdict, Verdicts
from contract_tests.reports import junit, report
from contract_tests.reports.report import Report
from openapi import clauses

from .samples import CLAUSES, FAILURE, finished, known


def read(run: Report) -> ElementTree.Element:
    """The JUnit file of a run, as a reader sees it."""
    return ElementTree.fromstring(junit.rendered(run))  # noqa: S314  # our own file


def test_junit_counts_by_element():
    """Broken is a failure, blocked and error are errors, the other ones are skipped."""
    (suite,) = read(finished(CLAUSES))

    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "7",
        "failures": "1",
        "errors": "2",
        "skipped": "3",
        "time": "12.346",
    }
    assert suite.get("name") == "superoffice-webhook-contract"
    assert suite.get("timestamp") == "2024-04-18T12:00:00+00:00"


def test_junit_has_a_case_for_each_clause():
    """A case is named by its clause and classed by its level, with one element unless it is kept."""
    suite = read(finished(CLAUSES))[0]

    assert {case.get("name"): [each.tag for each in case] for case in suite} == {
        "webhook.post.ok": [],
        "webhook.post.shape": ["failure"],
        "webhook.post.assigns-id": ["skipped"],
        "webhook.post.links-self": ["error"],
        "webhook.patch.ok": ["error"],
        "webhook.patch.merge": ["skipped"],
        "webhook.get.ok": ["skipped"],
    }
    assert all(case.get("classname") == clauses.get(case.get("name")).level for case in suite)


def test_a_failed_case_can_be_repeated():
    """The element of a broken clause says why, which page, and how to see it again."""
    (failure,) = read(finished(CLAUSES)).iter("failure")
    clause = clauses.get("webhook.post.shape")

    assert failure.get("message") == "broken: because broken"
    for part in (clause.says, clause.source, *FAILURE.script):
        assert part in failure.text


@pytest.mark.parametrize(
    "bad", ["\x00", "\x08", "\x0b", "\x1b[31m", "\x7f", "\ud83d", "\ufffe", "\uffff", "\r"], ids=repr
)
def test_junit_is_xml_whatever_came(bad):
    """Characters that XML cannot hold are replaced, and markup is escaped."""
    found = Verdicts()
    script = (f"curl '<x>{bad}&\"]]>'",)
    failure = Failure("test_it", "one", "another", script=script)
    found.add(Outcome("webhook.post.ok", "test_it", Verdict.BROKEN, f"came <{bad}>", failure))
    run = finished(lines=report.lines(found, ["webhook.post.ok"]))
    (element,) = read(run).iter("failure")

    assert bad not in element.get("message") + element.text
    assert element.get("message").startswith("broken: came <\ufffd")
    assert "curl '<x>\ufffd" in element.text
    assert "&\"]]>'" in element.text


@pytest.mark.parametrize("good", ["blå", "株式会社", "🔑", "e\u0301", "a\tb", "a\nb", "<&>\"'"], ids=repr)
def test_junit_keeps_what_xml_can_hold(good):
    """Letters of any script, tabs and line ends are kept."""
    run = finished({"webhook.post.ok": Verdict.BROKEN}, Failure("test_it", "one", "two", script=(good,)))
    (element,) = read(run).iter("failure")

    assert element.text.endswith(f"\n{good}")


def test_junit_of_nothing_is_xml_too():
    """A run without clauses has a suite without cases."""
    (suite,) = read(finished({}))

    assert (suite.get("tests"), list(suite)) == ("0", [])


def test_what_is_flaky_fails_strictly():
    """A strict run counts what did not come again."""
    suite = read(finished({"webhook.post.ok": Verdict.FLAKY}, strict=True))[0]

    assert suite.get("failures") == "1"


def test_a_stale_entry_is_a_failure():
    """A known failure that is none any more is a case that fails, so that whoever reads the file sees why."""
    suite = read(finished({"webhook.post.shape": Verdict.KEPT}, known=(known(),)))[0]
    (case,) = suite.iterfind("testcase[failure]")

    assert (case.get("classname"), case.get("name")) == ("known failures", "webhook.post.shape")
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert "ticket 7" in case[0].text


def test_a_known_failure_is_skipped():
    """A clause that is excused is skipped, with who is to mend it."""
    (line,) = finished({"webhook.post.shape": Verdict.BROKEN}).lines
    excused = dataclasses.replace(line, verdict=Verdict.KNOWN, known=known())
    (skipped,) = read(finished({}, lines=(excused,))).iter("skipped")

    assert "known: ticket 7 (team)" in skipped.text
