"""Runs the shards of a run at the same time, each in a process of its own, and puts them together again."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from contract_tests import checking, embedded
from contract_tests.checking import Progress
from contract_tests.report import Line, Report
from openapi import clauses

Asked = dict[str, Any]
_told: list[Any] = []  # the queue of this process


def check(
    options: list[str], *, jobs: int, progress: Progress, shard: str | None = None, **asked: Any
) -> Report:
    """One run in so many processes against one target; raises what `checking.check` raises."""
    if jobs == 1:
        return checking.check(options, progress=progress, shard=shard, **asked)
    began = time.monotonic()
    with ExitStack() as stack:
        if not any(each.startswith("--target=") for each in options):
            options = [*options, f"--target={stack.enter_context(embedded.mock())}"]
        tell = stack.enter_context(_counted(jobs, progress))
        context = multiprocessing.get_context("spawn")
        pool = stack.enter_context(ProcessPoolExecutor(jobs, context, _begin, (tell,)))
        parts = [pool.submit(_part, options, asked, f"{each}/{jobs}") for each in range(1, jobs + 1)]
        whole = merged([part.result() for part in parts])
    return replace(whole, seconds=time.monotonic() - began)


def merged(parts: Sequence[Report]) -> Report:
    """The reports of all shards as one: every clause is in one of them."""
    order = {clause_id: place for place, clause_id in enumerate(clauses.load())}

    def place(line: Line) -> int:
        return order[line.clause.id]

    return replace(
        parts[0],
        started=min(part.started for part in parts),
        seconds=max(part.seconds for part in parts),
        requests=sum(part.requests for part in parts),
        lines=tuple(sorted((line for part in parts for line in part.lines), key=place)),
        left_behind=tuple(each for part in parts for each in part.left_behind),
        missing=tuple(sorted({each for part in parts for each in part.missing})),
        shard="",
    )


def _begin(tell: Any) -> None:
    _told.append(tell)


def _part(options: list[str], asked: Asked, shard: str) -> Report:
    def progress(done: int, total: int) -> None:
        _told[0].put((shard, done, total))

    return checking.check(options, progress=progress, shard=shard, **asked)


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


def _count(get: Callable[[], tuple[str, int, int] | None], jobs: int, progress: Progress) -> None:
    parts: dict[str, tuple[int, int]] = {}
    while (told := get()) is not None:
        parts[told[0]] = told[1:]
        if len(parts) == jobs:  # before that nobody knows how many there are
            progress(sum(done for done, _ in parts.values()), sum(total for _, total in parts.values()))
