"""How much a run looks for: the main promises in a few seconds, all of them, or all ten times deeper."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TIERS = ("smoke", "standard", "deep")
DEEP = 10  # times as many examples
SMOKE = Path(__file__).with_name("smoke.txt")


@cache
def smoke() -> frozenset[str]:
    """The clauses of the tier smoke: one or two for each main promise, and none that has to wait."""
    lines = SMOKE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def depth(tier: str) -> int:
    """How many times the usual examples a tier tries."""
    return DEEP if tier == "deep" else 1
