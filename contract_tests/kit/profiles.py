"""Which operations a run is about: all that is found, a profile of them, or what a file says is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openapi import clauses, document
from openapi.clauses import Clause

CORE = (
    "v1Webhook_PostWebhook",
    "v1Webhook_PatchWebhook",
    "v1WebhookAgent_GetAllWebhooks",
    "v1WebhookAgent_SignalEvent",
)
PROFILES = ("core", "rest", "agents", "all")
AGENTS = "v1WebhookAgent_"
# What a clause about something else may be shown with: the operation of its page, or one that does the same.
# Clauses whose id begins with the prefix are about the operation itself.
STAND_INS: Mapping[str, tuple[str, frozenset[str]]] = {
    "v1Webhook_PatchWebhook": (
        "webhook.patch.",
        frozenset({"v1Webhook_PatchWebhook", "v1Webhook_PutWebhook", "v1WebhookAgent_SaveWebhook"}),
    ),
    "v1WebhookAgent_SignalEvent": (
        "agent.signal.",
        frozenset({"v1WebhookAgent_SignalEvent", "v1Webhook_SignalEvent"}),
    ),
    "v1WebhookAgent_GetLastError": (
        "agent.last-error.",
        frozenset({"v1WebhookAgent_GetLastError", "v1Webhook_GetLastError"}),
    ),
}
# Their checks go through several operations, each for itself.
EACH_FOR_ITSELF = ("auth.", "robust.")


@dataclass(frozen=True, slots=True)
class Asked:
    """The operations that a run is about; `by` names who insists on them, and is empty when nobody does."""

    operations: frozenset[str]
    by: str = ""

    @property
    def demanded(self) -> frozenset[str]:
        """The operations that the target has to have."""
        return self.operations if self.by else frozenset()

    @property
    def clauses(self) -> frozenset[str]:
        """The ids of the clauses that can be asked about with these operations."""
        return frozenset(
            each.id
            for each in clauses.load().values()
            if all(group & self.operations for group in needs(each))
        )


def operations(profile: str) -> frozenset[str]:
    """The operation ids of a profile."""
    every = document.load().operations
    match profile:
        case "core":
            return frozenset(CORE)
        case "rest":
            return frozenset(each for each in every if not each.startswith(AGENTS))
        case "agents":
            return frozenset(each for each in every if each.startswith(AGENTS))
    return frozenset(every)


def needs(clause: Clause) -> list[frozenset[str]]:
    """Of each group one operation is needed, so that a clause can be asked about."""
    named = [each for each in clause.operations if each != "all"]
    if clause.id.startswith(EACH_FOR_ITSELF):
        return [frozenset(named)] if named else []
    return [_group(clause.id, each) for each in named]


def _group(clause_id: str, operation: str) -> frozenset[str]:
    page, alike = STAND_INS.get(operation, ("", frozenset()))
    return frozenset({operation}) if not page or clause_id.startswith(page) else alike


def label(operation: str) -> str:
    """An operation as people name it: `PUT /Webhook/{id}`."""
    return document.load().operations[operation].label
