"""Where commands print: a reader that goes away, as `head` does, ends the printing and nothing else."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@cache
def _console() -> type[Console]:
    from rich.console import Console  # which takes a while to load

    class Patient(Console):
        def on_broken_pipe(self) -> None:
            """Print nothing more, so that the command comes to its end, and to its files and its status."""
            self.quiet = True
            # What is left in the buffer of the stream goes nowhere, without a complaint at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())

    return Patient


def out() -> Console:
    """Standard output."""
    return _console()(highlight=False)


def err() -> Console:
    """Standard error."""
    return _console()(stderr=True, highlight=False)
