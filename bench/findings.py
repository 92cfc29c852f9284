"""What a measurement finds: tables of figures, the targets that they are held against, and the raw values."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how often is measured."""

    rounds: int
    seconds: float
    requests: int
    quick: bool

    @property
    def starts(self) -> int:
        """How often what takes less than a second is measured."""
        return 2 if self.quick else 5

    @property
    def runs(self) -> int:
        """How often what takes minutes is measured."""
        return 1 if self.quick else min(self.rounds, 3)


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that was wished for, and what came."""

    says: str
    wished: str
    measured: str
    met: bool | None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "missed", None: "not measured"}[self.met]


def at_least(says: str, limit: float, measured: float | None, unit: str = "") -> Target:
    """A target that more is better for."""
    return _target(
        says, f"≥ {limit:g}{unit}", measured, unit, None if measured is None else measured >= limit
    )


def at_most(says: str, limit: float, measured: float | None, unit: str = "") -> Target:
    """A target that less is better for."""
    return _target(
        says, f"≤ {limit:g}{unit}", measured, unit, None if measured is None else measured <= limit
    )


def _target(says: str, wished: str, measured: float | None, unit: str, met: bool | None) -> Target:
    return Target(says, wished, "–" if measured is None else f"{figure(measured)}{unit}", met)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table with its method in words."""

    title: str
    method: str
    columns: Row
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    raw: Any = field(default_factory=dict)


def figure(value: float) -> str:
    """A number with three digits that count, and no more."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value: float, other: float) -> float:
    """How many times the one is the other."""
    return value / other if other else 0.0


def middle(values: list[float]) -> float:
    """The median; of no values it is zero."""
    return median(values) if values else 0.0
