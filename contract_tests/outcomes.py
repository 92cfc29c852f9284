"""What a check says of its clause, by the error that ended it."""

from __future__ import annotations

import pytest

from contract_tests import confirming, failures
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import ContractViolation, Failure, Inconclusive, Outcome, Repeats, Verdict
from openapi import clauses

FAILURE = pytest.StashKey[Failure]()  # of a check, once it was tried again
ERROR_LENGTH = 2_000  # characters that are told of an error of ours


def outcome(item: pytest.Item, clause_id: str, error: BaseException | None, run: Run | None) -> Outcome:
    """The verdict on a check, and what is told of it."""
    if error is None:
        return Outcome(clause_id, item.name, Verdict.KEPT)
    hide = failures.hiding(run)
    if (violation := confirming.violation_in(error)) is not None:
        told = item.stash.get(FAILURE, None) or failure(item, clause_id, violation, run)
        reason = hide(str(violation))
        if told.repeats is Repeats.NO:
            return Outcome(clause_id, item.name, Verdict.FLAKY, f"did not come again: {reason}", told)
        return Outcome(clause_id, item.name, Verdict.BROKEN, reason, told)
    if isinstance(error := confirming.cause(error), Inconclusive):
        return Outcome(clause_id, item.name, error.verdict, hide(error.reason))
    said = hide(f"{type(error).__name__}: {error}")[:ERROR_LENGTH]
    return Outcome(clause_id, item.name, Verdict.ERROR, said)


def failure(item: pytest.Item, clause_id: str, violation: ContractViolation, run: Run | None) -> Failure:
    """What is told of a failed check."""
    return failures.failure(item.name, clauses.get(clause_id), violation, run)
