"""What a fault is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mock_server.behaviour import Behaviour


@dataclass(frozen=True, slots=True)
class Fault:
    """One promise broken in one way; the clause is the promise's id in `clauses.yaml`."""

    id: str
    clause: str
    says: str
    applied: Callable[[Behaviour], Behaviour]
