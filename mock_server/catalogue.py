"""Events of SuperOffice's own records, whose payloads tell more than those of other names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RECORDS = frozenset(
    {
        "activity",
        "associate",
        "chatsession",
        "contact",
        "document",
        "person",
        "project",
        "projectmember",
        "relation",
        "sale",
        "salestakeholder",
        "ticket",
    }
)
WRITTEN = frozenset({"created", "changed"})
LIST = "list."


def field_values(name: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """FieldValues: what was written to a record; empty for entries of lists, and unknown elsewhere."""
    entity, _, verb = name.casefold().rpartition(".")
    if entity in RECORDS and verb in WRITTEN:
        return dict(data)
    return {} if entity.startswith(LIST) else None


def values(name: str, data: Mapping[str, Any]) -> dict[str, int] | None:
    """Values: the ids of a record that is gone, and of those it belonged to."""
    entity, _, verb = name.casefold().rpartition(".")
    if entity not in RECORDS or verb != "deleted":
        return None
    return {key: value for key, value in data.items() if type(value) is int} or None
