"""Servers that break one promise about what a POST stores each."""

from __future__ import annotations

import unicodedata
from typing import Any

from .change import defect
from .problems import Refusal


def on(name: str, alter: Any) -> Any:
    """A change of one member's value, when it has one."""
    return lambda values: values | {name: alter(values[name])} if values.get(name) else values


def distinct(events: list[str]) -> list[str]:
    return list(dict.fromkeys(events))


def lower_case(events: list[str]) -> list[str]:
    return [event.lower() for event in events]


def lower_names(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def first_entry(headers: dict[str, str]) -> dict[str, str]:
    return dict(list(headers.items())[:1])


def stringified(properties: dict[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else str(value) for key, value in properties.items()}


def capitalised(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key[:1].upper() + key[1:]: capitalised(item) for key, item in value.items()}


def capitalised_inside(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: capitalised(value) for key, value in properties.items()}


def without_mail(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"ErrorsEmail": None}


def without_query(url: str) -> str:
    return url.split("?", maxsplit=1)[0]


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def basic_plane(text: str) -> str:
    return "".join("??" if ord(letter) > 0xFFFF else letter for letter in text)


def active(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"State": "Active"}


def clients_id(office: Any, wanted: int) -> int:
    """The id the client sent, even when a webhook has it."""
    return wanted if wanted in office.hooks else office.unused_id()


def one_per_name(office: Any, values: dict[str, Any]) -> Any:
    """A second webhook of a name is taken for an update of the first."""
    for hook in office.all():
        if hook.values["Name"] == values["Name"]:
            del values["WebhookId"]
            office.commit(hook, values, "post")
            return hook
    return office.insert(values)


def forgetful(office: Any, values: dict[str, Any]) -> Any:
    """The answer is made from a row that is not the stored one."""
    hook = office.insert(values)
    office.hooks[hook.id] = type(hook)(hook.id, hook.values | {"Properties": None}, hook.registered)
    return hook


def kept_nevertheless(office: Any, document: Any) -> None:
    """Whatever could be read of a refused webhook is saved."""
    values: dict[str, Any] = {}
    for key, value in document.items() if isinstance(document, dict) else ():
        try:
            values |= office.read({key: value})
        except Refusal:
            continue
    office.insert(office.complete(values))


def failing(kind: str) -> Any:
    """A server error where a refusal belongs, for messages of one kind."""
    return lambda refusal: 500 if kind in refusal.message else refusal.status


def huge_is_fatal(refusal: Refusal) -> int:
    digits = "".join(filter(str.isdigit, refusal.message))
    return 500 if refusal.status == 404 and len(digits) > 9 and int(digits) >= 2**31 else refusal.status


SAVING = (
    defect("post_201", "POST answers 201.", "S0: 200", created_status=201),
    defect("client_id_overwrites", "A known id in a POST replaces.", "S0: Creates", next_id=clients_id),
    defect("names_are_unique", "A POST of a known name updates.", "S0: Name", created=one_per_name),
    defect("properties_forgotten", "Properties are answered only.", "S0: saved", created=forgetful),
    defect("events_once", "Repeated events are dropped.", "S0", "robust", on_read=on("Events", distinct)),
    defect("events_sorted", "Events are sorted.", "S0: Array", on_read=on("Events", sorted)),
    defect("events_lower", "Events become lower case.", "S0", "should", on_read=on("Events", lower_case)),
    defect("events_ten", "Only ten Events are kept.", "S0", on_read=on("Events", lambda events: events[:10])),
    defect("headers_lower", "Header names lose case.", "S0", "should", on_read=on("Headers", lower_names)),
    defect("headers_one", "Only one of Headers is kept.", "S0", on_read=on("Headers", first_entry)),
    defect("properties_text", "Properties become texts.", "S0", on_read=on("Properties", stringified)),
    defect("properties_pascal", "Properties are capitalised.", "S0", on_read=on("Properties", capitalised)),
    defect(
        "properties_inner",
        "Names inside Properties are capitalised.",
        "S0",
        on_read=on("Properties", capitalised_inside),
    ),
    defect("secret_trimmed", "Secret loses outer blanks.", "S0", on_read=on("Secret", str.strip)),
    defect("name_trimmed", "Name loses outer blanks.", "S0", "should", on_read=on("Name", str.strip)),
    defect("astral_lost", "Name loses characters above U+FFFF.", "S0", on_read=on("Name", basic_plane)),
    defect("name_composed", "Name is normalised to NFC.", "S0", "should", on_read=on("Name", composed)),
    defect("errors_email_dropped", "ErrorsEmail is not stored.", "S0", on_read=without_mail),
    defect(
        "target_query_dropped", "TargetUrl loses its query.", "S0", on_read=on("TargetUrl", without_query)
    ),
    defect("created_active", "A new webhook is always Active.", "S0: State", on_create=active),
    defect(
        "refused_is_kept", "A refused POST is saved.", "RFC 9110", "should", refused_create=kept_nevertheless
    ),
    defect(
        "malformed_500", "Malformed JSON is answered 500.", "E:agents", "robust", restatus=failing("no JSON")
    ),
    defect(
        "bad_state_500",
        "An unknown State is answered 500.",
        "RFC 9110",
        "robust",
        restatus=failing("no webhook state"),
    ),
    defect("huge_id_500", "An id beyond int32 is answered 500.", "S3: 404", "robust", restatus=huge_is_fatal),
)
