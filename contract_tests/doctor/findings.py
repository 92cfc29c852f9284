"""What was found out, one line each, with advice where there is some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Mark = Literal["✓", "✗", "?"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact: ✓ is in order, ✗ keeps a run from beginning, ? may make it say less."""

    mark: Mark
    about: str
    says: str
    advice: str = ""


Findings = Iterator[Finding]


class Hopeless(Exception):  # noqa: N818  # it carries a finding
    """Nothing further can be looked at; the finding says why."""

    def __init__(self, about: str, says: str, advice: str) -> None:
        super().__init__(says)
        self.finding = Finding("✗", about, says, advice)


def fine(about: str, says: str) -> Finding:
    """In order."""
    return Finding("✓", about, says)


def doubtful(about: str, says: str, advice: str = "") -> Finding:
    """Worth knowing; a run can begin."""
    return Finding("?", about, says, advice)
