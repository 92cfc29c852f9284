"""Where the processes of a run's parts come from: forks of one that has loaded the suite, if that works."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing import forkserver, resource_tracker
from typing import TYPE_CHECKING

from contract_tests.kit import interruption

if TYPE_CHECKING:  # not every system has both
    from multiprocessing.context import ForkServerContext, SpawnContext

    Origin = ForkServerContext | SpawnContext

CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()


def begun(*, is_usual: bool) -> Origin:
    """Start the process that is forked later, and loads the suite meanwhile; what starts its forks.

    Where checks are to draw other values than the usual ones, or more, each fork loads them for itself. That
    process lets signals wait for ever, and ends when nobody is left who could ask it; its forks `heed` them.
    """
    resource_tracker.ensure_running()  # it would meddle with what is put off
    if CAN_FORK:
        forking = multiprocessing.get_context("forkserver")
        forking.set_forkserver_preload([f"contract_tests.{'loaded' if is_usual else 'checking'}"])
        # Its socket is in the directory for temporary files, whose name may be too long for one.
        with suppress(OSError), interruption.put_off():
            forkserver.ensure_running()
            return forking
    return multiprocessing.get_context("spawn")
