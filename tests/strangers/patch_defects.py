"""Servers that break one promise of the PATCH page each."""

from __future__ import annotations

from typing import Any

from .change import defect
from .hooks import MEMBERS, WRITABLE, Hook
from .patching import same, supported, unescaped
from .problems import refused

ATOMIC = "RFC 6902, 5"
TEST = "RFC 6902, 4.6"
ADD = "RFC 6902, 4.1"
REMOVE = "RFC 6902, 4.2"


def stored(office: Any, hook: Hook, draft: dict[str, Any], listed: Any, refusal: Any) -> None:
    """What a failing patch had done so far stays done."""
    hook.values = office.complete({name: draft[name] for name in WRITABLE if name in draft})


def stored_if(holds: Any) -> Any:
    def keep(office: Any, hook: Hook, draft: dict[str, Any], listed: Any, refusal: Any) -> None:
        if holds(listed, refusal):
            stored(office, hook, draft, listed, refusal)

    return keep


def because(cause: str) -> Any:
    return stored_if(lambda listed, refusal: refusal.cause == cause)


def bumped(office: Any, hook: Hook, *_: Any) -> None:
    hook.updated = office.now()


def alike(alter: Any) -> Any:
    """Comparison after a change of both sides, at every depth."""

    def flat(value: Any) -> Any:
        if isinstance(value, dict):
            return alter({key: flat(item) for key, item in value.items()})
        return alter([flat(item) for item in value] if isinstance(value, list) else value)

    return lambda left, right: same(flat(left), flat(right))


def trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def texted(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def keys_only(value: Any) -> Any:
    return sorted(value) if isinstance(value, dict) else value


def in_order(value: Any) -> Any:
    return sorted(value, key=repr) if isinstance(value, list) else value


def filled(value: Any) -> Any:
    return None if value in ("", [], {}) else value


def subset(left: Any, right: Any) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return all(key in left and same(left[key], right[key]) for key in right)
    return same(left, right)


def arrays_pass(left: Any, right: Any) -> bool:
    return isinstance(left, list) or same(left, right)


def of_one_type(left: Any, right: Any) -> bool:
    return same(left, right) and type(left) is type(right)


def tests_first(listed: list[Any]) -> list[Any]:
    return sorted(listed, key=lambda operation: operation["op"] != "test")


def first_alone(listed: list[Any]) -> list[Any]:
    return listed[:1]


def null_is_missing(operation: Any, rules: Any) -> bool:
    if operation["op"] != "remove" and operation.get("value") is None:
        raise refused(400, f"{operation['op']} needs a value")
    return supported(operation, rules)


def leaving_out(operation_name: str) -> Any:
    return lambda operation, rules: operation["op"] != operation_name and supported(operation, rules)


def exact(token: str) -> str | None:
    return token if token in MEMBERS else None


def raw(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def slashed(path: str) -> list[str]:
    """Without its slash a path leads nowhere."""
    return [unescaped(part) for part in path[1:].split("/")] if path.startswith("/") else ["/"]


def wrongly_unescaped(path: str) -> list[str]:
    return [part.replace("~0", "~").replace("~1", "/") for part in path.removeprefix("/").split("/")]


def put_at(items: list[Any], position: int | None, value: Any) -> None:
    if position is None or position == len(items):
        items.append(value)
    else:
        items[position] = value


def put_first(items: list[Any], position: int | None, value: Any) -> None:
    items.insert(position or 0, value)


def put_late(items: list[Any], position: int | None, value: Any) -> None:
    items.insert(len(items) if position is None else position + 1, value)


def next_deleted(items: list[Any], position: int) -> None:
    del items[min(position + 1, len(items) - 1)]


def first_equal_deleted(items: list[Any], position: int) -> None:
    items.remove(items[position])


def alone(items: dict[str, Any], key: str, value: Any) -> None:
    items.clear()
    items[key] = value


def as_text(items: dict[str, Any], key: str, value: Any) -> None:
    items[key] = value if isinstance(value, str) else str(value)


def recaused(cause: str, status: int) -> Any:
    return lambda refusal: status if refusal.cause == cause else refusal.status


def last_failed(listed: list[Any], refusal: Any) -> bool:
    return refusal.position == len(listed) - 1


PATCHING = (
    defect("patch_204", "PATCH answers 204 without the webhook.", "S3: 200", patched_status=204),
    defect(
        "stored_to_conflict", "What precedes a failing test stays.", ATOMIC, refused_patch=because("conflict")
    ),
    defect(
        "stored_to_last",
        "What precedes a failing last operation stays.",
        ATOMIC,
        refused_patch=stored_if(last_failed),
    ),
    defect("stored_to_bad_path", "What precedes a bad path stays.", ATOMIC, refused_patch=because("path")),
    defect(
        "stored_to_move",
        "What precedes a move stays.",
        ATOMIC,
        operations_first=False,
        refused_patch=because("unsupported"),
    ),
    defect("conflict_bumps_updated", "A failing test changes Updated.", "S3: blocked", refused_patch=bumped),
    defect("conflict_412", "A failing test is answered 412.", "S3: 409", restatus=recaused("conflict", 412)),
    defect("conflict_400", "A failing test is answered 400.", "S3: 409", restatus=recaused("conflict", 400)),
    defect("test_caseless", "test ignores case.", TEST, equal=alike(lower)),
    defect("test_trims", "test ignores blanks around texts.", TEST, equal=alike(trimmed)),
    defect("test_text_for_number", "test takes '1' for 1.", TEST, equal=alike(texted)),
    defect("test_true_for_one", "test takes true for 1.", TEST, equal=lambda left, right: left == right),
    defect("test_names_only", "test compares the names in objects.", TEST, equal=alike(keys_only)),
    defect("test_part", "test takes a part of an object.", TEST, equal=subset),
    defect("test_any_array", "test passes for every array.", TEST, equal=arrays_pass),
    defect("test_orderless", "test ignores the order of arrays.", TEST, equal=alike(in_order)),
    defect("test_empty_for_null", "test takes '' for null.", TEST, "should", equal=alike(filled)),
    defect("test_passes", "test never fails.", "S3: 409", equal=lambda left, right: True),
    defect("test_one_point_zero", "test takes 1.0 for another number than 1.", TEST, equal=of_one_type),
    defect("tests_first", "A test does not see what precedes it.", "RFC 6902, 3", ordered=tests_first),
    defect("first_operation", "Only the first operation is done.", "RFC 6902, 3", ordered=first_alone),
    defect(
        "null_is_missing", "A value of null is refused as missing.", "RFC 6902, 4", supported=null_is_missing
    ),
    defect("move_skipped", "move is left out.", "S3: not supported", supported=leaving_out("move")),
    defect("copy_skipped", "copy is left out.", "S3: not supported", supported=leaving_out("copy")),
    defect("path_case", "Paths need the exact case.", "S3: case insensitive", member=exact),
    defect("path_slash", "Paths need their slash.", "S3: optional", tokens=slashed),
    defect("escapes_swapped", "~01 becomes a slash.", "RFC 6901, 4", tokens=wrongly_unescaped),
    defect("escapes_ignored", "~1 and ~0 mean themselves.", "RFC 6901, 4", tokens=raw),
    defect("add_replaces", "add at an index replaces.", ADD, insert=put_at),
    defect("dash_prepends", "add at '-' puts first.", "S3: /users/-", insert=put_first),
    defect("add_late", "add at an index inserts after it.", ADD, insert=put_late),
    defect("remove_next", "remove takes the next element.", REMOVE, delete=next_deleted),
    defect("remove_first_equal", "remove takes the first equal one.", REMOVE, delete=first_equal_deleted),
    defect("entry_alone", "Setting an entry drops the others.", ADD, assign=alone),
    defect("entry_text", "Setting an entry stores a text.", ADD, assign=as_text),
)
