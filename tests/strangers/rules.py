"""Every decision a server of this API makes, at the value the plain stranger has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

from . import delivery, entry, hooks, listing, patching, problems

Change = Mapping[str, Any]
ASSOCIATE = {
    "AssociateId": 7,
    "Name": "TJE",
    "PersonId": 12,
    "Rank": 3,
    "Tooltip": "Tjelvar",
    "Type": "InternalAssociate",
    "GroupIdx": 2,
    "FullName": "Tjelvar Jensen",
    "FormalName": "Jensen, Tjelvar",
    "Deleted": False,
    "EjUserId": 0,
    "UserName": None,
    "TableRight": None,
    "FieldProperties": {},
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The decisions; a quirk or a defect is another value for some of them."""

    # The wire.
    prefix: str = ""
    fold_paths: bool = True
    text: Callable[[Any], str] = delivery.compact
    charset: str = "; charset=utf-8"
    echo_accept: bool = True
    xml: str = "xml"
    chunked: bool = False
    close: bool = False
    reason: Callable[[int, str], str] = lambda status, _told: HTTPStatus(status).phrase
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    validators: bool = False
    typed_204: bool = False
    skew: float = 0.0
    error_object: Callable[[problems.Refusal], dict[str, Any]] = problems.both_messages
    error_form: Mapping[int, str] = field(default_factory=dict)
    restatus: Callable[[problems.Refusal], int] = lambda refusal: refusal.status
    unoffered_status: int = 404
    unheard_of_status: int = 404
    lacks: tuple[str, ...] = ()
    date_lag: float = 0.0
    bad_id_status: int = 400
    credentials: str = "any"
    wrong_credentials_status: int = 401
    known: Callable[[str, str], bool] = entry.same_credentials
    guarded: Callable[[Any], bool] = lambda _request: True
    admits_late: bool = False
    verb: Callable[[Any], str] = lambda request: request.method
    spoken: Callable[[Any, Mapping[str, str]], Any] = entry.spoken
    json_types: frozenset[str] = entry.JSON_TYPES
    media_type: Callable[[str], str] = entry.media_type
    welcome: Callable[[str], None] = entry.welcome
    labelled: Callable[[str], str] = lambda media: media
    xml_text: Callable[[str], str] = escape

    # A webhook in a request.
    malformed_status: int = 400
    media_status: int = 415
    any_media: bool = False
    unknown_member: str = "ignore"
    client_id: str = "ignore"
    state_numbers: bool = False
    name_required: bool = False
    name_limit: int | None = None
    known_types_only: bool = False
    events_required: bool = False
    target_required: bool = False
    https_off_loopback: bool = False
    https_everywhere: bool = False
    authorities: str | None = None
    ping: str = "never"
    null_becomes: Mapping[str, Any] = field(default_factory=dict)
    on_read: Callable[[dict[str, Any]], dict[str, Any]] = lambda values: values
    on_create: Callable[[dict[str, Any]], dict[str, Any]] = lambda values: values
    next_id: Callable[[Any, int], int] = lambda office, _wanted: office.unused_id()
    created_status: int = 200
    serial_creates: bool = True
    created: Callable[[Any, dict[str, Any]], Any] = lambda office, values: office.insert(values)
    refused_create: Callable[[Any, Any], None] = lambda _office, _document: None

    # A webhook in an answer.
    stamp: Callable[[datetime], str] = listing.utc_stamp
    zero_updated_at_creation: bool = False
    associate: Mapping[str, Any] | None = field(default_factory=lambda: ASSOCIATE)
    left_out: tuple[str, ...] = ()
    extra_members: Mapping[str, Any] = field(default_factory=dict)
    counters: Callable[[Any], Mapping[str, Any]] = lambda _hook: {}
    show: Callable[[Any, dict[str, Any]], dict[str, Any]] = lambda _hook, entity: entity
    arranged: Callable[[dict[str, Any]], dict[str, Any]] = lambda entity: entity
    told: Callable[[dict[str, Any]], dict[str, Any]] = lambda entity: entity
    links: Callable[[str, int], dict[str, str]] = hooks.links
    select_name: Callable[[str], str] = hooks.first_segment
    select_fold: Callable[[str], str] = str.lower
    unselected: Callable[[str, Any], Any] = lambda _name, _value: None
    select_stores: bool = False

    # Patching.
    stages: tuple[str, ...] = ("body", "missing", "stale", "apply")
    operations_first: bool = True
    unsupported_status: int = 400
    patch_status: int = 400
    unknown_path: str = "ignore"
    read_only: str = "ignore"
    remove_leaves: Mapping[str, Any] = field(default_factory=dict)
    add_array: str = "replace"
    null_parent: str = "create"
    lenient_targets: bool = False
    merge_deep: bool = True
    merge_onto_array: str = "append"
    empty_patch: str = "accept"
    noop_bumps: bool = True
    serial: bool = True
    ordered: Callable[[list[Any]], list[Any]] = lambda listed: listed
    supported: Callable[..., bool] = patching.supported
    equal: Callable[[Any, Any], bool] = patching.same
    tokens: Callable[[str], list[str]] = patching.tokens
    member: Callable[[str], str | None] = patching.member
    insert: Callable[[list[Any], int | None, Any], None] = patching.insert
    delete: Callable[[list[Any], int], None] = patching.delete
    assign: Callable[[dict[str, Any], str, Any], None] = patching.assign
    merge_operations: Callable[..., list[dict[str, Any]]] = patching.merge_operations
    refused_patch: Callable[..., None] = lambda _office, _hook, _draft, _listed, _refusal: None
    position: Callable[[str, int, str], int | None] = patching.position
    looked_up: Callable[[Any], Any] = lambda value: value
    started: Callable[..., dict[str, Any]] = lambda _office, _hook, entity: entity
    stored: Callable[..., None] = lambda office, hook, values, way: office.commit(hook, values, way)
    patched: Callable[..., Any] = lambda _office, hook, _before, _document: hook
    patched_status: int = 200
    unknown_patched: Callable[[Any, int], Any] = lambda _office, _hook_id: None
    stale: Callable[..., bool] = listing.changed_since
    condition_on: tuple[str, ...] = ("PATCH", "PUT", "DELETE")
    refused_stale: Callable[..., None] = lambda _office, _hook, _document: None
    bump: Callable[[Any, datetime, str], None] = lambda hook, now, _way: setattr(hook, "updated", now)
    reactivation_resets: bool = True

    # Listing and deleting.
    unfiltered: Callable[[Any], bool] = listing.empty
    name_matches: Callable[[str, str], bool] = listing.equal_names
    event_listed: Callable[[str, list[str]], bool] = listing.contains_event
    state_matches: Callable[[str, str], bool] = str.__eq__
    combine: Callable[[list[bool]], bool] = all
    arrange: Callable[[list[Any]], list[Any]] = listing.ascending
    filter_numbers: bool = False
    unknown_filter: str = "refuse"
    listed: Callable[[list[Any]], Any] = lambda entities: entities
    show_listed: Callable[[dict[str, Any]], dict[str, Any]] = lambda entity: entity
    delete_missing_status: int = 404

    # The other operations.
    query_name: Callable[[str], str] = str.lower
    request_name: Callable[[str], str] = str.lower
    null_bodies: bool = True
    proposed: Callable[[Any, dict[str, Any]], dict[str, Any]] = lambda _office, entity: entity
    queried: Callable[[dict[str, Any]], dict[str, Any]] = lambda filters: filters
    agent_listed: Callable[[Any], Any] = lambda hook: hook
    rest_listed: Callable[[Any], Any] = lambda hook: hook
    got: Callable[[Any], Any] = lambda hook: hook
    selects: Callable[[Any], bool] = lambda _request: True
    entity_of: Callable[[Any], Any] = lambda document: document
    put_id: Callable[[int, Any], int] = lambda hook_id, _document: hook_id
    saved_id: Callable[[dict[str, Any]], Any] = hooks.id_of
    written_over: Callable[..., dict[str, Any]] = lambda _hook, given, complete: complete(given)
    refused_put: Callable[[Any, int, Any], None] = lambda _office, _hook_id, _document: None
    replaced: Callable[[Any, Any], None] = lambda _hook, _document: None
    removed: Callable[[Any, int], None] = lambda office, hook_id: office.forget(hook_id)
    audience: Callable[[Any], list[Any]] = lambda office: office.all()
    tested: Callable[[Any, dict[str, Any]], None] = lambda _office, _values: None
    test_succeeded: Callable[[int], bool] = lambda status: status == 200
    error_told: Callable[[str], str] = lambda text: text

    # Events and deliveries.
    blank_event_status: int = 400
    signal_status: int = 204
    signalled: Callable[[delivery.Event], delivery.Event] = lambda event: event
    listens: Callable[[list[str], str], bool] = listing.listens
    subscriptions: Callable[[Any], list[str]] = lambda hook: hook.values["Events"] or []
    reached: Callable[[str], bool] = "Active".__eq__
    tried_again: Callable[[str], bool] = lambda _state: False
    posted_to: Callable[[str], bool] = "webhook".__eq__
    recipients: Callable[[list[Any]], list[Any]] = lambda listening: listening
    delivered: Callable[[Any], dict[str, Any]] = lambda hook: dict(hook.values)
    background: bool = True
    one_by_one: bool = False
    delay: Callable[[], float] = lambda: 0.0
    retry_waits: tuple[float, ...] = (1.0, 4.0)
    requeues: bool = False
    error_unit: str = "attempt"
    failures_allowed: int = 9
    gone_disables: bool = True
    success_resets: bool = True
    error_kept: Callable[[str, str], str] = lambda _before, now: now
    revives: bool = True
    announced: Callable[[str], bool] = lambda _state: True
    succeeded: Callable[[int], bool] = lambda status: status == 200
    state_event_with_id: bool = False
    http10: bool = False
    chunked_deliveries: bool = False
    payload_text: Callable[[Any], str] = delivery.compact
    payload: Callable[..., dict[str, Any]] = delivery.payload
    field_values: bool = True
    properties_at: str = "top"
    properties_win: bool = False
    custom_headers: Callable[[dict[str, str]], dict[str, str]] = lambda custom: custom
    custom_headers_win: bool = False
    extra_delivery_headers: Mapping[str, str] = field(default_factory=dict)
    header_case: Callable[[str], str] = lambda name: name
    header_event_id: Callable[[delivery.Event], str] = lambda event: event.id
    event_of_attempt: Callable[..., delivery.Event] = lambda event, _retry: event
    first_retry_header: bool = True
    test_event: str = "test"
    test_header: bool = True
    test_signed: bool = True
    sign: Callable[[str | None, bytes], str | None] = delivery.signature


def changed(rules: Rules, change: Change) -> Rules:
    """The rules with some decisions made otherwise; mappings are added to."""
    merged = {}
    for name, value in change.items():
        before = getattr(rules, name)
        merged[name] = {**before, **value} if isinstance(value, Mapping) and before else value
    return replace(rules, **merged)


DECISIONS = frozenset(decision.name for decision in fields(Rules))
