"""A plan is made of what a server says about itself."""

from __future__ import annotations

import sys

import pytest

from contract_tests import tiers
from contract_tests.embedded import MOCK
from contract_tests.proving.plan import NOTHING, SMOKE, NoList, Plan, Trial, learn, seeds, unguarded
from openapi import clauses

FAULTS = tuple(Trial(name, name, clause="webhook.post.ok") for name in ("one", "two", "three", "other"))
PLAN = Plan((Trial("good", "good"), *FAULTS), ())


def saying(text: str) -> list[str]:
    """A command that says so, whatever it is asked."""
    return [sys.executable, "-c", f"print({text!r})"]


def test_the_mock_has_a_fault_for_every_clause():
    """Its list has faults, each with a clause, and variations, which have none."""
    plan = learn(MOCK)

    assert plan.unguarded == ()
    assert {each.clause for each in plan.trials if each.clause} == {*clauses.load()}
    assert next(each.id for each in plan.trials if each.clause is None) == "plain"


def test_a_clause_without_a_fault_is_told():
    """Nobody knows whether its checks can fail."""
    found = unguarded(FAULTS)

    assert "webhook.post.ok" not in found
    assert len(found) == len(clauses.load()) - 1


def test_part_of_a_plan_can_be_tried():
    """By name, and by every so many-th trial; together the parts are the whole."""
    assert [each.id for each in PLAN.of("t*").trials] == ["two", "three"]
    assert [each.id for each in PLAN.part(1, 2).trials] == ["good", "two", "other"]
    assert {*PLAN.part(1, 2).trials, *PLAN.part(2, 2).trials} == {*PLAN.trials}


def test_a_fault_can_be_asked_about_alone():
    """Then its own clause is asked and no other; a variation is always asked about everything."""
    good, fault = PLAN.beside(NOTHING).trials[:2]

    assert fault.asks("webhook.post.ok", drawn=False)
    assert not fault.asks("webhook.patch.ok", drawn=False)
    assert good.asks("webhook.patch.ok", drawn=True)


def test_a_fault_can_be_asked_about_the_main_promises_beside_its_own():
    """Those of the tier smoke, to see how far few requests get."""
    fault = PLAN.beside(SMOKE).trials[1]
    beyond = next(each for each in clauses.load() if each not in tiers.smoke() | {fault.clause})

    assert all(fault.asks(each, drawn=False) for each in (fault.clause, *tiers.smoke()))
    assert not fault.asks(beyond, drawn=False)
    assert not fault.asks(next(iter(tiers.smoke())), drawn=True)


def test_drawn_requests_are_for_their_own_faults():
    """They take long, and other clauses see the other faults."""
    drawn = Trial("x", "x", clause="robust.no-server-error")

    assert drawn.asks("robust.no-server-error", drawn=True)
    assert not FAULTS[0].asks("robust.no-server-error", drawn=True)
    assert FAULTS[0].asks("webhook.patch.ok", drawn=False)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no JSON", "expected JSON, got no JSON"),
        ("[]", "its JSON has no faults with id, clause and says"),
        ('{"faults": [{"id": "x"}]}', "its JSON has no faults with id, clause and says"),
        ('{"faults": [{"id": "x", "clause": "no.such", "says": "x"}]}', "breaks no.such, which is no clause"),
    ],
)
def test_a_server_that_does_not_tell_is_refused(text, why):
    """One line says what is wrong with its list."""
    with pytest.raises(NoList, match=why):
        learn(saying(text))


def test_a_command_that_is_not_there_is_refused():
    """Also in one line."""
    with pytest.raises(NoList, match="no-such-command"):
        learn(["no-such-command"])


def test_seeds_ask_everything_of_a_server_that_is_right():
    """Each run with a seed of its own, and none of them about a fault."""
    trials = seeds(3).trials

    assert [each.seed for each in trials] == [1, 2, 3]
    assert all(each.asks("robust.no-server-error", drawn=True) and not each.options for each in trials)
