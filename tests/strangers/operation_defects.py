"""Servers that break one promise about the operations beside the four each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .change import defect
from .hooks import Hook, id_of
from .problems import refused

DEFAULT = "W:dev/subscription"
CLIENT = "official npm client"
REPLACED = "E:rest"


def proposed_and_saved(office: Any, entity: dict[str, Any]) -> dict[str, Any]:
    office.insert(office.complete({"Events": entity["Events"]}))
    return entity


def without(name: str) -> Any:
    return lambda filters: {key: value for key, value in filters.items() if key != name}


def as_created(hook: Hook) -> Hook:
    return Hook(hook.id, hook.original, hook.registered, hook.updated)


def select_but(method: str, path: str = "") -> Any:
    """$select is overlooked by one method, or by the paths that end so."""
    return lambda request: request.method != method or not request.path.endswith(path)


def merged(hook: Hook, given: dict[str, Any], complete: Any) -> dict[str, Any]:
    return hook.values | given


def bumped_but(way: str) -> Any:
    def bump(hook: Hook, now: datetime, done: str) -> None:
        hook.updated = hook.updated if done == way else now

    return bump


def reborn_by(way: str) -> Any:
    def bump(hook: Hook, now: datetime, done: str) -> None:
        hook.updated = now
        hook.registered = now if done == way else hook.registered

    return bump


def registered_as_claimed(hook: Hook, document: Any) -> None:
    if isinstance(document.get("Registered"), str):
        hook.registered = datetime.fromisoformat(document["Registered"])


def id_of_body(hook_id: int, document: Any) -> int:
    return id_of(document) or hook_id


def empty_for_nothing(document: Any) -> Any:
    return document or {}


def hidden(office: Any, hook_id: int) -> None:
    """A row that is only marked as deleted."""
    hook = office.hooks[hook_id]
    hook.values = hook.values | {"Type": "deleted"}


def shown_only(found: list[Any]) -> list[Any]:
    return [hook for hook in found if hook.values["Type"] != "deleted"]


def remembered(office: Any, hook_id: int) -> None:
    office.ghosts = [*getattr(office, "ghosts", []), office.hooks.pop(hook_id)]


def with_ghosts(office: Any) -> list[Any]:
    return [*office.all(), *getattr(office, "ghosts", [])]


def highest_and_one(office: Any, _wanted: int) -> int:
    return max(office.hooks, default=0) + 1


def saved_as_tested(office: Any, values: dict[str, Any]) -> None:
    office.insert(dict(values))


def exact_id(document: dict[str, Any]) -> Any:
    return document.get("WebhookId")


def demanded_id(document: dict[str, Any]) -> Any:
    found = id_of(document)
    if found is None:
        raise refused(400, "WebhookId is missing")
    return found


def pascal_only(name: str) -> str:
    return name.lower() if name[:1].isupper() else f"unknown {name}"


def swagger_only(name: str) -> str:
    return name if name == "WebhookId" else name.lower()


def nothing_for_none(text: str) -> str:
    return text or "No error"


def all_of_it(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"State": "Stopped"}


OPERATING = (
    defect("default_saved", "A default is saved.", DEFAULT, "should", proposed=proposed_and_saved),
    defect(
        "default_stopped",
        "A default is Stopped.",
        DEFAULT,
        "should",
        proposed=lambda _office, entity: all_of_it(entity),
    ),
    defect(
        "default_no_events",
        "A default has no Events.",
        DEFAULT,
        "should",
        proposed=lambda _office, entity: entity | {"Events": []},
    ),
    defect(
        "query_event_unfiltered",
        "GET overlooks eventFilter.",
        "R:GetAllWebhooks",
        "should",
        queried=without("eventfilter"),
    ),
    defect(
        "query_state_unfiltered",
        "GET overlooks statusFilter.",
        "R:GetAllWebhooks",
        "should",
        queried=without("statusfilter"),
    ),
    defect(
        "rest_list_stale", "GET lists what was created.", "R:GetAllWebhooks", "should", rest_listed=as_created
    ),
    defect("get_stale", "GET by id shows what was created.", "R:GetWebhook", "should", got=as_created),
    defect("get_unselected", "GET overlooks $select.", "R:GetWebhook", "should", selects=select_but("GET")),
    defect("put_unselected", "PUT overlooks $select.", "R:PutWebhook", "should", selects=select_but("PUT")),
    defect(
        "agent_get_unselected",
        "The agent's GetWebhook overlooks $select.",
        "A:GetWebhook",
        "should",
        selects=select_but("POST", "/GetWebhook"),
    ),
    defect("put_merges", "PUT and SaveWebhook merge.", REPLACED, "should", written_over=merged),
    defect("put_keeps_updated", "PUT leaves Updated.", "S0: Updated", "should", bump=bumped_but("put")),
    defect("put_registers", "PUT changes Registered.", "S0: Registered", "should", bump=reborn_by("put")),
    defect(
        "save_registers",
        "SaveWebhook changes Registered.",
        "S0: Registered",
        "should",
        bump=reborn_by("save"),
    ),
    defect(
        "put_believes_registered",
        "PUT takes Registered from its body.",
        "S0: Registered",
        "should",
        replaced=registered_as_claimed,
    ),
    defect("put_by_body", "PUT goes by the id in its body.", "R:PutWebhook", "should", put_id=id_of_body),
    defect("put_nothing", "PUT of null empties.", "R:PutWebhook: 400", "should", entity_of=empty_for_nothing),
    defect(
        "deleted_readable",
        "A deleted webhook can be read.",
        "R:DeleteWebhook",
        "should",
        removed=hidden,
        arrange=shown_only,
    ),
    defect(
        "deleted_told",
        "A deleted webhook is told.",
        "R:DeleteWebhook",
        "should",
        removed=remembered,
        audience=with_ghosts,
    ),
    defect(
        "ids_reused", "The highest id is given again.", "S0: Unique id", "should", next_id=highest_and_one
    ),
    defect("test_saves", "A test saves.", DEFAULT, "should", tested=saved_as_tested),
    defect(
        "test_succeeds", "A test is a success.", "R:TestWebhook", "should", test_succeeded=lambda status: True
    ),
    defect("error_without_error", "No error is told.", CLIENT, "should", error_told=nothing_for_none),
    defect("save_needs_id", "SaveWebhook needs an id.", "A:SaveWebhook", "should", saved_id=demanded_id),
    defect("save_exact_id", "SaveWebhook knows WebhookId only.", CLIENT, "should", saved_id=exact_id),
    defect("requests_pascal", "Agents know no camel case.", CLIENT, "should", request_name=pascal_only),
    defect(
        "delete_exact_name", "DeleteWebhook knows webhookId only.", "14.10", "should", query_name=swagger_only
    ),
    defect("null_body_refused", "Agents refuse the body null.", CLIENT, "should", null_bodies=False),
)
