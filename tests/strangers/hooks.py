"""A stored webhook, how a client's object is read into one and how one is shown."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .problems import refused

if TYPE_CHECKING:
    from .rules import Rules

STATES = ("Unknown", "Active", "Stopped", "TooManyErrors")
WRITABLE: dict[str, Any] = {
    "Name": None,
    "Events": None,
    "TargetUrl": None,
    "Secret": None,
    "State": "Active",
    "Type": "webhook",
    "Headers": None,
    "Properties": None,
    "ErrorsEmail": None,
}
READ_ONLY = ("WebhookId", "Registered", "RegisteredAssociate", "Updated", "UpdatedAssociate")
MEMBERS = (
    *("WebhookId", "Name", "Events", "TargetUrl", "Secret", "State", "Type", "Headers", "Properties"),
    *("Registered", "RegisteredAssociate", "Updated", "UpdatedAssociate", "ErrorsEmail"),
)
SPELLING = {name.lower(): name for name in (*MEMBERS, "_Links")}
ZERO_DATE = "0001-01-01T00:00:00"
WEB_PROTOCOLS = ("http", "https")


@dataclass(slots=True)
class Hook:
    """One row: what the client chose, what the server noted."""

    id: int
    values: dict[str, Any]
    registered: datetime
    updated: datetime | None = None
    calls: int = 0
    errors: int = 0
    consecutive: int = 0
    last_error: str = ""
    was_disabled: bool = False
    original: dict[str, Any] = field(init=False)
    copies: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.original = dict(self.values)

    @property
    def changed(self) -> datetime:
        return self.updated or self.registered


def read(document: Any, rules: Rules) -> dict[str, Any]:
    """The writable members of a client's object, spelled and typed as documented."""
    if not isinstance(document, dict):
        raise refused(rules.malformed_status, "a webhook is a JSON object")
    values = {}
    for key, value in document.items():
        name = SPELLING.get(key.lower())
        if name is None:
            if rules.unknown_member == "refuse":
                raise refused(400, f"a webhook has no property {key!r}")
        elif name in WRITABLE:
            values[name] = checked(name, value, rules)
        elif name == "WebhookId" and (isinstance(value, bool) or not isinstance(value, int | None)):
            raise refused(rules.malformed_status, "WebhookId is an integer")
    return values


def id_of(document: Any) -> Any:
    """The id a client's object names, in any case of its name."""
    members = document.items() if isinstance(document, dict) else ()
    return next((value for key, value in members if key.lower() == "webhookid"), None)


def checked(name: str, value: Any, rules: Rules) -> Any:
    """The value of one member, refused when its type is not the documented one."""
    if name == "State":
        return state_name(value, numbers=rules.state_numbers, status=rules.malformed_status)
    if value is None:
        return copy.deepcopy(rules.null_becomes.get(name, WRITABLE[name]))
    if name == "Events":
        fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    elif name == "Headers":
        fits = isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    elif name == "Properties":
        fits = isinstance(value, dict)
    else:
        fits = isinstance(value, str)
    if not fits:
        raise refused(rules.malformed_status, f"{name} cannot be {value!r}")
    return copy.deepcopy(value)


def state_name(value: Any, *, numbers: bool, status: int = 400) -> str:
    """The documented spelling of a state."""
    if value is None:
        return "Active"
    if numbers and str(value) in {"0", "1", "2", "3"} and not isinstance(value, bool):
        return STATES[int(value)]
    for state in STATES:
        if isinstance(value, str) and value.lower() == state.lower():
            return state
    raise refused(status, f"{value!r} is no webhook state")


def validate(values: dict[str, Any], rules: Rules) -> None:
    """Refuse a webhook that must not be saved."""
    name, target = values["Name"] or "", values["TargetUrl"] or ""
    if rules.name_required and not name.strip():
        raise refused(400, "a webhook needs a name")
    if rules.name_limit is not None and len(name) > rules.name_limit:
        raise refused(400, f"a name has at most {rules.name_limit} characters")
    if rules.known_types_only and values["Type"] not in {"webhook", "crmscript"}:
        raise refused(400, f"there is no plugin named {values['Type']!r}")
    if rules.events_required and not values["Events"]:
        raise refused(400, "a webhook needs an event")
    if values["Type"] == "crmscript":
        return
    if rules.target_required and not target.startswith(WEB_PROTOCOLS):
        raise refused(400, f"{target!r} is no URL")
    if rules.https_everywhere and not target.startswith("https://"):
        raise refused(400, f"Url {target!r} is missing https")
    if rules.https_off_loopback and insecure(target):
        raise refused(400, f"Url {target!r} is missing https")


def insecure(target: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:
        return True
    return parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}


def shown(hook: Hook, rules: Rules, linked: dict[str, str] | None = None) -> dict[str, Any]:
    """The webhook as the API describes it; links only where the page has them."""
    entity = {name: copy.deepcopy(hook.values.get(name)) for name in MEMBERS}
    entity["WebhookId"] = hook.id
    entity["Registered"] = rules.stamp(hook.registered)
    created = hook.updated is None and rules.zero_updated_at_creation
    entity["Updated"] = ZERO_DATE if created else rules.stamp(hook.changed)
    associate = copy.deepcopy(dict(rules.associate)) if rules.associate else None
    entity["RegisteredAssociate"] = associate
    entity["UpdatedAssociate"] = None if created else associate
    for name in rules.left_out:
        entity.pop(name)
    entity.update(copy.deepcopy(dict(rules.extra_members)))
    entity.update(rules.counters(hook))
    if linked is not None:
        entity["_Links"] = linked
    return rules.show(hook, entity)


def counted(hook: Hook) -> dict[str, Any]:
    """The counters that webhooks have from version 12 on."""
    return {
        "TotalCalls": hook.calls,
        "TotalErrors": hook.errors,
        "ConsecutiveErrors": hook.consecutive,
        "LastError": hook.last_error,
    }


def links(archive: str, hook_id: int) -> dict[str, str]:
    return {"Self": f"{archive}/{hook_id}", "Archive": archive}


def default_entity(rules: Rules) -> dict[str, Any]:
    """The webhook that CreateDefault proposes."""
    blank = Hook(0, {**WRITABLE, "Events": ["contact.created", "contact.deleted"]}, datetime.now(UTC))
    dates = {"Registered": ZERO_DATE, "Updated": ZERO_DATE}
    return shown(blank, rules) | dates | {"RegisteredAssociate": None, "UpdatedAssociate": None}


def select(entity: dict[str, Any], wanted: str | None, rules: Rules) -> dict[str, Any]:
    """The entity with everything nulled out that a $select does not name."""
    names = {rules.select_name(part) for part in (wanted or "").split(",") if part.strip()}
    if not names:
        return entity
    kept = {}
    for name, value in entity.items():
        if rules.select_fold(name) in names:
            kept[name] = value
        elif (left := rules.unselected(name, value)) is not DROPPED:
            kept[name] = left
    return kept


DROPPED = object()


def first_segment(part: str) -> str:
    """`Category/Id` selects from Category."""
    return part.strip().split("/")[0].lower()
