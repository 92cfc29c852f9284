"""What a delivery tells: the JSON body of a request, or the variables of a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEST_EVENT = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, as all hooks that wait for it are told."""

    id: str
    timestamp: str
    name: str
    primary_key: int
    changes: tuple[str, ...]
    context: str
    associate_id: int
    # Events of a webhook's State are called after it in the header alone, and name no Entity.
    told: str | None = None
    values: Mapping[str, int] | None = None
    field_values: Mapping[str, Any] | None = None
    # What changed to what; scripts alone are told.
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def entity(self) -> str:
        """What it happened to: everything before the last dot of the name."""
        return self.name.rpartition(".")[0] or self.name


def payload(webhook: Mapping[str, Any], event: Event) -> dict[str, Any]:
    """The members in the order of the documented samples; the hook's Properties never replace them."""
    members = {
        "EventId": event.id,
        "Timestamp": event.timestamp,
        "Changes": list(event.changes),
        "Values": event.values,
        "Event": event.told or event.name,
        "PrimaryKey": event.primary_key,
        "Entity": None if event.told else event.entity,
        "ContextIdentifier": event.context,
        "ChangedByAssociateId": event.associate_id,
        "WebhookName": webhook["Name"] or "",
        "FieldValues": event.field_values,
    }
    own = webhook["Properties"] or {}
    shown = {name: value for name, value in members.items() if value is not None}
    return shown | {name: value for name, value in own.items() if name not in members}


def variables(webhook: Mapping[str, Any], event: Event) -> dict[str, Any]:
    """What a script finds: the event, each change with its value, and the hook's Properties."""
    built_in = {
        "ChangedByAssociateId": event.associate_id,
        **{f"Changes.{name}": value for name, value in event.data.items()},
        "ContextIdentifier": event.context,
        "Entity": event.entity,
        "Event": event.told or event.name,
        "EventId": event.id,
        "PrimaryKey": event.primary_key,
        "Timestamp": event.timestamp,
    }
    own = webhook["Properties"] or {}
    return built_in | {name: value for name, value in own.items() if name not in built_in}
