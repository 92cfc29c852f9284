"""Legal variations, first half: what is saved, how it is shown, how it is patched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from .change import Quirk, quirk
from .choosy_quirks import CHOOSY
from .hooks import DROPPED, WRITABLE, ZERO_DATE, counted, id_of
from .listing import changed_since
from .patching import same
from .problems import refused
from .wire_quirks import DELIVERING, LISTING, ON_THE_WIRE


def stamped(zone: timezone, *, digits: int, suffix: bool) -> Any:
    """A way to write dates: in a zone, with so many digits of fraction, with or without the offset."""

    def stamp(moment: datetime) -> str:
        local = moment.astimezone(zone)
        fraction = f".{local.microsecond:06d}0"[: digits + 1] if digits else ""
        return local.strftime("%Y-%m-%dT%H:%M:%S") + fraction + (local.isoformat()[-6:] if suffix else "")

    return stamp


def zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def keeping(*names: str) -> Any:
    return lambda name, value: value if name in names else None


def type_default(name: str, value: Any) -> Any:
    """What a serializer writes for members that cannot be null."""
    return {"WebhookId": 0, "State": "Unknown", "Registered": ZERO_DATE, "Updated": ZERO_DATE}.get(name)


def proxied(archive: str, hook_id: int) -> dict[str, str]:
    return {"Self": f"https://crm.example.net/v1/Webhook/{hook_id}", "Archive": "https://crm.example.net/v1"}


def whole_only(hook: Any, given: dict[str, Any], complete: Any) -> dict[str, Any]:
    """A PUT has to name every member that a client can set."""
    missing = {*WRITABLE} - {*given}
    if missing:
        raise refused(400, f"a whole webhook has {sorted(missing)}")
    return complete(given)


def one_id(hook_id: int, document: Any) -> int:
    if id_of(document) not in {None, 0, hook_id}:
        raise refused(400, "the ids in the path and in the body differ")
    return hook_id


def scattered(office: Any, _wanted: int) -> int:
    """Ids of a sequence that other tables draw from too."""
    office.last_id += len(office.hooks) % 7
    return office.unused_id()


def knows_state_numbers(actual: Any, expected: Any) -> bool:
    numbers = {"Active": 1, "Stopped": 2, "TooManyErrors": 3}
    state = isinstance(actual, str) and isinstance(expected, int) and not isinstance(expected, bool)
    return numbers.get(actual) == expected if state else same(actual, expected)


def precisely_changed_since(header: str, hook: Any, *, merge: bool = False) -> bool:
    return changed_since(header, hook, precise=True)


PLUS_TWO = timezone(timedelta(hours=2))
IDENTITY = ("WebhookId", "State", "Registered", "Updated", "_Links")
LATER_MEMBERS = {
    **dict.fromkeys(("NotifyVia", "NotifyWhen"), "None"),
    **dict.fromkeys(("ErrorEmails", "ErrorAssociates"), ()),
    "Description": None,
}
MAPS = {"Headers": {}, "Properties": {}}
TEXTS = {"Name": "", "TargetUrl": "", "Secret": ""}
UNHEARD_OF = {"TableRight": None, "x-new": {"a": [1]}}

SAVING = (
    quirk("pings_saves", "Every save posts a test event that must get a 200.", "15.29", ping="save"),
    quirk("pings_new_targets", "A save that changes TargetUrl posts the test event.", "15.29", ping="target"),
    quirk("unknown_members_refused", "Unknown properties are refused.", "15.10", unknown_member="refuse"),
    quirk("name_required", "A blank name is refused.", "15.26", name_required=True),
    quirk("events_required", "A webhook without an event is refused.", "15.26", events_required=True),
    quirk("target_required", "A TargetUrl that is no URL is refused.", "15.26", target_required=True),
    quirk("name_at_most_100", "A name longer than the UI's limit is refused.", "15.27", name_limit=100),
    quirk("known_types_only", "Only webhook and crmscript are types.", "15.27", known_types_only=True),
    quirk("https_off_loopback", "Only this machine may be http.", "section 8.5", https_off_loopback=True),
    quirk("client_id_used", "A free WebhookId in a POST is used.", "15.16", client_id="use"),
    quirk("client_id_refused", "A WebhookId but 0 in a POST is refused.", "15.16", client_id="refuse"),
    quirk("state_numbers_read", "State is read as a number too.", "S0: 1=Active", state_numbers=True),
    quirk(
        "null_maps_empty", "Null Headers and Properties come back as {}.", "section 3.1", null_becomes=MAPS
    ),
    quirk("null_secret_empty", "A null Secret comes back as ''.", "section 3.1", null_becomes={"Secret": ""}),
    quirk("null_name_empty", "A null Name comes back as ''.", "15.3", null_becomes={"Name": ""}),
    quirk("null_mail_empty", "Null ErrorsEmail comes back as ''.", "15.3", null_becomes={"ErrorsEmail": ""}),
    quirk("null_events_empty", "Null Events come back as [].", "15.3", null_becomes={"Events": []}),
    quirk("malformed_415", "What cannot be read is answered 415.", "15.10", malformed_status=415),
    quirk("malformed_422", "What cannot be read is answered 422.", "15.10", malformed_status=422),
    quirk("any_media_type", "The request's Content-Type is not looked at.", "15.11", any_media=True),
    quirk("media_400", "An unsupported Content-Type is answered 400.", "15.11", media_status=400),
    quirk("put_whole_only", "A PUT that lacks members is refused.", "15.15", written_over=whole_only),
    quirk("put_one_id", "A PUT with another id in its body is refused.", "15.14", put_id=one_id),
    quirk("ids_scattered", "Ids have gaps.", "S0: Unique id", next_id=scattered),
    quirk("reactivation_keeps_errors", "A new start keeps the count.", "15.31", reactivation_resets=False),
)
SHOWING = (
    quirk(
        "stamps_like_samples",
        "Dates have 7 digits of fraction and the offset +02:00.",
        "S0, 14.33",
        stamp=stamped(PLUS_TWO, digits=7, suffix=True),
    ),
    quirk(
        "stamps_naive",
        "Dates are UTC without a suffix or a fraction.",
        "section 11",
        stamp=stamped(UTC, digits=0, suffix=False),
    ),
    quirk(
        "stamps_naive_fraction",
        "Dates are UTC with 7 digits, without a suffix.",
        "14.33",
        stamp=stamped(UTC, digits=7, suffix=False),
    ),
    quirk("stamps_zulu", "Dates are UTC to the second with a Z.", "14.31", stamp=zulu),
    quirk("updated_zero", "Updated is zero until the first update.", "15.41", zero_updated_at_creation=True),
    quirk("associates_null", "Associates are always null.", "14.15", associate=None),
    quirk("associates_more", "Associates have every member.", "S2", associate={"ExtraFields": {}}),
    quirk("no_errors_email", "The property set before 10.2.7.", "14.14, S2", left_out=("ErrorsEmail",)),
    quirk(
        "members_of_12",
        "The properties of version 12 are there too.",
        "14.14",
        extra_members=LATER_MEMBERS,
        counters=counted,
    ),
    quirk(
        "unheard_of_members", "Answers have undocumented members.", "JSON is open", extra_members=UNHEARD_OF
    ),
    quirk(
        "members_backwards",
        "Properties come in another order.",
        "14.42",
        arranged=lambda entity: dict(reversed(entity.items())),
    ),
    quirk("links_proxied", "Links have the host of a reverse proxy.", "section 3.2", links=proxied),
    quirk("select_drops", "What is not selected is absent.", "15.20", unselected=lambda *_: DROPPED),
    quirk("select_keeps_identity", "Id, State, dates, links stay.", "15.20", unselected=keeping(*IDENTITY)),
    quirk("select_type_defaults", "What is not selected has a default.", "15.20", unselected=type_default),
)
PATCHING = (
    quirk("unsupported_op_409", "move and copy are answered 409.", "15.1", unsupported_status=409),
    quirk("unsupported_op_415", "move and copy are answered 415.", "15.1", unsupported_status=415),
    quirk("unsupported_op_422", "move and copy are answered 422.", "15.1", unsupported_status=422),
    quirk("bad_path_409", "A path that leads nowhere is answered 409.", "15.2", patch_status=409),
    quirk("bad_path_422", "A path that leads nowhere is answered 422.", "15.2", patch_status=422),
    quirk("unknown_path_refused", "A path to an unknown property is refused.", "15.2", unknown_path="refuse"),
    quirk("read_only_refused", "What the server sets cannot be changed.", "section 3.1", read_only="refuse"),
    quirk("operations_in_turn", "move is noticed when its turn comes.", "15.40", operations_first=False),
    quirk("merge_shallow", "A merged object replaces the whole member.", "15.7", merge_deep=False),
    quirk(
        "merge_onto_events_refused", "Events merge with arrays only.", "section 4", merge_onto_array="refuse"
    ),
    quirk("removed_texts_empty", "Removing a text leaves ''.", "15.3", remove_leaves=TEXTS),
    quirk("removed_events_empty", "Removing Events leaves [].", "15.3", remove_leaves={"Events": []}),
    quirk("removed_maps_empty", "Removing a map leaves {}.", "15.3", remove_leaves=MAPS),
    quirk("added_array_appends", "An array added onto Events appends.", "15.4", add_array="append"),
    quirk("null_parent_refused", "Nothing is added into null.", "RFC 6902, 4.1", null_parent="refuse"),
    quirk("lenient_targets", "Missing entries can be replaced and removed.", "15.2", lenient_targets=True),
    quirk("empty_patch_refused", "An empty patch is refused.", "15.9", empty_patch="refuse"),
    quirk("noop_keeps_updated", "A patch without effect keeps Updated.", "14.41, 15.9", noop_bumps=False),
    quirk("test_knows_state_numbers", "test takes 1 for Active.", "15.5", equal=knows_state_numbers),
    quirk("unmodified_precisely", "Fractions of the second count.", "15.41", stale=precisely_changed_since),
    quirk("unmodified_for_patch_only", "PUT has no condition.", "14.30", condition_on=("PATCH",)),
    quirk("404_first", "404 precedes 400.", "15.40", stages=("missing", "body", "stale", "apply")),
    quirk("412_before_400", "412 precedes 400.", "15.40", stages=("missing", "stale", "body", "apply")),
    quirk("409_before_412", "409 precedes 412.", "15.40", stages=("body", "missing", "apply", "stale")),
)
ALL_QUIRKS: dict[str, Quirk] = {
    quirk.name: quirk
    for quirk in (*SAVING, *SHOWING, *PATCHING, *LISTING, *ON_THE_WIRE, *DELIVERING, *CHOOSY)
}
