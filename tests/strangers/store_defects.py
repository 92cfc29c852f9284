"""Servers that break one promise each about places, limits, or what outlives a request."""

from __future__ import annotations

import copy
import fnmatch
import json
import time
from typing import Any

from .change import defect
from .hooks import Hook
from .merge_defects import merging
from .patching import INDEX, MISSING, position
from .saving_defects import on

POINTER = "RFC 6901, 4"
TEST = "RFC 6902, 4.6"
SAVED = "S0: saved"
LAST = "S3: Webhook updated"


# ---- places


def from_the_end(token: str, size: int, operation: str) -> int | None:
    """Python's own indices count backwards, too."""
    if token.startswith("-") and token[1:].isdigit():
        return size - int(token[1:])
    return position(token, size, operation)


def any_number(token: str, size: int, operation: str) -> int | None:
    try:
        found = int(token)
    except ValueError:
        return position(token, size, operation)
    return found if 0 <= found < size + (operation == "add") else None


def beyond_is_last(token: str, size: int, operation: str) -> int | None:
    if operation == "add" and INDEX.fullmatch(token):
        return min(int(token), size)
    return position(token, size, operation)


def dash_is_last(token: str, size: int, operation: str) -> int | None:
    return size - 1 if token == "-" and operation != "add" else position(token, size, operation)


def nothing_is_null(value: Any) -> Any:
    return None if value is MISSING else value


def same_text(left: Any, right: Any) -> bool:
    return json.dumps(left) == json.dumps(right)


def emptied_by_nothing(_entity: Any, document: dict[str, Any]) -> dict[str, Any]:
    return document or {"Secret": None, "Headers": None}


def inner_kept(_entity: Any, document: dict[str, Any]) -> dict[str, Any]:
    inner = document.get("Properties")
    if not isinstance(inner, dict):
        return document
    return document | {"Properties": {key: value for key, value in inner.items() if value is not None}}


def registered_as_claimed(office: Any, hook: Hook, before: dict[str, Any], document: Any) -> Hook:
    if isinstance(document, dict) and isinstance(document.get("Registered"), str):
        hook.registered = office.now().replace(year=2016)
    return hook


# ---- limits


def cut(length: int) -> Any:
    return lambda text: text[:length]


def single_precision(value: Any) -> Any:
    """Numbers as a column of 32 bits has them."""
    if isinstance(value, dict):
        return {key: single_precision(item) for key, item in value.items()}
    big = isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**31
    return float(f"{value:.7g}") if big else value


def without_falsy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_falsy(item) for key, item in value.items() if item or isinstance(item, dict)}
    return value


def pattern(wanted: str, name: str) -> bool:
    return fnmatch.fnmatchcase(name, wanted)


def like(wanted: str, name: str) -> bool:
    """SQL's LIKE."""
    return fnmatch.fnmatchcase(name, wanted.replace("%", "*").replace("_", "?"))


def unheard_of_is_all(wanted: str, state: str) -> bool:
    return wanted in {"TooManyErrors", state}


# ---- what outlives a request


def leftover_kept(office: Any, hook: Hook, draft: dict[str, Any], listed: Any, refusal: Any) -> None:
    office.leftover = (hook.id, copy.deepcopy(draft))


def leftover_used(office: Any, hook: Hook, entity: dict[str, Any]) -> dict[str, Any]:
    hook_id, draft = getattr(office, "leftover", (0, {}))
    return draft if hook_id == hook.id else entity


def cached(hook: Hook) -> Hook:
    return Hook(hook.id, hook.copies.setdefault("item", dict(hook.values)), hook.registered, hook.updated)


def renewed_but_by(way: str) -> Any:
    def bump(hook: Hook, now: Any, done: str) -> None:
        hook.updated = now
        if done != way:
            hook.copies.clear()

    return bump


def indexed(hook: Hook) -> Hook:
    return Hook(hook.id, hook.copies.get("row", hook.original), hook.registered, hook.updated)


def indexed_but_by(way: str) -> Any:
    def bump(hook: Hook, now: Any, done: str) -> None:
        hook.updated = now
        if done != way:
            hook.copies["row"] = dict(hook.values)
        elif "row" not in hook.copies:
            hook.copies["row"] = hook.original

    return bump


def from_last_patch(office: Any, hook: Hook, entity: dict[str, Any]) -> dict[str, Any]:
    return entity | copy.deepcopy(hook.copies.get("patched", {}))


def patch_remembered(office: Any, hook: Hook, before: dict[str, Any], document: Any) -> Hook:
    hook.copies["patched"] = dict(hook.values)
    return hook


def refused_bumps(office: Any, hook: Hook, *_: Any) -> None:
    hook.values = hook.values | {"State": "Active"}


def member_by_member(office: Any, hook: Hook, values: dict[str, Any], way: str) -> None:
    office.turn = -getattr(office, "turn", -1)
    for name in list(values)[:: office.turn]:
        if hook.values[name] != values[name]:
            hook.values = hook.values | {name: values[name]}
            time.sleep(0.01)
    office.commit(hook, hook.values, way)


def raced(office: Any, _wanted: int) -> int:
    found = office.last_id
    time.sleep(0.02)
    office.last_id = found + 1
    return office.last_id


PLACES = (
    defect("index_negative", "Negative indices count from the end.", POINTER, position=from_the_end),
    defect("index_any_number", "01 and +1 are 1.", POINTER, "should", position=any_number),
    defect("add_anywhere", "add beyond the end appends.", "RFC 6902, 4.1", position=beyond_is_last),
    defect("dash_removes", "The dash is the last one for remove.", POINTER, "should", position=dash_is_last),
    defect("test_missing_null", "Nothing equals null.", TEST, "should", looked_up=nothing_is_null),
    defect("test_order_of_members", "Objects are compared as texts.", TEST, "should", equal=same_text),
    defect(
        "merge_nothing_empties",
        "An empty merge empties.",
        "RFC 7396, 2",
        "robust",
        merge_operations=merging(emptied_by_nothing),
    ),
    defect(
        "merge_inner_property",
        "Nulls in Properties are left.",
        "S3: RFC 7396",
        merge_operations=merging(inner_kept),
    ),
    defect("merge_registers", "A merge changes Registered.", "S3: Registered", patched=registered_as_claimed),
)
LIMITS = (
    defect("name_255", "Name is cut after 255.", "S0: Name", on_read=on("Name", cut(255))),
    defect("secret_255", "Secret is cut after 255.", "S0: Secret", on_read=on("Secret", cut(255))),
    defect("target_2048", "TargetUrl is cut.", "S0: TargetUrl", on_read=on("TargetUrl", cut(2048))),
    defect(
        "headers_20",
        "Only 20 Headers are kept.",
        "S0: Headers",
        on_read=on("Headers", lambda headers: dict(list(headers.items())[:20])),
    ),
    defect(
        "properties_rounded",
        "Long numbers are rounded.",
        "S0: Properties",
        on_read=on("Properties", single_precision),
    ),
    defect(
        "properties_falsy",
        "Zero and false are left out.",
        "S0: Properties",
        on_read=on("Properties", without_falsy),
    ),
    defect("name_pattern", "* and ? are wildcards.", "R:GetAllWebhooks", "should", name_matches=pattern),
    defect("name_like", "% and _ are wildcards.", "R:GetAllWebhooks", "should", name_matches=like),
    defect(
        "errors_unfiltered",
        "TooManyErrors is no filter.",
        "S1: StatusFilter",
        state_matches=unheard_of_is_all,
    ),
)
STORES = (
    defect(
        "draft_outlives",
        "The next patch has what a refused one did.",
        LAST,
        refused_patch=leftover_kept,
        started=leftover_used,
    ),
    defect("item_cached", "A merge is not seen by id.", LAST, got=cached, bump=renewed_but_by("merge")),
    defect(
        "item_cached_for_put",
        "A PUT is not seen by id.",
        SAVED,
        "should",
        got=cached,
        bump=renewed_but_by("put"),
    ),
    defect(
        "list_cached",
        "A merge is not seen in lists.",
        LAST,
        agent_listed=indexed,
        bump=indexed_but_by("merge"),
    ),
    defect(
        "put_undone",
        "A patch undoes a PUT.",
        SAVED,
        started=from_last_patch,
        patched=patch_remembered,
    ),
    defect("refused_starts", "A refused patch starts a webhook.", "S3: blocked", refused_patch=refused_bumps),
    defect(
        "torn_updates",
        "Two patches are mixed.",
        "RFC 5789, 2",
        "robust",
        serial=False,
        stored=member_by_member,
    ),
    defect(
        "ids_raced", "Ids are given twice.", "S0: Unique id", "should", serial_creates=False, next_id=raced
    ),
)
