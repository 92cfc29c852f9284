"""Servers that break one promise each about merging, the effects of a PATCH, and its condition."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from .change import defect
from .hooks import MEMBERS, Hook
from .listing import changed_since
from .patch_defects import recaused
from .patching import merge_operations

MERGED = "S3: RFC 7396"
INSENSITIVE = "S3: case insensitive"
STALE = "S3: 412"


def merging(
    before: Any = lambda entity, document: document, after: Any = lambda entity, listed: listed
) -> Any:
    """A conversion of merge patches that goes wrong before or after."""
    return lambda entity, document, rules: after(
        entity, merge_operations(entity, before(entity, document), rules)
    )


def first_only(_entity: Any, listed: list[Any]) -> list[Any]:
    return listed[:1]


def without_nulls(_entity: Any, document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}


def reset_too(_entity: Any, document: dict[str, Any]) -> dict[str, Any]:
    named = {key.lower() for key in document}
    absent = {name: None for name in ("Headers", "Properties", "ErrorsEmail") if name.lower() not in named}
    return absent | document


def exact_names(_entity: Any, document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key in MEMBERS}


def appended(entity: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    events = [*(entity["Events"] or []), *(document.get("Events") or [])]
    return document | {"Events": events} if isinstance(document.get("Events"), list) else document


def inner_nulls_kept(_entity: Any, document: dict[str, Any]) -> dict[str, Any]:
    kept = without_nulls(None, document.get("Headers") or {})
    return document | {"Headers": kept} if document.get("Headers") else document


def secret_lost(office: Any, hook: Hook, before: dict[str, Any], document: Any) -> Hook:
    if hook.values["Secret"] == before["Secret"]:
        hook.values = hook.values | {"Secret": None}
    return hook


def restarted(office: Any, hook: Hook, before: dict[str, Any], document: Any) -> Hook:
    if before["State"] == hook.values["State"]:
        hook.values = hook.values | {"State": "Active"}
    return hook


def namesakes_too(office: Any, hook: Hook, before: dict[str, Any], document: Any) -> Hook:
    """A store that finds its rows by name changes all of that name."""
    for other in office.all():
        if other.values["Name"] == before["Name"] and other is not hook:
            other.values = dict(hook.values)
    return hook


def as_before(office: Any, hook: Hook, before: dict[str, Any], document: Any) -> Hook:
    return Hook(hook.id, before, hook.registered, hook.updated)


def phantom(office: Any, hook_id: int) -> Hook:
    return Hook(hook_id, office.complete({}), office.now())


def left_behind(office: Any, hook_id: int) -> None:
    if hook_id < 2**31:
        office.hooks[hook_id] = phantom(office, hook_id)


def born_again(hook: Hook, now: Any, way: str) -> None:
    hook.updated = hook.registered = now


def only_by_operations(hook: Hook, now: Any, way: str) -> None:
    hook.updated = hook.updated if way == "merge" else now


def stored_anyway(office: Any, hook: Hook, document: Any) -> None:
    office.commit(hook, office.drafted(hook, document), "patch")


def merge_unchecked(header: str, hook: Hook, *, merge: bool) -> bool:
    return not merge and changed_since(header, hook)


def since_registered(header: str, hook: Hook, *, merge: bool) -> bool:
    return changed_since(header, Hook(hook.id, {}, hook.registered))


def in_local_time(header: str, hook: Hook, *, merge: bool) -> bool:
    """Takes GMT for a zone an hour behind."""
    limit = parsedate_to_datetime(header) + timedelta(hours=1)
    return changed_since(format_datetime(limit), hook)


def within_a_second(header: str, hook: Hook, *, merge: bool) -> bool:
    limit = parsedate_to_datetime(header) - timedelta(seconds=2)
    return changed_since(format_datetime(limit), hook)


CHANGING = (
    defect("merge_null_keeps", "Merged null does nothing.", MERGED, merge_operations=merging(without_nulls)),
    defect("merge_resets", "A merge resets the rest.", MERGED, merge_operations=merging(reset_too)),
    defect("merge_appends", "A merged array is appended.", MERGED, merge_operations=merging(appended)),
    defect("merge_case", "A merge minds case.", INSENSITIVE, merge_operations=merging(exact_names)),
    defect("merge_inner", "Nulls in Headers are left.", MERGED, merge_operations=merging(inner_nulls_kept)),
    defect("merge_first", "Only one member is merged.", MERGED, merge_operations=merging(after=first_only)),
    defect("patch_loses_secret", "PATCH nulls an untouched Secret.", "S3: changes", patched=secret_lost),
    defect("patch_starts", "PATCH makes a Stopped webhook Active.", "S3: changes", patched=restarted),
    defect("patch_namesakes", "PATCH changes all of that name.", "S3: id", patched=namesakes_too),
    defect("patch_answers_old", "PATCH answers what was before.", "S3: Response", patched=as_before),
    defect("patch_unknown_200", "PATCH of an unknown id: 200.", "S3: 404", unknown_patched=phantom),
    defect(
        "patch_unknown_creates",
        "PATCH creates an unknown id, with a 404.",
        "S3: 404",
        unknown_patched=left_behind,
    ),
    defect("lost_updates", "Of two patches at once one is lost.", "S3: test", "robust", serial=False),
    defect("updated_stays", "Updated never changes.", "S3: Updated", bump=lambda *_: None),
    defect("merge_keeps_updated", "A merge leaves Updated.", "S3: Updated", bump=only_by_operations),
    defect("registered_changes", "A PATCH changes Registered.", "S3: Registered", bump=born_again),
)
CONDITIONS = (
    defect("condition_ignored", "If-Unmodified-Since is ignored.", STALE, stale=lambda *_, **__: False),
    defect("condition_not_merged", "A merge ignores If-Unmodified-Since.", STALE, stale=merge_unchecked),
    defect("condition_fails", "If-Unmodified-Since always fails.", STALE, stale=lambda *_, **__: True),
    defect("condition_stores", "A 412 stores the changes.", "S3: aborted", refused_stale=stored_anyway),
    defect(
        "condition_registered",
        "If-Unmodified-Since is held against Registered.",
        STALE,
        stale=since_registered,
    ),
    defect(
        "condition_hour_off",
        "If-Unmodified-Since is read an hour late.",
        "RFC 9110, 5.6.7",
        stale=in_local_time,
    ),
    defect(
        "condition_second_off",
        "A condition a second after Updated fails.",
        STALE,
        "robust",
        stale=within_a_second,
    ),
    defect("stale_409", "A failed condition is answered 409.", STALE, restatus=recaused("stale", 409)),
)
