"""Spares the garbage collector what stays: to look through all that is loaded is a tenth of a short run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (10_000, 10, 10)  # checks leave hardly any circles behind


@contextmanager
def left_alone() -> Iterator[None]:
    """Collect nothing inside until all is `settled`; afterwards everything is as before."""
    was_on, threshold = gc.isenabled(), gc.get_threshold()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)
        (gc.enable if was_on else gc.disable)()


def settled() -> None:
    """What is there now stays; what comes from here on is collected now and then."""
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()
