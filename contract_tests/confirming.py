"""Runs a check that failed once more, before anybody is told: what does not come again is flaky."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from contract_tests import failures
from contract_tests.kit import arming
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import ContractViolation, Failure, Inconclusive, Repeats


def cause(error: BaseException | None) -> BaseException | None:
    """What ended a check; of a group, in which hypothesis wraps what it could not repeat, what says most."""
    for kind in (ContractViolation, Inconclusive, BaseException):
        if (found := next((each for each in _leaves(error) if isinstance(each, kind)), None)) is not None:
            return found
    return None


def _leaves(error: BaseException | None) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    elif error is not None:
        yield error


def violation_in(error: BaseException | None) -> ContractViolation | None:
    """The violation in an error, if there is one."""
    found = cause(error)
    return found if isinstance(found, ContractViolation) else None


def confirmed(item: pytest.Item, run: Run, failure: Failure, *, is_missing: bool = False) -> Failure:
    """The failure, with whether it came again; what is not there, or was slow to be seen, is not tried again.

    A failed example of drawn values is tried alone first. Only when it passes is the whole check run again.
    """
    if is_missing or arming.is_late(item):
        return failure
    for attempt in filter(None, (run.failing, item.runtest)):
        repeats = _tried(run, attempt)
        if repeats is not Repeats.NO:
            return replace(failure, repeats=repeats)
    return replace(failure, repeats=Repeats.NO, again=failures.turns(run))


def _tried(run: Run, attempt: Callable[[], None]) -> Repeats:
    run.turn += 1
    run.target.begin()
    try:
        attempt()
    except Inconclusive:
        return Repeats.NOT_TRIED
    except (Exception, BaseExceptionGroup) as error:
        return Repeats.NOT_TRIED if violation_in(error) is None else Repeats.YES
    return Repeats.NO
