"""Ctrl-C and its like: a request that is under way is finished first, so that nothing it made gets lost."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))


class Interrupted(KeyboardInterrupt):
    """A signal asked for the end of the run."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


class _Waiting:
    """The sections that are not to be cut short, the signal that came meanwhile, and one that was raised.

    What is raised in a finalizer or in a callback of the garbage collector is lost: Python ignores it there.
    """

    sections = 0
    signal = 0
    raised = 0
    notice = ""


def _come(number: int, _frame: FrameType | None) -> None:
    if not _Waiting.sections or _Waiting.signal:
        _Waiting.raised = number
        raise Interrupted(number)
    _Waiting.signal = number
    os.write(2, _Waiting.notice.encode())


def obeyed() -> Interrupted | None:
    """The interruption that was put off, or lost, which is now due."""
    number = _Waiting.signal or _Waiting.raised
    _Waiting.signal = _Waiting.raised = 0
    return Interrupted(number) if number else None


@contextmanager
def finished_first(notice: str = "") -> Iterator[None]:
    """Put a signal off until the block ends; a second one ends it at once.

    With a notice it is the clean-up after a signal, or before one comes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _Waiting.notice
    _Waiting.sections, _Waiting.notice = _Waiting.sections + 1, notice or before
    _Waiting.raised = 0 if notice else _Waiting.raised
    try:
        yield
    finally:
        _Waiting.sections, _Waiting.notice = _Waiting.sections - 1, before
        if not _Waiting.sections and (interruption := obeyed()):
            raise interruption


@contextmanager
def orderly() -> Iterator[None]:
    """Turn signals into Interrupted for as long as the block runs."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda told: None if isinstance(told.exc_value, Interrupted) else before(told)
    try:
        with handled(_come):
            yield
    finally:
        sys.unraisablehook = before


@contextmanager
def handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle signals so for as long as the block runs; what was ignored stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each, earlier in before.items():
        if earlier is not signal.SIG_IGN:
            signal.signal(each, handler)
    try:
        yield
    finally:
        for each, earlier in before.items():
            signal.signal(each, earlier)


@contextmanager
def put_off() -> Iterator[None]:
    """Let signals wait until the block ends; processes that it starts let them wait until they `heed`."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def heed() -> None:
    """Let the signals come that have waited since this process was started."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
