"""Servers that break one promise about events and their deliveries each."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import uuid
from typing import Any

from .change import defect
from .delivery import payload

SIGNED = "W:dev/security"
TOLD = "W:dev/notification"
ALL_NOTIFIED = "S4: All webhooks listening"
ONE_ID = "00000000-0000-4000-8000-000000000001"


def told(alter: Any) -> Any:
    """A payload that goes out changed."""
    return lambda values, event, rules: alter(payload(values, event, rules))


def lacking(name: str) -> Any:
    return told(lambda body: {key: value for key, value in body.items() if key != name})


def bare(values: dict[str, Any], event: Any, rules: Any) -> dict[str, Any]:
    return payload(values | {"Properties": None}, event, rules)


def flattened(values: dict[str, Any], event: Any, rules: Any) -> dict[str, Any]:
    texts = {key: str(value) for key, value in (values["Properties"] or {}).items()}
    return payload(values | {"Properties": texts}, event, rules)


def signed(
    write: Any = base64.b64encode, key: Any = str.encode, message: Any = bytes, secret: str = ""
) -> Any:
    """A signature that is made in another way."""

    def sign(given: str | None, body: bytes) -> str | None:
        chosen = given or secret
        if not chosen:
            return None
        return write(hmac.digest(key(chosen), message(body), hashlib.sha256)).decode()

    return sign


def hexadecimal(digest: bytes) -> bytes:
    return digest.hex().encode()


def unpadded(digest: bytes) -> bytes:
    return base64.b64encode(digest).rstrip(b"=")


def latin(secret: str) -> bytes:
    return secret.encode("latin-1", "replace")


def rewritten(body: bytes) -> bytes:
    return json.dumps(json.loads(body)).encode()


def first_secret(hook: Any) -> dict[str, Any]:
    return hook.values | {"Secret": hook.original["Secret"]}


def first_target(hook: Any) -> dict[str, Any]:
    return hook.values | {"TargetUrl": hook.original["TargetUrl"]}


def renamed(event: Any, retry: int) -> Any:
    return dataclasses.replace(event, id=str(uuid.uuid4())) if retry else event


def prefixed(events: list[str], event: str) -> bool:
    return any(event.startswith(listed) for listed in events)


def same_entity(events: list[str], event: str) -> bool:
    return event.partition(".")[0] in {listed.partition(".")[0] for listed in events}


def only(value: Any) -> Any:
    """The event with another id."""
    return lambda event: dataclasses.replace(event, id=value)


def key_as_text(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"PrimaryKey": str(body["PrimaryKey"])}


def short_key(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"PrimaryKey": body["PrimaryKey"] & 0xFFFF}


def event_in_lower_case(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"Event": body["Event"].lower()}


def sha1(secret: str | None, body: bytes) -> str | None:
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha1")).decode() if secret else None


def one_block(secret: str) -> bytes:
    return secret.encode()[:64]


def born_with(hook: Any) -> list[str]:
    return hook.original["Events"] or []


def first_event(hook: Any) -> list[str]:
    return (hook.values["Events"] or [])[:1]


def one_per_target(found: list[Any]) -> list[Any]:
    return list({hook.values["TargetUrl"]: hook for hook in found}.values())


def last_entry(custom: dict[str, str]) -> dict[str, str]:
    return dict(list(custom.items())[-1:])


def another_id(event: Any) -> str:
    return str(uuid.uuid4())


def those(tellable: Any) -> Any:
    """Of those that listen, who is told: a delivery to the others comes to nothing."""
    return lambda found: [hook for hook in found if tellable(hook)]


def unless_key_0(event: Any) -> Any:
    return event if event.key else dataclasses.replace(event, name=" ")


def ascii_secret(hook: Any) -> bool:
    return (hook.values["Secret"] or "").isascii()


def ascii_properties(hook: Any) -> bool:
    return json.dumps(hook.values["Properties"], ensure_ascii=False).isascii()


def same_as_at_first(name: str) -> Any:
    return lambda hook: hook.values[name] == hook.original[name]


DELIVERING = (
    defect("signal_200", "SignalEvent answers 200.", "S4: 204", signal_status=200),
    defect("signal_waits", "SignalEvent waits for the targets.", TOLD, "should", background=False),
    defect(
        "stopped_told", "Stopped webhooks are told.", "S0: State", reached={"Active", "Stopped"}.__contains__
    ),
    defect("events_of_birth", "Patched Events do not count.", ALL_NOTIFIED, subscriptions=born_with),
    defect("first_event", "Only a webhook's first event counts.", "S0: Events", subscriptions=first_event),
    defect("first_webhook", "One webhook is told.", ALL_NOTIFIED, recipients=lambda found: found[:1]),
    defect(
        "odd_secrets_silent",
        "No word with a Secret beyond ASCII.",
        ALL_NOTIFIED,
        recipients=those(ascii_secret),
    ),
    defect(
        "odd_properties_silent",
        "No word with æ in Properties.",
        ALL_NOTIFIED,
        recipients=those(ascii_properties),
    ),
    defect(
        "new_secret_silent",
        "No word after a new Secret.",
        ALL_NOTIFIED,
        recipients=those(same_as_at_first("Secret")),
    ),
    defect(
        "new_headers_silent",
        "No word after new Headers.",
        ALL_NOTIFIED,
        recipients=those(same_as_at_first("Headers")),
    ),
    defect("key_0_silent", "No word of an event with the key 0.", "R:SignalEvent", signalled=unless_key_0),
    defect("targets_once", "A target is told for one webhook.", ALL_NOTIFIED, recipients=one_per_target),
    defect("told_twice", "Webhooks are told twice.", TOLD, "should", recipients=lambda found: found * 2),
    defect("event_prefix", "sale listens to sale.created.", "S0: Events", listens=prefixed),
    defect("event_entity", "sale.changed listens to sale.created.", "S0: Events", listens=same_entity),
    defect("old_target", "A patched TargetUrl is not used.", "S0: TargetUrl", delivered=first_target),
    defect("key_text", "PrimaryKey is a text.", TOLD, "should", payload=told(key_as_text)),
    defect("key_16_bits", "PrimaryKey has 16 bits.", TOLD, "should", payload=told(short_key)),
    defect(
        "script_posted", "A script gets a POST.", "S0: Type", posted_to={"webhook", "crmscript"}.__contains__
    ),
    defect("started_untold", "A start is no event.", "section 7.3", "should", announced="Active".__ne__),
    defect("key_missing", "PrimaryKey is missing.", TOLD, "should", payload=lacking("PrimaryKey")),
    defect("changes_missing", "Changes is missing.", TOLD, "should", payload=lacking("Changes")),
    defect("name_missing", "WebhookName is missing.", TOLD, "should", payload=lacking("WebhookName")),
    defect("event_lower", "Event is in lower case.", TOLD, "should", payload=told(event_in_lower_case)),
    defect("headers_unsent", "Headers are not sent.", "S0: Headers", custom_headers=lambda custom: {}),
    defect("last_header_only", "Only the last of Headers is sent.", "S0: Headers", custom_headers=last_entry),
    defect("properties_unsent", "Properties are not sent.", "S0: Properties", payload=bare),
    defect("properties_sent_as_text", "Properties are sent as texts.", "S0: Properties", payload=flattened),
    defect("signature_hex", "The signature is hexadecimal.", SIGNED, "should", sign=signed(hexadecimal)),
    defect(
        "signature_urlsafe",
        "The signature is base64url.",
        SIGNED,
        "should",
        sign=signed(base64.urlsafe_b64encode),
    ),
    defect("signature_unpadded", "The signature has no padding.", SIGNED, "should", sign=signed(unpadded)),
    defect(
        "signature_other_bytes",
        "Other bytes are signed than sent.",
        SIGNED,
        "should",
        sign=signed(message=rewritten),
    ),
    defect("signature_latin", "The key is the Secret in Latin-1.", SIGNED, "should", sign=signed(key=latin)),
    defect("signature_one_block", "The key ends after 64 bytes.", "S0: HMAC", sign=signed(key=one_block)),
    defect("signature_sha1", "The HMAC is SHA-1's.", "S0: SHA256 HMAC", sign=sha1),
    defect("signature_old", "A changed Secret is not used.", "S0: Secret", delivered=first_secret),
    defect(
        "signature_unasked",
        "There is a signature without a Secret.",
        SIGNED,
        "should",
        sign=signed(secret="none"),
    ),
    defect("signature_missing", "There is no signature.", "S0: Secret", sign=lambda secret, body: None),
    defect(
        "event_ids_differ",
        "Header and body have other EventIds.",
        "14.20",
        "should",
        header_event_id=another_id,
    ),
    defect("event_id_constant", "All events have one EventId.", TOLD, "should", signalled=only(ONE_ID)),
    defect("retry_renamed", "A retry has a new EventId.", TOLD, "should", event_of_attempt=renamed),
    defect("never_retried", "A failed attempt is not repeated.", TOLD, "should", retry_waits=()),
)
