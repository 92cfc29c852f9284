"""Runs trials side by side, each in a process that was forked when everything was imported."""

from __future__ import annotations

import importlib
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import entry_points
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import cast

from contract_tests.kit import interruption, properties
from contract_tests.proving.plan import Trial
from contract_tests.proving.trial import Finding

Run = Callable[[Trial], Finding]
# Forked, a process has the suite and hypothesis imported: a second less for each of some hundred runs.
# Nothing of one run is left for the next: what a check remembers of another run would excuse a failure.
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Worker:
    """A process at work on one trial, and where it will tell what it found."""

    trial: Trial
    process: BaseProcess
    told: Connection


def warm(*, seeded: bool = False) -> None:
    """Import every check, before the first fork; a failing example need not be made smaller for a proof."""
    properties.PHASES = properties.UNSHRUNK
    properties.DRAWING.repeats = not seeded
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    importlib.import_module("contract_tests.loaded")


def findings(trials: Iterable[Trial], jobs: int, run: Run) -> Iterator[Finding]:
    """What each trial finds, in the order in which they end."""
    waiting, working = deque(trials), list[Worker]()
    try:
        while waiting or working:
            while waiting and len(working) < jobs:
                # What a signal raises while a process is forked is lost: Python ignores it there.
                with interruption.put_off():
                    working.append(_started(waiting.popleft(), run))
            ready = set(wait([each.told for each in working]))
            for worker in [each for each in working if each.told in ready]:
                working.remove(worker)
                yield _ended(worker)
    finally:
        for worker in working:
            worker.process.terminate()
            worker.process.join()


def _started(trial: Trial, run: Run) -> Worker:
    told, telling = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_work, args=(run, trial, telling))
    process.start()
    telling.close()
    return Worker(trial, process, told)


def _work(run: Run, trial: Trial, telling: Connection) -> None:
    # Whoever ends it ends the server that it has started.
    with suppress(KeyboardInterrupt), interruption.orderly():
        interruption.heed()
        telling.send(run(trial))
    telling.close()


def _ended(worker: Worker) -> Finding:
    try:
        found = cast(Finding, worker.told.recv())
    except EOFError:
        found = Finding(worker.trial.id, problem="the process of this run ended without a word")
    worker.process.join()
    worker.told.close()
    return found
