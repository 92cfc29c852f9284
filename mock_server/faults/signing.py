"""Wrong ways to sign a delivery."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

from mock_server.behaviour import Behaviour
from mock_server.deliveries.signature import sign
from mock_server.faults.fault import Change, Entity, Fault, Save, around, decides, patching
from mock_server.service import Caller, Service

Webhook = Mapping[str, Any]
BLOCK = 64


def _signing(signature: Callable[[str, bytes], str]) -> Change:
    """Another signature where there is a secret."""
    return decides(
        sign=lambda webhook, body: signature(webhook["Secret"], body) if webhook["Secret"] else None
    )


def _keyed(key: Callable[[str], bytes]) -> Change:
    """The good signature under another key."""
    return _signing(lambda secret, body: b64encode(hmac.digest(key(secret), body, "sha256")).decode())


def _hex(secret: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()


def _sha1(secret: str, body: bytes) -> str:
    return b64encode(hmac.digest(secret.encode(), body, "sha1")).decode()


def _for_urls(secret: str, body: bytes) -> str:
    return urlsafe_b64encode(hmac.digest(secret.encode(), body, "sha256")).decode().rstrip("=")


def _decoded(secret: str) -> bytes:
    try:
        return b64decode(secret, validate=True)
    except (Error, ValueError):
        return secret.encode()


def _written_anew(secret: str, body: bytes) -> str:
    return sign(secret, json.dumps(json.loads(body)).encode())


def _ascii_only(secret: str, body: bytes) -> str:
    return sign(secret, body.decode().encode("ascii", "replace"))


def _old_secret(behaviour: Behaviour, *, form: type | tuple[type, ...]) -> Behaviour:
    """Signs with the Secret that a webhook had before its first change by such a patch."""
    first: dict[int, str] = {}

    def remembering(save: Save) -> Entity:
        before = save.stored()
        if before and before["Secret"] and isinstance(save.sent, form):
            first.setdefault(save.webhook_id, before["Secret"])
        return save.done()

    def signature(webhook: Webhook, body: bytes) -> str | None:
        secret: str = first.get(webhook["WebhookId"]) or webhook["Secret"]
        return sign(secret, body) if webhook["Secret"] else None

    return decides(sign=signature)(patching(remembering)(behaviour))


def _old_by_replacing(behaviour: Behaviour) -> Behaviour:
    """Signs with the Secret that a webhook had before it was replaced for the first time."""
    first: dict[int, str] = {}

    def replaced(service: Service, caller: Caller, webhook_id: int, *sent: Any, **condition: Any) -> Entity:
        before = behaviour.get(service, caller, webhook_id)["Secret"]
        after = behaviour.replace(service, caller, webhook_id, *sent, **condition)
        first.setdefault(webhook_id, before)
        return after

    def signature(webhook: Webhook, body: bytes) -> str | None:
        return behaviour.sign({**webhook, "Secret": first.get(webhook["WebhookId"], webhook["Secret"])}, body)

    return decides(replace=replaced, sign=signature)(behaviour)


def _one_event_late(behaviour: Behaviour) -> Behaviour:
    """The first delivery after a change of Secret is signed with the one before."""
    last: dict[int, str] = {}

    def signature(webhook: Webhook, body: bytes) -> str | None:
        if not webhook["Secret"]:
            return None
        secret: str = last.get(webhook["WebhookId"]) or webhook["Secret"]
        last[webhook["WebhookId"]] = webhook["Secret"]
        return sign(secret, body)

    return decides(sign=signature)(behaviour)


def _remembered(behaviour: Behaviour) -> Behaviour:
    """A Secret that was removed is used on."""
    last: dict[int, str] = {}

    def remembering(save: Save) -> Entity:
        before = save.stored()
        if before and before["Secret"]:
            last[save.webhook_id] = before["Secret"]
        return save.done()

    def signature(webhook: Webhook, body: bytes) -> str | None:
        secret: str | None = webhook["Secret"] or last.get(webhook["WebhookId"])
        return sign(secret, body) if secret else None

    return decides(sign=signature)(patching(remembering)(behaviour))


def _with_key_of_first(sign: Any) -> Any:
    """The key is looked up for the first webhook that hears an event."""
    keys: dict[str, str] = {}

    def wrong(webhook: Webhook, body: bytes) -> Any:
        key = keys.setdefault(json.loads(body)["EventId"], webhook["Secret"])
        return sign({**webhook, "Secret": key}, body)

    return wrong


def _renamed(headers: Any) -> Any:
    def wrong(webhook: Webhook, event: Any, **values: Any) -> dict[str, str]:
        found: dict[str, str] = headers(webhook, event, **values)
        return {name.replace("SuperOffice-Signature", "Signature"): value for name, value in found.items()}

    return wrong


def _signature(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"delivery.{clause}", says, change)


FAULTS = (
    _signature("signature-hex", "signature", "the signature is hexadecimal", _signing(_hex)),
    _signature("signature-sha1", "signature", "the signature is an HMAC of SHA-1", _signing(_sha1)),
    _signature(
        "signature-for-urls", "signature", "the signature is base64 as URLs have it", _signing(_for_urls)
    ),
    _signature("signature-renamed", "signature", "the header is X-Signature", around("headers", _renamed)),
    _signature(
        "signature-key-decoded",
        "signature",
        "a Secret in base64 is decoded before it is the key",
        _keyed(_decoded),
    ),
    _signature(
        "signature-key-cut",
        "signature",
        f"the first {BLOCK} bytes of Secret are the key",
        _keyed(lambda secret: secret.encode()[:BLOCK]),
    ),
    _signature(
        "signature-key-of-first",
        "signature",
        "of several webhooks that hear one event, all are signed for with the Secret of the first",
        around("sign", _with_key_of_first),
    ),
    _signature(
        "signature-latin-key",
        "signature-utf8-key",
        "the key of the signature is Secret in Latin-1",
        _keyed(lambda secret: secret.encode("latin-1", "replace")),
    ),
    _signature(
        "signature-utf16-key",
        "signature-utf8-key",
        "the key of the signature is Secret in UTF-16 when it is not ASCII",
        _keyed(lambda secret: secret.encode() if secret.isascii() else secret.encode("utf-16-le")),
    ),
    _signature(
        "signature-key-trimmed",
        "signature-utf8-key",
        "blanks around Secret are no part of the key",
        _keyed(lambda secret: secret.strip().encode()),
    ),
    _signature(
        "signature-key-composed",
        "signature-utf8-key",
        "letters and marks of Secret are composed before they are the key",
        _keyed(lambda secret: normalize("NFC", secret).encode()),
    ),
    _signature(
        "signature-over-copy",
        "signature-raw-body",
        "the signature is over the body as another writer of JSON spells it",
        _signing(_written_anew),
    ),
    _signature(
        "signature-over-ascii",
        "signature-raw-body",
        "the signature is over the body with a question mark for each character beyond ASCII",
        _signing(_ascii_only),
    ),
    _signature(
        "signature-old-secret",
        "signature-new-secret",
        "deliveries are signed with the first Secret",
        lambda behaviour: _old_secret(behaviour, form=(list, dict)),
    ),
    _signature(
        "signature-old-by-merge",
        "signature-new-secret",
        "a Secret that a merge patch has set signs nothing",
        lambda behaviour: _old_secret(behaviour, form=dict),
    ),
    _signature(
        "signature-old-by-replacing",
        "signature-new-secret",
        "a Secret that PUT or SaveWebhook has set signs nothing",
        _old_by_replacing,
    ),
    _signature(
        "signature-late",
        "signature-new-secret",
        "the first event after a change of Secret is signed with the one before",
        _one_event_late,
    ),
    _signature(
        "signature-always",
        "unsigned-without-secret",
        "deliveries are signed with an empty key when there is no Secret",
        decides(sign=lambda webhook, body: sign(webhook["Secret"] or "", body)),
    ),
    _signature(
        "signature-remembered",
        "unsigned-without-secret",
        "a Secret that was removed is used on",
        _remembered,
    ),
)
