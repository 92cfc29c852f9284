"""How long a delivery still waits, in seconds of its tenant's clock; moments are seconds since 1970."""

from __future__ import annotations

import time

# While a clock stands still the end of a wait is unknown: what is left of it stands above this moment.
FROZEN = 1e12


def due(wait: float, scale: float) -> float:
    """The moment when so many seconds of a clock have passed."""
    if scale or wait <= 0:
        return time.time() + (wait / scale if wait > 0 else 0.0)
    return FROZEN + wait


def left(moment: float, scale: float) -> float:
    """How many seconds of a clock are left before a moment."""
    if moment >= FROZEN:
        return moment - FROZEN
    return max(moment - time.time(), 0.0) * scale


def turn(moment: float | None) -> float | None:
    """When a turn makes sense; never while the clock stands still."""
    return None if moment is None or moment >= FROZEN else moment
