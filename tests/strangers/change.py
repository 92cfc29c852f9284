"""How a named change of the rules is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Quirk:
    """A legal variation, and what leaves it open: a row of section 14 or 15, a standard, a page."""

    name: str
    says: str
    permitted_by: str
    change: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Defect:
    """One broken promise, where it was made, and how strictly it binds: must, should or robust."""

    name: str
    says: str
    source: str
    level: str
    change: Mapping[str, Any]
    clause: str = ""


def quirk(name: str, says: str, permitted_by: str, **change: Any) -> Quirk:
    return Quirk(name, says, permitted_by, change)


def defect(name: str, says: str, source: str, level: str = "must", **change: Any) -> Defect:
    return Defect(name, says, source, level, change)
