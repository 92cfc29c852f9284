"""What a webhook is: its defaults, what only the server sets, and the rules it is saved by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from mock_server.clock import NEVER
from mock_server.fields import wrong
from mock_server.problems import Invalid, shown

Entity = dict[str, Any]

URL_HOOK = "webhook"
SCRIPT = "crmscript"
EVENTS_LIMIT = 4000

# CreateDefaultWebhook's answer, in the order of the documentation's tables.
DEFAULT: Mapping[str, Any] = {
    "WebhookId": 0,
    "Name": None,
    "Events": ["contact.created", "contact.deleted"],
    "TargetUrl": None,
    "Secret": None,
    "State": "Active",
    "Type": URL_HOOK,
    "Headers": None,
    "Properties": None,
    "Registered": NEVER,
    "RegisteredAssociate": None,
    "Updated": NEVER,
    "UpdatedAssociate": None,
    "ErrorsEmail": None,
    "ErrorEmails": None,
    "ErrorAssociates": None,
    "Description": None,
    "NotifyVia": "None",
    "NotifyWhen": "None",
    "TotalCalls": 0,
    "TotalErrors": 0,
    "ConsecutiveErrors": 0,
    "LastError": None,
}
SERVER_SET = frozenset(
    {
        "WebhookId",
        "Registered",
        "RegisteredAssociate",
        "Updated",
        "UpdatedAssociate",
        "TotalCalls",
        "TotalErrors",
        "ConsecutiveErrors",
        "LastError",
    }
)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BLANK = re.compile(r"[\s\x00-\x20\x7f]")
_EVENT = re.compile(r"[^\s,\x00-\x1f\x7f]+")


def blank() -> Entity:
    """A webhook before anybody filled it in."""
    return {**DEFAULT, "Events": list(DEFAULT["Events"])}


def new(sent: Mapping[str, Any]) -> Entity:
    """The webhook that a request describes; what it leaves out has its default."""
    entity = {**DEFAULT, "Events": None, **_notified(sent)}
    entity.update((name, value) for name, value in sent.items() if name not in SERVER_SET)
    return filled(entity)


def _notified(sent: Mapping[str, Any]) -> Entity:
    """The members of 12.0 as an older caller means them, who knows only ErrorsEmail; and the reverse."""
    old, several = sent.get("ErrorsEmail"), sent.get("ErrorEmails")
    told: Entity = {"ErrorEmails": [old] if old else [], "ErrorsEmail": several[0] if several else None}
    return {**told, "NotifyVia": "Email", "NotifyWhen": "Disabling"} if old or several else told


def filled(entity: Entity) -> Entity:
    """The same webhook with the empty values that a saved one has instead of null."""
    for name in ("Headers", "Properties"):
        if entity[name] is None:
            entity[name] = {}
    for name in ("Events", "ErrorEmails", "ErrorAssociates"):
        if entity[name] is None:
            entity[name] = []
    if entity["Secret"] is None:
        entity["Secret"] = ""
    for name in ("State", "Type", "NotifyVia", "NotifyWhen"):
        entity[name] = entity[name] or DEFAULT[name]
    return entity


def checked(entity: Entity) -> Entity:
    """The same webhook, if it may be saved."""
    _check_target(entity)
    for event in entity["Events"]:
        if not _EVENT.fullmatch(event):
            raise wrong("Events", "names without blanks and commas", event)
    if (length := len(",".join(entity["Events"]))) > EVENTS_LIMIT:
        raise Invalid(f"Events: expected at most {EVENTS_LIMIT} characters together, got {length}")
    for name, value in entity["Headers"].items():
        _check_header(name, value)
    return entity


def _check_target(entity: Entity) -> None:
    target = entity["TargetUrl"]
    if not target or not target.strip():
        raise wrong("TargetUrl", "a URL, or the name of a script", target)
    if is_url_hook(entity) and not is_http_url(target):
        raise wrong("TargetUrl", "an absolute http or https URL", target)


def _check_header(name: str, value: Any) -> None:
    if not _TOKEN.fullmatch(name):
        raise wrong("Headers", "names of letters, digits and !#$%&'*+-.^_`|~", name)
    if value is None or _CONTROL.search(value):
        raise Invalid(f"Headers.{name}: expected a text without control characters, got {shown(value)}")


def is_url_hook(entity: Mapping[str, Any]) -> bool:
    """Whether its events go out as HTTP requests."""
    return bool(entity["Type"].casefold() == URL_HOOK)


def is_script(entity: Mapping[str, Any]) -> bool:
    """Whether its events start a script of SuperOffice's own."""
    return bool(entity["Type"].casefold() == SCRIPT)


# The same few targets come with every save.
@lru_cache(maxsize=512)
def is_http_url(target: str) -> bool:
    """Whether a target can be asked at all."""
    # urlsplit passes over line breaks, and leaves blanks where they are.
    if _BLANK.search(target):
        return False
    try:
        parts = urlsplit(target)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def associate(associate_id: int, name: str) -> dict[str, Any]:
    """A user, as Registered- and UpdatedAssociate show one."""
    return {
        "AssociateId": associate_id,
        "Name": name,
        "PersonId": associate_id,
        "Rank": 1,
        "Tooltip": name,
        "Type": "InternalAssociate",
        "GroupIdx": 1,
        "FullName": name,
        "FormalName": name,
        "Deleted": False,
        "EjUserId": 0,
        "UserName": name,
        "TableRight": None,
        "FieldProperties": {},
    }
