"""Ctrl-C and its like: a request that is under way is finished first, so that nothing it made gets lost."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))


class Interrupted(KeyboardInterrupt):
    """A signal asked for the end of the run."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


class _Waiting:
    """The sections that are not to be cut short, and the signal that came meanwhile."""

    sections = 0
    signal = 0
    notice = ""


def _come(number: int, _frame: FrameType | None) -> None:
    if not _Waiting.sections or _Waiting.signal:
        raise Interrupted(number)
    _Waiting.signal = number
    os.write(2, _Waiting.notice.encode())


def obeyed() -> Interrupted | None:
    """The interruption that was put off, which is now due."""
    number, _Waiting.signal = _Waiting.signal, 0
    return Interrupted(number) if number else None


@contextmanager
def finished_first(notice: str = "") -> Iterator[None]:
    """Put a signal off until the block ends; a second one ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _Waiting.notice
    _Waiting.sections, _Waiting.notice = _Waiting.sections + 1, notice or before
    try:
        yield
    finally:
        _Waiting.sections, _Waiting.notice = _Waiting.sections - 1, before
        if not _Waiting.sections and (interruption := obeyed()):
            raise interruption


@contextmanager
def orderly() -> Iterator[None]:
    """Turn signals into Interrupted for as long as the block runs; what was ignored stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(each, _come)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
