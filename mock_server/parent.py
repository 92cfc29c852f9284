"""The end of a mock whose parent is gone, even where nobody could tell it so."""

from __future__ import annotations

import os
import signal
import time
from threading import Thread

EVERY = 0.5  # seconds between two looks


def end_with(parent: int) -> None:
    """Ends the mock as SIGTERM does, soon after the process that has started it."""
    Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
