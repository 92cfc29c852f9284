"""What `--list-faults` shows: for people, and for a program that tries every fault."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mock_server.faults import FAULTS
from mock_server.variations import VARIATIONS


def as_text() -> str:
    """A line for each fault: its id, the clause that it breaks, and how."""
    ids, clauses = max(map(len, FAULTS)), max(len(fault.clause) for fault in FAULTS.values())
    return "\n".join(f"{fault.id:{ids}}  {fault.clause:{clauses}}  {fault.says}" for fault in FAULTS.values())


def as_value() -> dict[str, Any]:
    """The faults, with the options that they need, and the variations, with how to start and to call each."""
    return {
        "faults": [
            {"id": fault.id, "clause": fault.clause, "says": fault.says, "options": fault.options}
            for fault in FAULTS.values()
        ],
        "variations": [asdict(variation) for variation in VARIATIONS],
    }
