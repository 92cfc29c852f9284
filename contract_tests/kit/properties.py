"""Hypothesis, set up for checks over HTTP: bounded, forgetful, and one exchange list per example."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from contract_tests.kit import removal
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import ContractViolation

EXAMPLES = 10
SHRINKING = 5.0  # seconds; shrinking over HTTP has no natural end
UNSHRUNK: tuple[Phase, ...] = (Phase.explicit, Phase.generate)
PHASES = (*UNSHRUNK, Phase.shrink)

Check = Callable[..., None]


@dataclass(slots=True)
class Drawing:
    """How many times the usual examples are tried, and whether they are the same each time.

    It is set before the checks are loaded.
    """

    times: int = 1
    repeats: bool = True


DRAWING = Drawing()


def given(examples: int = EXAMPLES, **strategies: Any) -> Callable[[Check], Check]:
    """Run a check for so many drawn values; a failure is shrunk, but not for ever."""

    def decorate(check: Check) -> Check:
        once = hypothesis.given(**strategies)(_example(check))
        return configured(examples)(as_dear_as(examples)(once))

    return decorate


def as_dear_as(examples: int) -> Callable[[Check], Check]:
    """Say of a check how many usual examples it takes as long as."""

    def decorate(check: Check) -> Check:
        check.examples = examples  # type: ignore[attr-defined]  # for whoever shares out the work
        return check

    return decorate


def examples_of(check: object) -> int:
    """How many examples a check tries, about; one where nothing is drawn."""
    return int(getattr(check, "examples", 1))


def configured(examples: int) -> settings:
    """The settings of one check."""
    return settings(
        max_examples=examples * DRAWING.times,
        derandomize=DRAWING.repeats,
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
        failures = turns.setdefault((id(run), run.turn), _Failures(len(run.target.made)))
        key = repr({name: value for name, value in drawn.items() if name != "run"})
        if failures.are_enough(key):
            return
        failures.begin(run)
        try:
            check(*args, **drawn)
        except ContractViolation:
            failures.note(key)
            run.failing = functools.partial(check, *args, **drawn)
            raise

    return example


class _Failures:
    """The failing examples of one check: when time is up, only they are tried again, step by step."""

    def __init__(self, made: int) -> None:
        self._keys: set[str] = set()
        self._until = float("inf")
        self._made = made

    def begin(self, run: Run) -> None:
        """Begin an example: what those before it made is removed, since a tenant may hold only so much."""
        removal.remove_checked(run.target, run.offered, self._made)
        run.target.begin()

    def are_enough(self, key: str) -> bool:
        """True when time is up, and what begins like this is not known to fail."""
        return time.monotonic() > self._until and not any(known.startswith(key) for known in self._keys)

    def note(self, key: str) -> None:
        self._keys.add(key)
        self._until = min(self._until, time.monotonic() + SHRINKING)


class History(RuleBasedStateMachine):
    """A state machine whose steps go through `step`, so that shrinking them ends in time."""

    def __init__(self, run: Run, failures: _Failures) -> None:
        super().__init__()
        self.run = run
        self._failures = failures
        self._steps = ""
        failures.begin(run)

    def step(self, name: str, do: Callable[[], None]) -> None:
        """Do one step; its name says all that was drawn for it."""
        self._steps += f"{name};"
        if self._failures.are_enough(self._steps):
            return
        try:
            do()
        except ContractViolation:
            self._failures.note(self._steps)
            raise


def histories(run: Run, machine: type[History], *, examples: int, steps: int) -> None:
    """Run so many histories of so many steps; one that fails is shrunk, but not for ever."""
    failures = _Failures(len(run.target.made))
    bounded = settings(configured(examples), stateful_step_count=steps)
    run_state_machine_as_test(lambda: machine(run, failures), settings=bounded)  # type: ignore[arg-type]
