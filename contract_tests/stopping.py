"""What is told of a run while it goes on, and what ends one before it has a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from contract_tests.kit.exchange import Exchange
from contract_tests.kit.interruption import Interrupted
from contract_tests.kit.verdicts import Verdict

if TYPE_CHECKING:
    from contract_tests.kit.removal import Remnant

Progress = Callable[[int, int, Counter[Verdict]], None]
Observer = Callable[[Exchange], None]


class NothingAsked(LookupError):  # noqa: N818  # the name says what is wrong
    """No clause has the word that was asked for."""


class SuiteFailed(Exception):  # noqa: N818  # the same
    """The suite itself is at fault, not the target."""


class Stopped(KeyboardInterrupt):
    """Somebody ended the run: the exit status of that, and what is left behind."""

    def __init__(
        self, interruption: KeyboardInterrupt, left_behind: tuple[Remnant, ...], clean_up: str
    ) -> None:
        removed = "what the run had made was removed"
        ids = ", ".join(str(each.id) for each in left_behind)
        left = f"webhooks {ids} are left behind; {clean_up} removes them"
        super().__init__(f"interrupted; {left if left_behind else removed}")
        self.status = getattr(interruption, "status", 130)
        self.given = left_behind, clean_up

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """What makes it again in another process."""
        return type(self), (Interrupted(self.status - 128), *self.given)
