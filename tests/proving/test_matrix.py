"""What is said of findings, and what a proof of them comes to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contract_tests.proving import pages
from contract_tests.proving.matrix import Proof, again, earlier, verdict
from contract_tests.proving.plan import NOTHING, Plan, Trial
from contract_tests.proving.trial import Finding, Kill

FAULT = Trial("fault", "a fault", clause="webhook.post.ok")
GOOD = Trial("good", "a variation")
KILL = Kill("webhook.post.ok", "test_x", 3, 24, 0.5)
CAUGHT = Finding("fault", broken=("webhook.post.ok", "webhook.post.shape"), first=KILL)


def proof(*findings: Finding, unguarded: tuple[str, ...] = ()) -> Proof:
    """A proof of these findings."""
    return Proof(
        plan=Plan((GOOD, FAULT), unguarded),
        found={each.id: each for each in findings},
        started=datetime(2026, 11, 21, tzinfo=UTC),
        seconds=90.0,
        command="webhook-contract prove",
        jobs=2,
    )


@pytest.mark.parametrize(
    ("trial", "finding", "said"),
    [
        (FAULT, CAUGHT, "caught"),
        (FAULT, Finding("fault"), "survived"),
        (FAULT, Finding("fault", unasked=("webhook.post.ok",)), "survived"),
        (FAULT, Finding("fault", broken=("webhook.post.shape",)), "wrong reason"),
        (FAULT, Finding("fault", problem="it did not start"), "failed"),
        (GOOD, Finding("good"), "right"),
        (GOOD, Finding("good", broken=("webhook.post.ok",)), "false alarm"),
    ],
)
def test_a_verdict_for_every_end(trial, finding, said):
    """A fault has to break its own clause, and a variation none."""
    assert verdict(trial, finding) == said
    assert bool(proof(finding).problems) == (said not in ("caught", "right"))


def test_a_complete_proof_has_no_problems():
    """Its medians are those of the first failures."""
    complete = proof(CAUGHT, Finding("good"))

    assert complete.problems == []
    assert (complete.summary["caught"], complete.summary["right"]) == (1, 1)
    assert complete.to_first == (24, 0.5)


def test_a_clause_without_a_fault_is_a_problem():
    """Though every fault was caught."""
    lacking = proof(CAUGHT, Finding("good"), unguarded=("webhook.patch.ok",))

    assert lacking.problems == ["webhook.patch.ok: no fault breaks it"]
    assert lacking.summary["clauses without a fault"] == 1


def test_a_problem_names_the_fault_its_clause_and_a_reason():
    """So that one line is enough to go on with."""
    (line,) = proof(Finding("fault", unasked=("webhook.post.ok",), checks=4)).problems

    assert line == (
        "fault, which breaks webhook.post.ok: survived, its clause could not be asked about: "
        "4 checks found nothing"
    )


def test_findings_are_taken_up_again():
    """Those of trials that the plan still has, unless they found a problem or were asked less."""
    survivor = Trial("survivor", "another", clause="webhook.post.ok")
    plan = Plan((GOOD, FAULT, survivor), ())
    told = replace(proof(CAUGHT, Finding("good"), Finding("survivor")), plan=plan).as_json()
    told = json.loads(json.dumps(told))

    assert earlier(plan, told) == {"fault": CAUGHT, "good": Finding("good")}
    assert earlier(plan.beside(NOTHING), told) == {"good": Finding("good")}
    assert earlier(plan.of("good"), told) == {"good": Finding("good")}
    assert again(plan, told) == ("survivor",)
    assert again(plan.of("good"), told) == ()


def test_the_page_names_what_was_tried_twice():
    """Somebody may want to know why."""
    page = pages.page(replace(proof(CAUGHT, Finding("good")), again=("fault",)))

    assert "Tried twice, after a problem: `fault`." in page


def test_the_page_has_the_matrix():
    """Totals, variations, and a row for each fault below its clause."""
    page = pages.page(proof(CAUGHT, Finding("good", requests=3000)))

    assert "| caught | 1 |" in page
    assert "| `good` | a variation | 0 | 3000 |" in page
    assert "| **webhook.post.ok** |" in page
    assert "| `fault` | a fault | 24 requests, 0.5 s | `webhook.post.shape` |" in page
    assert "Not proved" not in page


def test_the_page_of_faults_asked_alone_has_no_matrix():
    """What else they break was not asked."""
    whole = proof(CAUGHT, Finding("good"))
    page = pages.page(replace(whole, plan=whole.plan.beside(NOTHING)))

    assert "| `fault` | a fault | 24 requests, 0.5 s |" in page
    assert "also broken" not in page


def test_the_page_does_not_hide_a_survivor():
    """It stands in the table, and in a list of its own."""
    page = pages.page(proof(Finding("fault", checks=7)))

    assert "| `fault` | a fault | **survived** |  |" in page
    assert "- fault, which breaks webhook.post.ok: survived: 7 checks found nothing" in page


def test_the_own_clause_stands_first():
    """Whatever else is broken: who reads a row sees at once that the reason is the right one."""
    fault = Trial("fault", "a fault", clause="webhook.patch.ok")
    found = Finding("fault", broken=("webhook.post.ok", "webhook.patch.ok", "agent.list.ok"))
    told = replace(proof(found), plan=Plan((fault,), ())).as_json()

    assert told["trials"][0]["broken"] == ("webhook.patch.ok", "webhook.post.ok", "agent.list.ok")


def test_the_matrix_is_told_by_clause():
    """How many faults each clause sees: its own, all, and those that nobody else sees."""
    another = Trial("another", "another", clause="webhook.post.shape")
    seen = Finding("another", broken=("webhook.post.shape",), first=KILL)
    whole = replace(proof(CAUGHT, seen), plan=Plan((FAULT, another), ()))

    assert whole.clauses == {"webhook.post.ok": (1, 1, 0), "webhook.post.shape": (1, 2, 1)}
    page = pages.page(whole)
    assert "| `webhook.post.shape` | 1 | 2 | 1 |" in page
    assert "1 of 2 faults are seen first by their own clause; 1 are seen by their own clause alone." in page
