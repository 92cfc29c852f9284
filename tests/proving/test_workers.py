"""Trials run side by side, and nothing of one is left for another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from contract_tests.proving.plan import Trial
from contract_tests.proving.trial import Finding
from contract_tests.proving.workers import findings

# Hooks of forks cannot be taken back: a process of its own.
INTERRUPTED = """
import os, signal
from contract_tests.kit import interruption
from contract_tests.proving import workers
from contract_tests.proving.plan import Trial
from contract_tests.proving.trial import Finding

os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
with interruption.orderly():
    list(workers.findings([Trial("one", ""), Trial("two", "")], 1, lambda trial: Finding(trial.id)))
"""
TRIALS = [Trial(name, name) for name in ("one", "two", "three", "four", "five")]


def told(trial: Trial) -> Finding:
    """A finding that tells its process."""
    return Finding(trial.id, checks=os.getpid())


def dying(trial: Trial) -> Finding:
    """A run that takes its process with it."""
    if trial.id == "two":
        os._exit(9)
    return Finding(trial.id)


def slow(trial: Trial) -> Finding:
    """A run that would take very long."""
    time.sleep(600)
    return Finding(trial.id)


def test_every_run_has_a_process_of_its_own():
    """More runs than jobs, each once, none in this process."""
    found = list(findings(TRIALS, 2, told))

    assert sorted(each.id for each in found) == sorted(each.id for each in TRIALS)
    assert len({each.checks for each in found} | {os.getpid()}) == len(TRIALS) + 1


def test_a_run_that_dies_is_a_finding():
    """The others go on."""
    found = {each.id: each.problem for each in findings(TRIALS, 3, dying)}

    assert found.pop("two") == "the process of this run ended without a word"
    assert not any(found.values())


def test_runs_end_with_whoever_asked_for_them():
    """Nobody waits for what is not wanted any more."""
    began = time.monotonic()
    running = findings(
        [Trial("quick", "quick"), Trial("slow", "slow")],
        2,
        lambda trial: slow(trial) if trial.id == "slow" else told(trial),
    )
    assert next(running).id == "quick"
    running.close()

    assert time.monotonic() - began < 60


def test_a_signal_that_comes_while_a_process_is_forked_is_obeyed():
    """Python ignores what is raised in the hooks of a fork."""
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.returncode in (1, 130, -signal.SIGINT)
    assert ended.stderr.rstrip().endswith("interruption.Interrupted: 2")
