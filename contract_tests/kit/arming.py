"""Slow observations: made when the run begins, looked at when everything else is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from contract_tests.kit.run import Run

Experiment = Callable[[Run], Any]
Check = TypeVar("Check", bound=Callable[..., None])
EXPERIMENTS: dict[str, Experiment] = {}
HARMFUL: set[str] = set()


def armed(experiment: Experiment) -> Any:
    """Make an experiment of a function; checks get what it returned through a fixture of its name."""
    name = experiment.__name__
    EXPERIMENTS[name] = experiment

    @pytest.fixture(name=name)
    def observed(run: Run) -> Any:
        return run.observe(name)

    return observed


def harmful(experiment: Experiment) -> Any:
    """An experiment with a bad target: servers that deliver one by one are late with what comes after."""
    HARMFUL.add(experiment.__name__)
    return armed(experiment)


def needed(items: list[pytest.Item]) -> list[str]:
    """The experiments that the collected checks ask for, harmful ones last."""
    asked = {name for item in items for name in experiments_of(item)}
    return sorted((name for name in EXPERIMENTS if name in asked), key=HARMFUL.__contains__)


def experiments_of(item: pytest.Item) -> list[str]:
    """The experiments that a check looks at."""
    return [name for name in getattr(item, "fixturenames", ()) if name in EXPERIMENTS]


def last(check: Check) -> Check:
    """A check that keeps servers busy which deliver one by one: nothing is measured after it."""
    check.is_last = True  # type: ignore[attr-defined]  # for whoever puts the checks in order
    return check


def order(item: pytest.Item) -> tuple[bool, bool]:
    """Where a check stands among the others: first what looks at no experiment, then what does."""
    return hasattr(getattr(item, "function", None), "is_last"), is_late(item)


def is_slow(item: pytest.Item) -> bool:
    """True for a check that waits until something has failed more than once."""
    return bool(HARMFUL.intersection(experiments_of(item)))


def is_late(item: pytest.Item) -> bool:
    """True for a check that looks at an experiment."""
    return bool(experiments_of(item))
