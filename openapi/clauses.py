"""Reads `clauses.yaml`: one record per promise that any implementation is held to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any, Literal, get_args

from openapi.errors import BrokenRecord, UnknownClause
from openapi.files import read

FILE = "clauses.yaml"
ID = re.compile(r"[a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*)+")

Level = Literal["must", "should", "robust"]
Provenance = Literal["documented", "inherited", "assumed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One promise: what is true of an implementation, and which page says so.

    `silence` says what the documents leave open or contradict, and therefore every check accepts.
    """

    id: str
    level: Level
    provenance: Provenance
    says: str
    operations: tuple[str, ...]
    source: str
    seen: date
    silence: str = ""


OPTIONAL = {"silence"}
MEMBERS = {field.name for field in fields(Clause)} - {"id"}


@cache
def load() -> Mapping[str, Clause]:
    """Every clause by its id, in the order of the file."""
    return {id_: _clause(id_, record) for id_, record in read(FILE).items()}


def get(clause_id: str) -> Clause:
    """The clause of that id, or UnknownClause."""
    try:
        return load()[clause_id]
    except KeyError:
        raise UnknownClause(FILE, clause_id, "no such clause") from None


def _clause(clause_id: str, record: Mapping[str, Any]) -> Clause:
    if not ID.fullmatch(clause_id):
        raise BrokenRecord(FILE, clause_id, "an id is lower-case words joined by dots and hyphens")
    missing, unknown = MEMBERS - OPTIONAL - set(record), set(record) - MEMBERS
    if missing or unknown:
        raise BrokenRecord(FILE, clause_id, f"lacks {sorted(missing)}, has the unknown {sorted(unknown)}")
    for member, words in (("level", Level), ("provenance", Provenance)):
        if record[member] not in get_args(words):
            raise BrokenRecord(FILE, clause_id, f"{member} is one of {get_args(words)}")
    return Clause(id=clause_id, **{**record, "operations": tuple(record["operations"])})
