"""Servers that break one promise each about credentials, media types, languages, or what is refused."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .change import defect
from .entry import JSON_TYPES, same_credentials
from .problems import refused

LISTED = "S0: Content-Type"
ACCEPTED = "S0: Accept"
LANGUAGE = "S0: Accept-Language"
HTTP = "RFC 9110"
REQUIRED = "D:auth"


def user_known(given: str, expected: str) -> bool:
    """The user is looked up, the password is not."""
    return decoded(given).partition(":")[0] == decoded(expected).partition(":")[0]


def begins_alike(given: str, expected: str) -> bool:
    """Compares no more of a password than it stores."""
    return same_credentials(given, expected) or decoded(given).startswith(decoded(expected))


def decoded(credentials: str) -> str:
    try:
        return base64.b64decode(credentials.partition(" ")[2]).decode(errors="replace")
    except ValueError:
        return ""


def decoded_or_broken(given: str, expected: str) -> bool:
    base64.b64decode(given.partition(" ")[2], validate=True).decode()
    return same_credentials(given, expected)


def unless_get(request: Any) -> bool:
    return request.method != "GET"


def unless_delete(request: Any) -> bool:
    return request.method != "DELETE" and not request.path.endswith("DeleteWebhook")


def as_written(header: str) -> str:
    return header.partition(";")[0].strip()


def whole_header(header: str) -> str:
    return header.strip().lower().removesuffix("; charset=utf-8")


def one_type_only(accept: str) -> None:
    known = {*JSON_TYPES, "application/xml", "text/xml", "*/*", ""}
    if accept.partition(";")[0].strip().lower() not in known or "," in accept:
        raise refused(406, f"{accept} cannot be had")


def json_only(accept: str) -> None:
    if accept in {"text/json", "application/xml", "text/xml"}:
        raise refused(406, f"{accept} cannot be had")


def translated(value: Any, headers: Mapping[str, str]) -> Any:
    words = {"Stopped": "Stoppad", "Active": "Aktiv"}
    return changed_state(value, words) if "sv" in headers.get("accept-language", "") else value


def changed_state(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [changed_state(each, words) for each in value]
    known = isinstance(value, dict) and "State" in value
    return value | {"State": words.get(value["State"], value["State"])} if known else value


def one_language(value: Any, headers: Mapping[str, str]) -> Any:
    if "," in headers.get("accept-language", ""):
        raise refused(400, "one language at a time")
    return value


def zone_names_only(value: Any, headers: Mapping[str, str]) -> Any:
    if headers.get("so-timezone", "").isdigit():
        raise KeyError(headers["so-timezone"])
    return value


def shifted(value: Any, headers: Mapping[str, str]) -> Any:
    """Converts to New York time, and leaves the Z."""
    if headers.get("so-timezone") != "US-NY":
        return value
    if isinstance(value, list):
        return [shifted(each, headers) for each in value]
    if isinstance(value, dict) and isinstance(value.get("Registered"), str):
        moment = datetime.fromisoformat(value["Registered"]) - timedelta(hours=5)
        return value | {"Registered": moment.isoformat().replace("+00:00", "Z")}
    return value


def fatal(*messages: str) -> Any:
    return lambda refusal: 500 if any(text in refusal.message for text in messages) else refusal.status


def fatal_path(refusal: Any) -> int:
    return 500 if refusal.cause == "path" else refusal.status


def gets_are_posts(request: Any) -> str:
    return "POST" if "/Agents/" in request.path else str(request.method)


def half_put(office: Any, hook_id: int, document: Any) -> None:
    hook = office.hooks.get(hook_id)
    if hook and isinstance(document, dict) and isinstance(document.get("Name"), str):
        hook.values = hook.values | {"Name": document["Name"]}


def deleted_anyway(office: Any, hook: Any, document: Any) -> None:
    if document is None:
        office.forget(hook.id)


CHECKED = {"credentials": "checked"}
ASKING = (
    defect("password_unchecked", "Any password will do.", REQUIRED, "should", known=user_known, **CHECKED),
    defect(
        "password_begins", "A longer password will do.", REQUIRED, "should", known=begins_alike, **CHECKED
    ),
    defect("gets_unguarded", "GET needs no credentials.", REQUIRED, "should", guarded=unless_get),
    defect("deletes_unguarded", "Deleting needs no credentials.", REQUIRED, "should", guarded=unless_delete),
    defect(
        "refused_too_late", "Credentials are looked at when all is done.", HTTP, "robust", admits_late=True
    ),
    defect(
        "credentials_500",
        "Malformed credentials are a 500.",
        HTTP,
        "robust",
        known=decoded_or_broken,
        **CHECKED,
    ),
    defect("text_json_refused", "text/json is refused.", LISTED, json_types=JSON_TYPES - {"text/json"}),
    defect(
        "patch_type_refused",
        "JSON as a merge patch is refused.",
        LISTED,
        json_types=JSON_TYPES - {"application/merge-patch+json"},
    ),
    defect("type_in_case", "A Content-Type needs lower case.", HTTP, "robust", media_type=as_written),
    defect("type_in_whole", "Quotes around a charset are too much.", HTTP, "robust", media_type=whole_header),
    defect("accept_one", "Accept is one known type.", "RFC 9110, 12.5.1", "robust", welcome=one_type_only),
    defect("accept_json", "Listed types cannot be had.", ACCEPTED, welcome=json_only),
    defect(
        "xml_called_json",
        "XML is declared as JSON.",
        ACCEPTED,
        "should",
        labelled=lambda _media: "application/json",
    ),
    defect("xml_unescaped", "XML is not well-formed.", ACCEPTED, "should", xml_text=str),
    defect("state_translated", "State is translated.", LANGUAGE, spoken=translated),
    defect("languages_refused", "Several languages are refused.", LANGUAGE, spoken=one_language),
    defect("zone_500", "A zone's number is a 500.", "S0: SO-TimeZone", "should", spoken=zone_names_only),
    defect("zone_shifts", "A zone shifts what is UTC.", "S0: SO-TimeZone", "should", spoken=shifted),
    defect("depth_500", "Too many levels are a 500.", HTTP, "robust", restatus=fatal("recursion")),
    defect("media_500", "An unknown type is a 500.", HTTP, "robust", restatus=fatal("is not supported")),
    defect(
        "nowhere_500", "An unknown path is a 500.", HTTP, "robust", restatus=fatal("POST here", "GET here")
    ),
    defect(
        "unknown_path_500",
        "A path to nothing is a 500.",
        HTTP,
        "robust",
        unknown_path="refuse",
        restatus=fatal_path,
    ),
    defect("get_calls_agents", "A GET calls an agent.", "RFC 9110, 9.2.1", "robust", verb=gets_are_posts),
    defect("put_half_done", "A refused PUT is half done.", HTTP, "robust", refused_put=half_put),
    defect("delete_anyway", "A 412 deletes nevertheless.", HTTP, "robust", refused_stale=deleted_anyway),
)
