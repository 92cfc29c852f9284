"""Runs the shards of a run at the same time, each in a process of its own, and puts them together again."""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

from contract_tests import forking, receiving
from contract_tests.kit import interruption
from contract_tests.kit.interruption import Interrupted
from contract_tests.options import arguments, reception
from contract_tests.part import MORE, Asked, Told, work
from contract_tests.shards import Shard
from contract_tests.stopping import Observer, Progress, Stopped, SuiteFailed
from contract_tests.tiers import depth

if TYPE_CHECKING:
    from contract_tests.forking import Origin
    from contract_tests.reports.report import Report

MOST = 4  # jobs that are worth their start
LOST = "a part of the run ended without a word; `webhook-contract clean` removes what it had made"


@dataclass(frozen=True, slots=True)
class Part:
    """A process at work on one shard, and where it tells how far it is and what came of it."""

    process: BaseProcess
    told: Connection


def usual(given: Mapping[str, Any], asked: Mapping[str, Any]) -> int:
    """How many jobs a run has that nobody said a word about: several only for all of our own mock."""
    is_whole = not asked["word"] and not asked["shard"] and asked["tier"] != "smoke"
    own = given["target"] is None and given["receiver_url"] is None and not reception(given).place[1]
    return min(MOST, 2 + (os.cpu_count() or 1)) if is_whole and own else 1  # they wait for the mock


def origin(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Origin:
    """What starts the parts; whoever asks for it early waits less."""
    return forking.begun(is_usual=given["seed"] is None and depth(asked["tier"]) == 1)


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
        return _checked(arguments(given), progress=progress, shard=shard, observers=observers, **asked)
    began = time.monotonic()
    started = partial(_started, origin(given, asked))
    from contract_tests.reports import merging  # which takes no longer than that process to start

    with ExitStack() as stack:
        stack.enter_context(interruption.orderly())
        # What all of them share is made before there are several.
        wanted = stack.enter_context(receiving.authority(reception(given)))
        url = given["target"] or stack.enter_context(receiving.mock(wanted, given["clock_scale"]))
        shared = {"target": url, "receiver_ca_out": wanted.ca_out, "rate": _shared(given["rate"], jobs)}
        options = arguments({**given, **shared})
        whole = merging.merged(_made(partial(started, options, asked), jobs, progress))
    return replace(whole, seconds=time.monotonic() - began)


def _checked(options: list[str], **asked: Any) -> Report:
    from contract_tests import checking  # which needs pytest, and who only waits for parts does not

    return checking.check(options, **asked)


def _shared(rate: float | None, jobs: int) -> float | None:
    """The rate of each part: together they keep to the one that was given."""
    return rate / jobs if rate else None


def _made(start: Callable[[Shard], Part], jobs: int, progress: Progress) -> list[Report]:
    """The reports of all parts; when somebody ends the run, or one of them fails, all clean up first."""
    parts: list[Part] = []
    signals: list[int] = []
    with _passed_on(parts, signals):
        try:
            for each in range(1, jobs + 1):
                parts.append(start(Shard(each, jobs)))
                if signals:  # it may have come before this part was there
                    parts[-1].process.terminate()
            ends = list(_ends(parts, progress))
        finally:
            _ended(parts)
    if stopped := [each for each in ends if isinstance(each, Stopped)]:
        raise _together(stopped, signals)
    return [each for each in ends if not isinstance(each, Stopped)]


@contextmanager
def _passed_on(parts: Sequence[Part], signals: list[int]) -> Iterator[None]:
    """Signals end the parts, not this process: each part cleans up, or stops doing so at the second one."""

    def pass_on(number: int, _frame: object) -> None:
        signals.append(number)
        for part in parts:
            part.process.terminate()

    with interruption.handled(pass_on):
        yield


def _started(origin: Origin, options: list[str], asked: Asked, shard: Shard) -> Part:
    told, telling = origin.Pipe()
    process = origin.Process(target=work, args=(options, asked, shard, telling))
    with interruption.put_off():  # until the part is there, and heeds what is passed on
        process.start()
    telling.close()
    return Part(process, told)


def _ends(parts: Sequence[Part], progress: Progress) -> Iterator[Report | Stopped]:
    """What came of each part, while their progress is added up and told; raises what a part has raised."""
    seen: dict[Connection, Told] = {}
    working = [part.told for part in parts]
    dealt = itertools.count()
    while working:
        for told in [each for each in wait(working) if isinstance(each, Connection)]:
            message = _message(told)
            if message == MORE:
                _deal(told, next(dealt))
                continue
            if isinstance(message, tuple):
                seen[told] = message
                _tell(progress, [*seen.values()])
                continue
            working.remove(told)
            if isinstance(message, Exception):
                raise message
            yield message


def _deal(told: Connection, place: int) -> None:
    with suppress(ConnectionError):  # a part may be gone that has just asked
        told.send(place)


def _message(told: Connection) -> Any:
    try:
        return told.recv()
    except (EOFError, ConnectionError):
        raise SuiteFailed(LOST) from None


def _tell(progress: Progress, seen: Sequence[Told]) -> None:
    done, whole, tallies = zip(*seen, strict=True)
    progress(sum(done), whole[0], sum(tallies, Counter()))


def _ended(parts: Sequence[Part]) -> None:
    """Wait for the parts; one that is still at work is not needed any more, and cleans up."""
    for part in parts:
        if part.process.is_alive():
            part.process.terminate()  # which who has told its end does not heed
        part.told.close()
    for part in parts:
        part.process.join()


def _together(stopped: Sequence[Stopped], signals: Sequence[int]) -> Stopped:
    """The end of the whole run: by the signal that came to it, with what all parts have left behind."""
    left = tuple(remnant for each in stopped for remnant in each.given[0])
    commands = " && ".join(dict.fromkeys(each.given[1] for each in stopped if each.given[0]))
    return Stopped(Interrupted(signals[0]) if signals else stopped[0], left, commands)
