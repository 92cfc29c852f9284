"""The tier smoke is chosen from a proof: the most new faults for a request, within a budget."""

from __future__ import annotations

import click
import pytest

from bench.tiers import Choice, Cost, chosen, listed, matrix, summary

POST, SHAPE, PATCH = "webhook.post.ok", "webhook.post.shape", "webhook.patch.ok"
SEEN = {
    POST: frozenset({"a", "b"}),
    SHAPE: frozenset({"a", "b", "c"}),
    PATCH: frozenset({"d"}),
}
COSTS = {POST: Cost(1, 0.0), SHAPE: Cost(6, 0.0), PATCH: Cost(4, 0.0)}


def told(**broken: list[str]) -> dict[str, object]:
    """The findings of a proof."""
    faults = [
        {"id": each, "clause": POST, "beside": "everything", "broken": clauses}
        for each, clauses in broken.items()
    ]
    return {"trials": faults, "command": "webhook-contract prove", "started": "2026-11-21T12:00:00+00:00"}


def test_the_matrix_is_read_the_other_way():
    """From each clause to the faults that it sees."""
    assert matrix(told(a=[POST, SHAPE], b=[SHAPE])) == {POST: {"a"}, SHAPE: {"a", "b"}}


def test_a_proof_of_own_clauses_has_no_matrix():
    """Nothing can be chosen from it."""
    alone = told(a=[POST])
    alone["trials"][0]["beside"] = "nothing"  # type: ignore[index]
    with pytest.raises(click.UsageError, match="make them with --whole"):
        matrix(alone)


def test_what_sees_most_for_a_request_goes_first():
    """What the others see already does not count, and what is seen already is left out."""
    assert [*chosen(SEEN, COSTS, 100)] == [Choice(POST, 2, 1), Choice(PATCH, 1, 4), Choice(SHAPE, 1, 6)]
    rest = {"webhook.get.ok": frozenset("abxyz")}
    assert [
        each.clause for each in chosen({**SEEN, **rest}, {**COSTS, "webhook.get.ok": Cost(1, 0.0)}, 100)
    ] == [
        POST,  # one of each page goes first
        PATCH,
        "webhook.get.ok",
        SHAPE,
    ]
    assert [*chosen({**SEEN, SHAPE: frozenset("ab")}, COSTS, 100)] == [
        Choice(POST, 2, 1),
        Choice(PATCH, 1, 4),
    ]


def test_the_budget_is_kept():
    """A clause that would exceed it makes way for a cheaper one."""
    assert [each.clause for each in chosen(SEEN, COSTS, 8)] == [POST, PATCH]
    assert [each.clause for each in chosen(SEEN, {PATCH: COSTS[PATCH]}, 8)] == [PATCH]


def test_the_file_tells_how_it_was_made():
    """In the order of the clauses, with the command and the day."""
    choices = [Choice(PATCH, 1, 4), Choice(POST, 2, 1)]
    said = summary(choices, SEEN)
    lines = listed(choices, said, told(), 300).splitlines()

    assert lines[0] == "# The clauses of `--tier smoke`: 2 clauses see 3 of 4 faults with 5 requests."
    assert lines[2] == "# `webhook-contract prove --json` found on 21 November 2026."
    assert lines[3:] == [POST, PATCH]
