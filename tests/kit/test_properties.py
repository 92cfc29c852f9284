"""Checks over drawn values: how many, how long a failure is shrunk, and what is left of it."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from hypothesis import example
from hypothesis import strategies as st

from contract_tests.kit import properties, removal
from contract_tests.kit.properties import EXAMPLES, given
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import Blocked, ContractViolation, Unproved

from .servers import exchange

numbers = st.integers(0, 1_000_000)


@pytest.fixture
def run() -> SimpleNamespace:
    """As much of a run as a check over drawn values needs: a target that nothing is sent to."""
    return SimpleNamespace(turn=1, target=Target("http://127.0.0.1:9"), offered=frozenset(), drawn=[])


def ask(run: SimpleNamespace, number: int) -> None:
    """Note a drawn number, and two exchanges about it."""
    run.drawn.append(number)
    run.target.recent += [exchange("POST", f"/{number}"), exchange("GET", f"/{number}")]


def paths(run: SimpleNamespace) -> list[str]:
    """What the target remembers."""
    return [each.request.path for each in run.target.recent]


def test_what_an_example_made_is_removed_before_the_next(run, monkeypatch):
    """A tenant may hold only so much; what the check had before its examples stays."""
    removed = []
    monkeypatch.setattr(removal, "remove_checked", lambda _target, _offered, made: removed.append(made))
    run.target.ledger.claim(1, exchange("POST", "/Webhook"))

    @given(examples=3, number=numbers)
    def check(run, number):
        run.target.ledger.claim(number + 2, exchange("POST", "/Webhook"))

    check(run=run)
    assert removed == [1, 1, 1]


# ---- how many


@pytest.mark.parametrize("asked", [None, 1, 7])
def test_a_check_runs_for_so_many_values(run, asked):
    """A check that holds runs as often as it says, or as usual."""

    @given(**({} if asked is None else {"examples": asked}), number=numbers)
    def check(run, number):
        ask(run, number)

    check(run=run)
    assert len(run.drawn) == (EXAMPLES if asked is None else asked)


def test_examples_come_first(run):
    """Values that are written down come before those that are drawn, from the last to the first."""

    @given(examples=3, number=numbers)
    @example(number=-1)
    @example(number=-2)
    def check(run, number):
        ask(run, number)

    check(run=run)
    assert sorted(run.drawn[:2]) == [-2, -1]
    assert len(run.drawn) == 2 + 3


def test_the_same_values_are_drawn_again(run):
    """Without a seed the values do not change from run to run."""

    @given(examples=5, number=numbers)
    def check(run, number):
        ask(run, number)

    check(run=run)
    check(run=run)
    assert run.drawn[:5] == run.drawn[5:]


def test_a_check_takes_other_arguments(run):
    """Parameters of a check that are not drawn reach it as they are."""

    @given(examples=2, number=numbers)
    def check(run, number, form):
        run.drawn.append(form)

    check(run=run, form="merge-patch")
    assert run.drawn == ["merge-patch"] * 2


# ---- what is left of a failure


def test_a_failure_is_that_of_the_smallest_value(run):
    """The violation that is told is the one of the smallest value that fails."""

    @given(number=numbers)
    def check(run, number):
        ask(run, number)
        if number >= 1_000:
            raise ContractViolation("a number below 1000", str(number))

    with pytest.raises(ContractViolation) as raised:
        check(run=run)
    assert raised.value.came == "1000"
    assert run.drawn[-1] == 1_000


def test_the_last_exchanges_are_those_of_the_smallest_value(run):
    """After a failure the target remembers the exchanges of the value that is told, and no other."""

    @given(number=numbers)
    def check(run, number):
        ask(run, number)
        if number >= 1_000:
            raise ContractViolation("a number below 1000", str(number))

    with pytest.raises(ContractViolation):
        check(run=run)
    assert paths(run) == ["/1000", "/1000"]


def test_a_written_example_that_fails_is_told_as_it_is(run):
    """A value that is written down is not shrunk, and its exchanges are kept."""

    @given(number=numbers)
    @example(number=77_777)
    def check(run, number):
        ask(run, number)
        if number >= 1_000:
            raise ContractViolation("a number below 1000", str(number))

    with pytest.raises(ContractViolation, match="came 77777"):
        check(run=run)
    assert paths(run) == ["/77777", "/77777"]
    assert run.drawn == [77_777]


def test_each_value_begins_with_an_empty_memory(run):
    """After a check that holds only the exchanges of its last value are remembered."""
    run.target.recent.append(exchange("POST", "/before"))

    @given(examples=3, number=numbers)
    def check(run, number):
        ask(run, number)

    check(run=run)
    assert paths(run) == [f"/{run.drawn[-1]}"] * 2


# ---- how long


def test_shrinking_has_an_end(run, monkeypatch):
    """When the time for shrinking is over no new value is tried, and the smallest so far is told."""
    monkeypatch.setattr(properties, "SHRINKING", 0.2)
    tried: dict[str, float] = {}
    failed: list[float] = []

    @given(listed=st.lists(numbers, min_size=8, max_size=10))
    def check(run, listed):
        tried.setdefault(str(listed), time.monotonic())
        run.target.recent.append(exchange("POST", f"/{listed}"))
        time.sleep(0.03)
        if sum(listed) > 1_000:
            failed.append(time.monotonic())
            raise ContractViolation("a small sum", str(listed))

    with pytest.raises(ContractViolation) as raised:
        check(run=run)
    assert max(tried.values()) - failed[0] < 0.2 + 0.3
    assert paths(run) == [f"/{raised.value.came}"]


def test_without_a_failure_time_is_no_matter(run, monkeypatch):
    """Only shrinking has an end: a check that holds is never cut short."""
    monkeypatch.setattr(properties, "SHRINKING", 0.0)

    @given(examples=5, number=numbers)
    def check(run, number):
        ask(run, number)

    check(run=run)
    assert len(run.drawn) == 5


# ---- other endings


@pytest.mark.parametrize("ending", [Blocked("the set-up failed"), Unproved("nothing seen"), KeyError("ours")])
def test_what_is_no_violation_passes_through(run, ending):
    """What blocks a check, or breaks it, is raised as it is."""

    @given(number=numbers)
    def check(run, number):
        ask(run, number)
        raise ending

    with pytest.raises(type(ending)) as raised:
        check(run=run)
    assert raised.value is ending


def test_a_violation_that_comes_and_goes_is_still_told(run):
    """A failure that cannot be repeated ends as a failure, with the violation inside."""

    @given(number=numbers)
    def check(run, number):
        ask(run, number)
        if len(run.drawn) == 1:
            raise ContractViolation("the same answer", "another")

    with pytest.raises(BaseExceptionGroup) as raised:
        check(run=run)
    assert raised.value.subgroup(ContractViolation) is not None


def test_time_that_one_check_took_is_not_taken_from_the_next(run, monkeypatch):
    """A check that failed long ago does not let the next turn of the same check pass unasked."""
    monkeypatch.setattr(properties, "SHRINKING", 0.0)

    @given(examples=20, number=numbers)
    def check(run, number):
        ask(run, number)
        raise ContractViolation("nothing", "something")

    for run.turn in (1, 2):
        run.drawn.clear()
        with pytest.raises(ContractViolation):
            check(run=run)

        assert run.drawn
