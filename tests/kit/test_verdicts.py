"""What several checks say of one clause adds up to one verdict."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.kit.verdicts import (
    Blocked,
    ContractViolation,
    Failure,
    Inconclusive,
    NoAnswer,
    NotOffered,
    Outcome,
    Unproved,
    Verdict,
    Verdicts,
)

from .servers import delivery, exchange

CLAUSE = "webhook.post.ok"
KEPT, NOT_OFFERED, UNPROVED, KNOWN, FLAKY, BLOCKED, ERROR, BROKEN = Verdict
said = st.lists(st.sampled_from(Verdict), max_size=6)


def verdicts(*each: Verdict, clause: str = CLAUSE) -> Verdicts:
    """What is known after checks have spoken in this order; each names its place."""
    found = Verdicts()
    for place, verdict in enumerate(each):
        found.add(Outcome(clause, f"test_{place}", verdict, verdict.word))
    return found


# ---- adding up


def test_a_clause_nobody_spoke_of_is_unproved():
    """Where no check has spoken there is no outcome, and the clause is unproved."""
    nothing = Verdicts()

    assert nothing.of(CLAUSE) is UNPROVED
    assert nothing.worst(CLAUSE) is None
    assert nothing.checks(CLAUSE) == 0


@pytest.mark.parametrize(
    ("spoken", "verdict"),
    [
        ([KEPT], KEPT),
        ([KEPT, KEPT], KEPT),
        ([KEPT, UNPROVED], UNPROVED),
        ([UNPROVED, KEPT], UNPROVED),
        ([UNPROVED, BLOCKED], BLOCKED),
        ([BLOCKED, ERROR], ERROR),
        ([BROKEN, KEPT, KEPT], BROKEN),
        ([ERROR, BROKEN, BLOCKED], BROKEN),
        ([NOT_OFFERED], NOT_OFFERED),
        ([NOT_OFFERED, NOT_OFFERED], NOT_OFFERED),
        ([NOT_OFFERED, KEPT], KEPT),
        ([KEPT, NOT_OFFERED], KEPT),
        ([NOT_OFFERED, BROKEN], BROKEN),
        ([NOT_OFFERED, UNPROVED], UNPROVED),
    ],
    ids=lambda value: "+".join(each.word for each in value) if isinstance(value, list) else value.word,
)
def test_the_worst_decides(spoken, verdict):
    """Of all outcomes the worst counts, and an operation that is not there says nothing."""
    assert verdicts(*spoken).of(CLAUSE) is verdict


@given(said, said)
def test_a_verdict_only_worsens(first, more):
    """Once a check of an offered operation has spoken, further checks never improve the verdict."""
    before, after = verdicts(*first), verdicts(*first, *more)

    if any(each is not NOT_OFFERED for each in first):
        assert after.of(CLAUSE) >= before.of(CLAUSE)


@given(said)
def test_the_order_of_the_checks_is_no_matter(spoken):
    """The verdict is the same whichever check runs first."""
    assert verdicts(*spoken).of(CLAUSE) is verdicts(*reversed(spoken)).of(CLAUSE)


@given(said)
def test_what_is_not_offered_hides_nothing(spoken):
    """Outcomes of absent operations leave the verdict of the present ones as it is."""
    present = [each for each in spoken if each is not NOT_OFFERED]

    if present:
        assert verdicts(*present).of(CLAUSE) is verdicts(*spoken).of(CLAUSE)


def test_the_first_of_the_deciding_outcomes_is_shown():
    """Of two checks that broke a clause the earlier one is the example."""
    worst = verdicts(KEPT, BROKEN, BLOCKED, BROKEN).worst(CLAUSE)

    assert worst == Outcome(CLAUSE, "test_1", BROKEN, "broken")


def test_the_shown_outcome_is_not_of_an_absent_operation():
    """An outcome of an operation that is not offered is shown only when there is no other."""
    assert verdicts(NOT_OFFERED, KEPT).worst(CLAUSE) == Outcome(CLAUSE, "test_1", KEPT, "kept")
    assert verdicts(NOT_OFFERED).worst(CLAUSE) == Outcome(CLAUSE, "test_0", NOT_OFFERED, "not offered")


def test_every_check_is_counted():
    """The number of checks includes those whose operation is not offered."""
    assert verdicts(KEPT, NOT_OFFERED, BROKEN).checks(CLAUSE) == 3


def test_clauses_do_not_mix():
    """What is said of one clause says nothing of another."""
    found = verdicts(BROKEN)
    found.add(Outcome("webhook.post.shape", "test_shape", KEPT))

    assert found.of("webhook.post.shape") is KEPT
    assert found.of(CLAUSE) is BROKEN


# ---- words


def test_verdicts_are_written_in_words():
    """A verdict is written in lower case, with a blank between its words."""
    assert [each.word for each in Verdict] == [
        "kept",
        "not offered",
        "unproved",
        "known",
        "flaky",
        "blocked",
        "error",
        "broken",
    ]


# ---- exceptions


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [(Inconclusive, UNPROVED), (Unproved, UNPROVED), (Blocked, BLOCKED), (NotOffered, NOT_OFFERED)],
)
def test_an_open_question_carries_its_verdict(kind, verdict):
    """What leaves a question open knows the verdict and the reason, and is no violation."""
    raised = kind("the target is on the moon")

    assert raised.verdict is verdict
    assert raised.reason == "the target is on the moon"
    assert not isinstance(raised, AssertionError)


@pytest.mark.parametrize("seen", [None, exchange(), delivery()], ids=["nothing", "exchange", "delivery"])
def test_a_violation_says_what_came_instead(seen):
    """A violation keeps what was expected, what came, where, and in answer to what."""
    raised = ContractViolation("status 200", "status 201", seen, where="$.Name")

    assert str(raised) == "expected status 200; came status 201 (at $.Name)"
    assert (raised.expected, raised.came, raised.where) == ("status 200", "status 201", "$.Name")
    assert raised.seen is seen
    assert isinstance(raised, AssertionError)


def test_silence_is_a_violation():
    """Where no answer came, what happened to the connection is told."""
    silence = NoAnswer("it was refused", seen := exchange())

    assert isinstance(silence, ContractViolation)
    assert str(silence) == "expected an answer; came none (it was refused)"
    assert (silence.reason, silence.seen) == ("it was refused", seen)


def test_a_violation_need_not_name_a_place():
    """Without a place the message ends with what came."""
    assert str(ContractViolation("a JSON body", "b''")) == "expected a JSON body; came b''"


@pytest.mark.parametrize("value", [Outcome(CLAUSE, "test_it", KEPT), Failure("test_it", "one", "another")])
def test_what_was_said_stays_said(value):
    """Outcomes and failures cannot be changed afterwards."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.check = "test_other"
