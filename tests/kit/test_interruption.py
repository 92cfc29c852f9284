"""Signals that come at a bad moment."""

from __future__ import annotations

import gc
import signal

import pytest

from contract_tests.kit.interruption import Interrupted, finished_first, orderly


def test_a_signal_waits_for_the_end_of_a_block():
    """The block is done as a whole; then the signal is raised."""
    done = []

    def work() -> None:
        with finished_first():
            signal.raise_signal(signal.SIGTERM)
            done.append(1)

    with orderly(), pytest.raises(Interrupted) as raised:
        work()

    assert (done, raised.value.status) == ([1], 143)


def test_a_signal_that_python_has_ignored_is_raised_again(capfd):
    """In a callback of the garbage collector it comes to nothing, and without a word, but not for long."""

    def callback(phase: str, _info: object) -> None:
        if phase == "start":
            signal.raise_signal(signal.SIGINT)

    with orderly():
        gc.callbacks.append(callback)
        gc.collect()
        gc.callbacks.remove(callback)
        with pytest.raises(Interrupted) as raised, finished_first():
            pass

    assert raised.value.status == 130
    assert capfd.readouterr().err == ""


def test_a_signal_that_was_obeyed_is_not_raised_again():
    """The clean-up after it is not ended by it."""
    with orderly():
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGINT)
        with finished_first("cleaning up\n"), finished_first():
            pass
