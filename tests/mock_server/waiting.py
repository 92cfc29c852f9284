"""Words for tests that wait for what happens in the background."""

from __future__ import annotations

import time


def until(condition, seconds=5.0):
    """Waits until something is so, and returns what it was."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def disabled(api, webhook_id=1):
    """The webhook, once nothing is sent to it any more."""
    return until(lambda: (hook := api.read(webhook_id))["State"] == "TooManyErrors" and hook)
