"""Hypothesis, set up for checks over HTTP: bounded, forgetful, and one exchange list per example."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings

from contract_tests.kit.verdicts import ContractViolation

EXAMPLES = 15
SHRINKING = 5.0  # seconds; shrinking over HTTP has no natural end
UNSHRUNK: tuple[Phase, ...] = (Phase.explicit, Phase.generate)
PHASES = (*UNSHRUNK, Phase.shrink)

Check = Callable[..., None]


@dataclass(slots=True)
class Depth:
    """How many times the usual number of examples is tried; set before the checks are loaded."""

    times: int = 1


DEPTH = Depth()


def given(examples: int = EXAMPLES, **strategies: Any) -> Callable[[Check], Check]:
    """Run a check for so many drawn values; a failure is shrunk, but not for ever."""

    def decorate(check: Check) -> Check:
        once = hypothesis.given(**strategies)(_example(check))
        once.examples = examples  # type: ignore[attr-defined]  # for whoever shares out the work
        return configured(examples)(once)

    return decorate


def examples_of(check: object) -> int:
    """How many examples a check tries, about; one where nothing is drawn."""
    return int(getattr(check, "examples", 1))


def configured(examples: int) -> settings:
    """The settings of one check."""
    return settings(
        max_examples=examples * DEPTH.times,
        phases=PHASES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )


def _example(check: Check) -> Check:
    turns: dict[tuple[int, int], _Failures] = {}

    @functools.wraps(check)
    def example(*args: Any, **drawn: Any) -> None:
        run = drawn["run"]
        failures = turns.setdefault((id(run), run.turn), _Failures())
        key = repr({name: value for name, value in drawn.items() if name != "run"})
        if failures.are_enough(key):
            return
        run.target.begin()
        try:
            check(*args, **drawn)
        except ContractViolation:
            failures.note(key)
            run.failing = functools.partial(check, *args, **drawn)
            raise

    return example


class _Failures:
    """The failing examples of one check: when time is up, only they are tried again."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._until = float("inf")

    def are_enough(self, key: str) -> bool:
        return time.monotonic() > self._until and key not in self._keys

    def note(self, key: str) -> None:
        self._keys.add(key)
        self._until = min(self._until, time.monotonic() + SHRINKING)
