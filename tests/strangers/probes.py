"""For every defect something to do that shows it: the outcome differs from a plain server's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from . import asking_probes, failing_probes, operation_probes, telling_probes
from .visitor import Visitor, steady

Probe = Callable[[Visitor], Any]
DATES = ("Registered", "Updated")
LONG_SECRET = "schlüssel" * 9


def everything(visitor: Visitor) -> Any:
    status, entity = visitor.post(
        Name=" Cafe\u0301 \U0001f980 ",
        Events=["c.D", "a.b", "a.b", *map(str, range(10))],
        Secret=" s ",
        State="Stopped",
        Headers={"X-B": "1", "X-A": "2"},
        Properties={"fieldName": {"innerName": 1}, "n": 2},
        ErrorsEmail="a@example.com",
        TargetUrl="http://127.0.0.1:9/x?y=1",
    )
    links = entity.get("_Links") or {"Self": ""}
    since = datetime.now(UTC) - datetime.fromisoformat(entity.get("Registered", "2001-01-01T00:00Z"))
    linked = (links["Self"].rpartition("/")[2], links["Self"][:4])
    return (
        status,
        steady(entity),
        entity.get("TargetUrl"),
        linked,
        since.total_seconds() < 60 and since.days == 0,
    )


def listed(visitor: Visitor) -> Any:
    visitor.made(Headers={"A": "1"}, Properties={"p": 1})
    visitor.made(State="Stopped")
    return steady(visitor.all())


def active(visitor: Visitor) -> Any:
    return visitor.post()[1].get("State")


def posted_again(visitor: Visitor) -> Any:
    visitor.made()
    return visitor.made(WebhookId=1, Secret="t"), len(visitor.all())


def refusals(visitor: Visitor) -> Any:
    statuses = [visitor.post(State="bogus")[0], visitor.ask("POST", "Webhook", b'{"Name": ')[0]]
    return [*statuses, visitor.patch(2**31, [])[0], len(visitor.all())]


def selections(visitor: Visitor) -> Any:
    answers = [visitor.post("?$select=" + names)[1] for names in ("name", "Name,%20secret", "targeturl")]
    selected = [sorted(name for name, value in answer.items() if value is not None) for answer in answers]
    return selected, steady(visitor.all())


def filtered(visitor: Visitor) -> Any:
    visitor.made(Name="ab", Events=["sale.created", "a.b"])
    visitor.made(Name="abc", Events=["x.sale.created"], State="Stopped")
    asked = [{"NameFilter": name} for name in ("ab", "b")]
    asked += [{"EventFilter": name} for name in ("a.b", "sale.created")]
    asked += [{"StatusFilter": "Stopped"}, {"NameFilter": "ab", "StatusFilter": "Stopped"}]
    return [steady(visitor.all(**filters)) for filters in asked]


def many(visitor: Visitor) -> Any:
    for number in range(103):
        visitor.made(Name=str(number))
    return len(visitor.all())


def patched(document: Any) -> Probe:
    """The outcome of one patch, and what is stored afterwards, of two webhooks of one name."""

    def probe(visitor: Visitor) -> Any:
        members = {"Name": "Abc", "Events": ["e0", "e1", "e0"], "State": "Stopped", "ErrorsEmail": "m"}
        full = {
            "Headers": {"A": "1", "B": "2"},
            "Properties": {"p": {"q": [1, 2]}, "t": True, "a/b": 1, "~1": 2},
        }
        before = [visitor.post(**members, **full)[1] for _ in range(2)]
        time.sleep(0.002)
        status, answer = visitor.patch(1, document)
        after = visitor.all()
        dates = [old[date] == new[date] for old, new in zip(before, after, strict=True) for date in DATES]
        return status, steady(answer) if status == 200 else "", steady(after), dates

    return probe


def test_of(path: str, value: Any) -> Probe:
    return patched([{"op": "test", "path": path, "value": value}])


def set_to(path: str, value: Any, op: str = "add") -> Probe:
    return patched([{"op": op, "path": path, "value": value}])


RENAMED = {"op": "replace", "path": "/Name", "value": "renamed"}
CONFLICT = {"op": "test", "path": "/Secret", "value": "other"}
MOVE = {"op": "move", "path": "/Name", "from": "/Secret"}


def unknown(visitor: Visitor) -> Any:
    return visitor.patch(5, {"Name": "x"})[0], visitor.patch(5, [])[0], len(visitor.all())


def conditional(document: Any, later: float, wait: float = 0.0) -> Probe:
    """A patch, after another one, unless the webhook changed since so long after its registration."""

    def probe(visitor: Visitor) -> Any:
        registered = datetime.fromisoformat(visitor.post()[1]["Registered"])
        time.sleep(wait)
        visitor.patch(1, {"Name": "m"})
        date = format_datetime(registered.astimezone(UTC) + timedelta(seconds=later), usegmt=True)
        status, _ = visitor.patch(1, document, If_Unmodified_Since=date)
        return status, steady(visitor.all())

    return probe


def at_once(visitor: Visitor) -> Any:
    visitor.made()
    other = Visitor(f"http://127.0.0.1:{visitor.connection.port}", visitor.target)
    thread = threading.Thread(target=other.patch, args=(1, {"Name": "x"}))
    thread.start()
    visitor.patch(1, {"ErrorsEmail": "y"})
    thread.join()
    other.connection.close()
    return steady(visitor.all())


def told(visitor: Visitor) -> Any:
    """What the targets of eight webhooks get from two events."""
    first, custom = visitor.target.url, {"X-A": "1", "X-B": "2"}
    visitor.made(Name="1", Headers=custom, Properties={"p": 1})
    for name, events in (("2", ["a.b", "c.D"]), ("3", ["c"]), ("4", ["c.x"]), ("5", ["x.y"])):
        visitor.made(Name=name, Events=events)
    visitor.made(Name="6", Events=["c.D"], State="Stopped")
    visitor.made(Name="7", Events=["c.D"], Secret=None)
    changes = {"Secret": LONG_SECRET, "Events": ["a.b", "c.D"], "TargetUrl": first + "/new"}
    visitor.patch(1, changes)
    statuses = [visitor.signal("c.D", key, {"f": 1}) for key in (1, 2)]
    secrets = {"1": LONG_SECRET, "2": "s"}
    got = [arrival(headers, body, secrets) for headers, body in visitor.target.received(6, within=0.2)]
    ids = len({headers["x-superoffice-eventid"] for headers, _ in visitor.target.got})
    return statuses, sorted(got), ids


def told_before_and_after(visitor: Visitor) -> Any:
    """How often a webhook with everything is told, and once it has been changed."""
    hook = visitor.made(Headers={"X-A": "1"}, Properties={"æ": {"ø": 1}})
    visitor.signal("a.b")
    before = len(visitor.target.received(within=0.3))
    visitor.patch(hook, {"Headers": {"X-A": "2"}})
    visitor.signal("a.b", 1)
    return before, len(visitor.target.received(2, within=0.3))


def arrival(headers: dict[str, str], body: bytes, secrets: dict[str, str]) -> Any:
    document = json.loads(body)
    secret = secrets.get(document.get("WebhookName", ""), "")
    digest = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    signature = headers.get("x-superoffice-signature")
    signed = "absent" if signature is None else str(signature == digest)
    same_id = document["EventId"] == headers["x-superoffice-eventid"]
    custom = [(name, headers.get(name)) for name in ("x-a", "x-b")]
    return json.dumps([headers[""], signed, same_id, custom, steady(document)])


def answered_late(visitor: Visitor) -> Any:
    visitor.target.pause = 0.3
    visitor.made()
    started = time.monotonic()
    visitor.signal("a.b")
    return time.monotonic() - started > 0.25


def refused_once(visitor: Visitor) -> Any:
    visitor.target.status = 500
    visitor.made()
    visitor.signal("a.b")
    got = visitor.target.received(2, within=1.2)
    return len(got), len({headers["x-superoffice-eventid"] for headers, _ in got})


def probe_of(probe: Probe, defects: str) -> dict[str, Probe]:
    return dict.fromkeys(defects.split(), probe)


PROBES: dict[str, Probe] = {
    **operation_probes.probes(),
    **asking_probes.probes(),
    **probe_of(
        everything,
        "post_201 events_once events_sorted events_lower events_ten headers_lower headers_one properties_text"
        " properties_pascal properties_inner secret_trimmed name_trimmed astral_lost name_composed camel_case"
        " errors_email_dropped target_query_dropped created_active id_text events_text secret_masked no_links"
        " self_of_another self_relative stamps_hour_late",
    ),
    **probe_of(active, "state_number"),
    **probe_of(
        listed, "properties_forgotten stopped_unlisted list_lacks_secret list_lacks_headers list_wrapped"
    ),
    **probe_of(posted_again, "client_id_overwrites names_are_unique listed_by_name"),
    **probe_of(refusals, "refused_is_kept malformed_500 bad_state_500 huge_id_500"),
    **probe_of(selections, "select_ignored select_case select_blanks select_loses_target select_stores"),
    **probe_of(filtered, "name_prefix name_part event_first event_part stopped_unfiltered filters_ored"),
    **probe_of(many, "pages_of_50 pages_of_100"),
    **probe_of(patched([RENAMED]), "patch_204 patch_loses_secret patch_starts patch_namesakes"),
    **probe_of(patched([RENAMED]), "patch_answers_old updated_stays registered_changes list_stale"),
    **probe_of(patched([RENAMED, {"op": "add", "path": "Secret", "value": "t"}]), "first_operation"),
    **probe_of(patched([RENAMED, {"op": "test", "path": "Name", "value": "renamed"}]), "tests_first"),
    **probe_of(set_to("ErrorsEmail", None), "null_is_missing"),
    **probe_of(test_of("/Properties/a~1b", 1.0), "test_one_point_zero"),
    **probe_of(patched([RENAMED, CONFLICT]), "stored_to_conflict stored_to_last conflict_412 conflict_400"),
    **probe_of(patched([RENAMED, CONFLICT]), "conflict_bumps_updated test_passes"),
    **probe_of(patched([RENAMED, {"op": "add", "path": "/Events/9", "value": "x"}]), "stored_to_bad_path"),
    **probe_of(patched([RENAMED, MOVE]), "stored_to_move move_skipped"),
    **probe_of(patched([{**MOVE, "op": "copy"}]), "copy_skipped"),
    **probe_of(test_of("/Name", "aBC"), "test_caseless"),
    **probe_of(test_of("/Name", "Abc "), "test_trims"),
    **probe_of(test_of("/Properties/a~1b", "1"), "test_text_for_number"),
    **probe_of(test_of("/Properties/t", 1), "test_true_for_one"),
    **probe_of(test_of("/Headers", {"A": "1", "B": "3"}), "test_names_only"),
    **probe_of(test_of("/Headers", {"A": "1"}), "test_part"),
    **probe_of(test_of("/Events", []), "test_any_array"),
    **probe_of(test_of("/Events", ["e0", "e0", "e1"]), "test_orderless"),
    **probe_of(
        patched([{"op": "remove", "path": "Secret"}, {**CONFLICT, "value": ""}]), "test_empty_for_null"
    ),
    **probe_of(set_to("/secret", "x"), "path_case"),
    **probe_of(set_to("Secret", "x"), "path_slash"),
    **probe_of(test_of("/Properties/~01", 2), "escapes_swapped"),
    **probe_of(test_of("/Properties/a~1b", 1), "escapes_ignored"),
    **probe_of(set_to("/Events/1", "x"), "add_replaces add_late"),
    **probe_of(set_to("/Events/-", "x"), "dash_prepends"),
    **probe_of(patched([{"op": "remove", "path": "/Events/0"}]), "remove_next"),
    **probe_of(patched([{"op": "remove", "path": "/Events/2"}]), "remove_first_equal"),
    **probe_of(set_to("/Properties/new", 5), "entry_alone entry_text"),
    **probe_of(patched({"ErrorsEmail": None}), "merge_null_keeps"),
    **probe_of(patched({"Secret": "x", "Name": "y"}), "merge_resets merge_first merge_keeps_updated"),
    **probe_of(patched({"Events": ["x"]}), "merge_appends"),
    **probe_of(patched({"secret": "x"}), "merge_case"),
    **probe_of(patched({"Headers": {"A": None}}), "merge_inner"),
    **probe_of(unknown, "patch_unknown_200 patch_unknown_creates"),
    **probe_of(at_once, "lost_updates"),
    **probe_of(
        conditional([RENAMED], -60), "condition_ignored condition_stores condition_hour_off stale_409"
    ),
    **probe_of(conditional({"Name": "x"}, -60), "condition_not_merged"),
    **probe_of(conditional([RENAMED], 60), "condition_fails"),
    **probe_of(conditional([RENAMED], 0, wait=1.05), "condition_registered"),
    **probe_of(conditional([RENAMED], 1), "condition_second_off"),
    **probe_of(
        told,
        "signal_200 stopped_told events_of_birth first_event first_webhook targets_once told_twice"
        " event_prefix event_entity old_target key_text key_missing changes_missing name_missing event_lower"
        " headers_unsent last_header_only properties_unsent properties_sent_as_text signature_hex"
        " signature_urlsafe signature_unpadded signature_other_bytes signature_latin"
        " signature_one_block signature_sha1"
        " signature_old signature_unasked signature_missing event_ids_differ event_id_constant"
        " odd_secrets_silent new_secret_silent",
    ),
    **probe_of(told_before_and_after, "odd_properties_silent new_headers_silent key_0_silent"),
    **probe_of(answered_late, "signal_waits"),
    **probe_of(refused_once, "retry_renamed never_retried"),
    **failing_probes.PROBES,
    **telling_probes.PROBES,
}
