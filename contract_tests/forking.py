"""Where the processes of a run's parts come from: forks of one that has loaded the suite, if that works."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver, resource_tracker

from contract_tests.kit import interruption

CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
CONTEXT = multiprocessing.get_context("forkserver") if CAN_FORK else multiprocessing.get_context("spawn")


def begin(*, is_usual: bool) -> None:
    """Start the process that is forked later: it loads the suite meanwhile.

    Where checks are to draw other values than the usual ones, or more, each fork loads them for itself. That
    process lets signals wait for ever, and ends when nobody is left who could ask it; its forks `heed` them.
    """
    resource_tracker.ensure_running()  # it would meddle with what is put off
    if CAN_FORK:
        CONTEXT.set_forkserver_preload([f"contract_tests.{'loaded' if is_usual else 'checking'}"])
        with interruption.put_off():
            forkserver.ensure_running()
