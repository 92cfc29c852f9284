"""Runs the shards of a run at the same time, each in a process of its own, and puts them together again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from contract_tests import checking, receiving
from contract_tests.checking import Observer, Progress, Stopped
from contract_tests.kit.interruption import Interrupted, orderly
from contract_tests.kit.verdicts import Verdict
from contract_tests.options import arguments, reception
from contract_tests.reports import merging
from contract_tests.reports.report import Report

MOST = 4  # jobs that are worth their start
Asked = dict[str, Any]
Told = tuple[str, int, int, Counter[Verdict]]
_told: list[Any] = []  # the queue of this process


def usual(given: Mapping[str, Any], asked: Mapping[str, Any]) -> int:
    """How many jobs a run has that nobody said a word about: several only for all of our own mock."""
    is_whole = not asked["word"] and not asked["shard"] and asked["tier"] != "smoke"
    own = given["target"] is None and given["receiver_url"] is None and not reception(given).place[1]
    return min(MOST, os.cpu_count() or 1) if is_whole and own else 1


def check(
    given: Mapping[str, Any],
    *,
    jobs: int,
    progress: Progress,
    shard: str | None = None,
    observers: Sequence[Observer] = (),
    **asked: Any,
) -> Report:
    """One run in so many processes against one target; raises what `checking.check` raises.

    `given` are the options about target and receiver, by their names.
    """
    if jobs == 1:
        return checking.check(arguments(given), progress=progress, shard=shard, observers=observers, **asked)
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(orderly())
        # What all of them share is made before there are several.
        wanted = stack.enter_context(receiving.authority(reception(given)))
        url = given["target"] or stack.enter_context(receiving.mock(wanted, given["clock_scale"]))
        shared = {"target": url, "receiver_ca_out": wanted.ca_out, "rate": _shared(given["rate"], jobs)}
        options = arguments({**given, **shared})
        tell = stack.enter_context(_counted(jobs, progress))
        context = multiprocessing.get_context("spawn")
        pool = stack.enter_context(ProcessPoolExecutor(jobs, context, _begin, (tell,)))
        parts = [pool.submit(_part, options, asked, f"{each}/{jobs}") for each in range(1, jobs + 1)]
        whole = merging.merged(_finished(parts))
    return replace(whole, seconds=time.monotonic() - began)


def _shared(rate: float | None, jobs: int) -> float | None:
    """The rate of each part: together they keep to the one that was given."""
    return rate / jobs if rate else None


def _begin(tell: Any) -> None:
    _told.append(tell)


def _finished(parts: Sequence[Future[Report | Stopped]]) -> list[Report]:
    """The reports of all parts; when somebody ends the run each part cleans up first."""
    try:
        found = [part.result() for part in parts]
    except Interrupted as interruption:
        _pass_on(interruption)
        found = [part.result() for part in parts]
        raise next((each for each in found if isinstance(each, Stopped)), interruption) from None
    stopped = [each for each in found if isinstance(each, Stopped)]
    if stopped:
        raise stopped[0]
    return [each for each in found if isinstance(each, Report)]


def _pass_on(interruption: Interrupted) -> None:
    """Tell the parts; Ctrl-C has reached them by itself."""
    if interruption.status != 128 + signal.SIGINT:
        for process in multiprocessing.active_children():
            os.kill(process.pid or 0, signal.SIGTERM)


def _part(options: list[str], asked: Asked, shard: str) -> Report | Stopped:
    def progress(done: int, total: int, tally: Counter[Verdict]) -> None:
        _told[0].put((shard, done, total, tally))

    try:
        return checking.check(options, progress=progress, shard=shard, **asked)
    except Stopped as stopped:
        return stopped


@contextmanager
def _counted(jobs: int, progress: Progress) -> Iterator[Any]:
    """A queue for all processes; what they put there is added up and told."""
    tell = multiprocessing.get_context("spawn").Queue()
    thread = threading.Thread(target=_count, args=(tell.get, jobs, progress), daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        tell.put(None)
        thread.join()
        tell.close()


def _count(get: Callable[[], Told | None], jobs: int, progress: Progress) -> None:
    parts: dict[str, tuple[int, int, Counter[Verdict]]] = {}
    while (told := get()) is not None:
        parts[told[0]] = told[1:]
        if len(parts) == jobs:  # before that nobody knows how many there are
            done, total, tallies = zip(*parts.values(), strict=True)
            progress(sum(done), sum(total), sum(tallies, Counter()))
