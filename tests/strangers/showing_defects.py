"""Servers that break one promise about answers and lists each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from .change import defect
from .saving_defects import on

Entity = dict[str, Any]
CRITERIA = "R:GetAllWebhooks"


def shows(name: str, alter: Any) -> Any:
    return lambda hook, entity: on(name, alter)(entity)


def stars(secret: str) -> str:
    return "*" * len(secret)


def camel(_hook: Any, entity: Entity) -> Entity:
    return {key[:1].lower() + key[1:]: value for key, value in entity.items()}


def no_links(_hook: Any, entity: Entity) -> Entity:
    return {key: value for key, value in entity.items() if key != "_Links"}


def next_one(archive: str, hook_id: int) -> dict[str, str]:
    return {"Self": f"{archive}/{hook_id + 1}", "Archive": archive}


def relative(archive: str, hook_id: int) -> dict[str, str]:
    return {"Self": f"/api/v1/Webhook/{hook_id}", "Archive": "/api/v1/Webhook"}


def hour_late(moment: datetime) -> str:
    return (moment.astimezone(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_written(part: str) -> str:
    return part.strip().split("/", maxsplit=1)[0]


def untrimmed(part: str) -> str:
    return part.lower().split("/", maxsplit=1)[0]


def target_aside(name: str) -> str:
    return "" if name == "TargetUrl" else name.lower()


def starts(wanted: str, name: str) -> bool:
    return name.startswith(wanted)


def occurs(wanted: str, name: str) -> bool:
    return wanted in name


def first_only(wanted: str, events: list[str]) -> bool:
    return events[:1] == [wanted]


def occurs_in_events(wanted: str, events: list[str]) -> bool:
    return wanted in ",".join(events)


def any_for_stopped(wanted: str, state: str) -> bool:
    return wanted in {"Stopped", state}


def lumped(wanted: str, state: str) -> bool:
    return wanted == state or (wanted, state) == ("Stopped", "TooManyErrors")


def any_or_none(asked: list[bool]) -> bool:
    return any(asked) or not asked


def not_stopped(found: list[Any]) -> list[Any]:
    return [hook for hook in found if hook.values["State"] != "Stopped"]


def one_of_each_name(found: list[Any]) -> list[Any]:
    return list({hook.values["Name"]: hook for hook in found}.values())


def as_created(found: list[Any]) -> list[Any]:
    return [type(hook)(hook.id, hook.original, hook.registered, hook.updated) for hook in found]


def lacking(name: str) -> Any:
    return lambda entity: entity | {name: None}


SHOWING = (
    defect("id_text", "WebhookId is a text.", "S0: int32", show=shows("WebhookId", str)),
    defect(
        "state_number", "State is 1 for Active.", "S0", show=shows("State", ["", "Active", "Stopped"].index)
    ),
    defect("camel_case", "Properties are answered in camelCase.", "S0", show=camel),
    defect("events_text", "Events are one text.", "S0: Array", show=shows("Events", ",".join)),
    defect("secret_masked", "The Secret is answered as stars.", "S0: Secret", show=shows("Secret", stars)),
    defect("no_links", "There are no _Links.", "S0: WebhookWithLinks", show=no_links),
    defect("self_of_another", "Self is another webhook's.", "S0: _Links", "should", links=next_one),
    defect("self_relative", "Self has no host.", "S0's sample", "should", links=relative),
    defect("stamps_hour_late", "Dates say Z and are an hour late.", "S0: in UTC", stamp=hour_late),
    defect(
        "select_ignored", "$select changes nothing.", "S0: nulled out", unselected=lambda name, kept: kept
    ),
    defect("select_case", "$select minds case.", "S0", select_name=as_written, select_fold=str),
    defect("select_blanks", "A blank hides a selected name.", "S0", "robust", select_name=untrimmed),
    defect("select_loses_target", "TargetUrl cannot be selected.", "S0: include", select_fold=target_aside),
    defect("select_stores", "$select nulls the store.", "S0: in the result", select_stores=True),
)
LISTING = (
    defect("name_prefix", "The name filter takes prefixes.", CRITERIA, "should", name_matches=starts),
    defect("name_part", "The name filter takes parts.", CRITERIA, "should", name_matches=occurs),
    defect("event_first", "The event filter sees one event.", "S1: EventFilter", event_listed=first_only),
    defect("event_part", "The event filter takes parts.", CRITERIA, "should", event_listed=occurs_in_events),
    defect("stopped_unfiltered", "Stopped is no filter.", "S1: StatusFilter", state_matches=any_for_stopped),
    defect(
        "errors_stopped", "Stopped filters as TooManyErrors too.", "S1: StatusFilter", state_matches=lumped
    ),
    defect("filters_ored", "One filter passed is enough.", "S1: filter criteria", combine=any_or_none),
    defect("stopped_unlisted", "Lists lack Stopped webhooks.", "S1: all", arrange=not_stopped),
    defect("pages_of_50", "A list ends after 50.", "S1: all", arrange=lambda found: found[:50]),
    defect("pages_of_100", "A list ends after 100.", "S1: all", arrange=lambda found: found[:100]),
    defect("listed_by_name", "A list has each name once.", "S1: all", arrange=one_of_each_name),
    defect("list_stale", "Lists show webhooks as they were created.", "S1: Returns all", arrange=as_created),
    defect("list_lacks_secret", "Lists have no Secret.", "S1: Secret", show_listed=lacking("Secret")),
    defect("list_lacks_headers", "Lists have no Headers.", "S1: Headers", show_listed=lacking("Headers")),
    defect("list_wrapped", "The list is in an object.", "S1: array", listed=lambda found: {"value": found}),
)
