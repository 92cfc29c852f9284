"""One part of a run, in a process of its own: it asks for more to do, and tells how far it is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

from contract_tests.kit import interruption
from contract_tests.kit.interruption import Interrupted
from contract_tests.kit.verdicts import Verdict
from contract_tests.shards import Shard
from contract_tests.stopping import Stopped

if TYPE_CHECKING:
    from contract_tests.reports.report import Report

Asked = dict[str, Any]
Told = tuple[int, int, Counter[Verdict]]  # checks done, checks of all parts, and what they found
MORE = "more"  # what a part says when it is done with what it has taken
PAUSE = 0.1  # seconds between two words of how far a part is; nobody reads faster


@dataclass(slots=True)
class Caller:
    """The process that has started this one, and may be gone."""

    line: Connection
    _news: Told | None = None
    _told: float = 0.0

    def say(self, message: object) -> None:
        """Tell something."""
        with suppress(ConnectionError), interruption.finished_first():
            self.line.send(message)

    def follow(self, news: Told) -> None:
        """Tell how far this part is, unless that was told a moment ago."""
        self._news = news
        if time.monotonic() - self._told > PAUSE:
            self._tell_news()

    def _tell_news(self) -> None:
        self._told = time.monotonic()
        self.say(self._news)

    def deal(self) -> int:
        """The place of the next clause in the stock; after all of them where nobody deals any more."""
        self.say(MORE)
        try:
            return int(self.line.recv())
        except (EOFError, ConnectionError):
            return sys.maxsize

    def end(self, end: Report | BaseException) -> None:
        """Tell what came of this part."""
        if self._news is not None:
            self._tell_news()
        self.say(end)


def work(options: list[str], asked: Asked, shard: Shard, line: Connection) -> None:
    """All that such a process does."""
    for each in {*interruption.SIGNALS} - {signal.SIGTERM}:
        signal.signal(each, signal.SIG_IGN)  # what comes to all of them is passed on, once
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    caller = Caller(line)
    with interruption.orderly():
        end = _end(options, asked, shard, caller)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # all is done
        interruption.obeyed()
        caller.end(end)


def _end(options: list[str], asked: Asked, shard: Shard, caller: Caller) -> Report | BaseException:
    try:
        interruption.heed()
        return _checked(options, asked, shard, caller)
    except Interrupted as early:
        return Stopped(early, (), "")
    except (Stopped, Exception) as problem:  # raised again where there is somebody to tell
        return problem


def _checked(options: list[str], asked: Asked, shard: Shard, caller: Caller) -> Report:
    from contract_tests import checking, dealing  # which need pytest, and who only starts parts does not

    hand = dealing.Hand(shard, caller.deal)

    def progress(done: int, _own: int, tally: Counter[Verdict]) -> None:
        caller.follow((done, hand.whole, tally))

    return checking.check(options, progress=progress, plugins=[hand], **asked)


def _end_with(parent: BaseProcess) -> None:
    """Whoever kills the whole run cannot tell its parts to clean up."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
