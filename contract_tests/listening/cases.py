"""The deliveries that a receiver is graded by: some it has to take, some it has to refuse."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

from contract_tests.kit.signature import HEADER, sign
from contract_tests.listening.payloads import PAYLOADS, Payload
from contract_tests.listening.rewriting import rewritten

USER_AGENT = "NetServer-Webhook/11.0.0.0"
BEYOND_ASCII = "blåbær 株式会社 🔑"
LARGE = 6_000  # bytes; still short enough for a line of a shell
ORDINARY = PAYLOADS["changed"]  # its key is 42


@dataclass(frozen=True, slots=True)
class Case:
    """One delivery, and whether a receiver has to take it."""

    id: str
    says: str
    good: bool
    headers: Mapping[str, str]
    body: bytes

    def signed(self, signature: str | None) -> Mapping[str, str]:
        """The headers with another signature, or without any."""
        rest = {name: value for name, value in self.headers.items() if name.lower() != HEADER.lower()}
        return rest if signature is None else rest | {HEADER: signature}


def cases(secret: str) -> list[Case]:
    """All of them, with event ids that no receiver has seen; a good one is the first and the last."""
    again = _good(secret, "good-at-the-end", "an ordinary event after all the bad ones", ORDINARY)
    return [*_taken(secret), *_refused(secret), again]


def _good(
    secret: str,
    name: str,
    says: str,
    payload: Payload,
    *,
    more: Mapping[str, Any] | None = None,
    write: str = "compact",
    escape: str = "",
) -> Case:
    """A delivery as it should be, its JSON in a layout of `rewriting`."""
    event_id = str(uuid4())
    members = payload.members(event_id) | dict(more or {})
    body = rewritten(json.dumps(members).encode(), write, escape=escape)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": USER_AGENT,
        "X-SuperOffice-Event": payload.header or payload.event,
        "X-SuperOffice-EventId": event_id,
        "X-SuperOffice-Retry": "0",
        HEADER: sign(secret, body),
    }
    if payload.event == "test":
        headers["X-Hook-Test"] = "true"
    return Case(name, says, True, headers, body)


def _taken(secret: str) -> Iterator[Case]:
    plain = _good(secret, "good", "an ordinary event", ORDINARY)
    yield plain
    retried = dict(plain.headers) | {"X-SuperOffice-Retry": "1"}
    yield replace(plain, id="good-retry", says="the same event again, as a first retry", headers=retried)
    for name, payload in PAYLOADS.items():
        yield _good(secret, f"good-{name}", f"the event {payload.header or payload.event}", payload)
    beyond = {"WebhookName": BEYOND_ASCII}
    yield _good(secret, "good-unicode", "characters beyond ASCII, in UTF-8", ORDINARY, more=beyond)
    escaped = "with non-ASCII escaped"
    yield _good(secret, "good-escapes", "the same as \\u escapes", ORDINARY, more=beyond, escape=escaped)
    yield _good(secret, "good-indented", "JSON on several lines", ORDINARY, write="indented by 2")
    own = {"Own": {"numbers": [1.0, 1e-7, 9007199254740993], "text": "a/b <c> & d"}}
    yield _good(secret, "good-properties", "members of the webhook's Properties", ORDINARY, more=own)
    yield _good(secret, "good-large", f"more than {LARGE} bytes", ORDINARY, more={"Own": "k" * LARGE})
    lower = _good(secret, "good-lower-case", "names of headers in lower case", ORDINARY)
    yield replace(lower, headers={name.lower(): value for name, value in lower.headers.items()})


# What is sent as the signature instead; None for none. Each takes the right one.
WRITTEN: Mapping[str, tuple[str, Callable[[str], str | None]]] = {
    "unsigned": ("no signature", lambda _: None),
    "empty": ("an empty signature", lambda _: ""),
    "hex": ("the signature in hexadecimal", lambda right: b64decode(right).hex()),
    "truncated": ("the first half of the signature", lambda right: right[:22]),
    "other-case": ("the signature in other letter case", str.swapcase),
    "beyond-ascii": ("a signature beyond ASCII", lambda _: "sïgnatüre"),
}
# What is signed with what. Each takes the secret and the body.
MADE: Mapping[str, tuple[str, Callable[[str, bytes], str]]] = {
    "wrong-secret": ("made with another secret", lambda secret, body: sign(f"not {secret}", body)),
    "empty-secret": ("made with an empty secret", lambda _, body: sign("", body)),
    "no-secret": ("SHA-256 without a secret", lambda _, body: b64encode(sha256(body).digest()).decode()),
    "other-body": ("the signature of another body", lambda secret, _: sign(secret, b"{}")),
}
# What becomes of a body after it was signed.
CHANGED: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "tampered": ("another PrimaryKey", lambda body: body.replace(b'"PrimaryKey":42', b'"PrimaryKey":43')),
    "re-serialised": ("the same JSON on several lines", lambda body: rewritten(body, "indented by 2")),
    "cut": ("a body without its last byte, which is no JSON", lambda body: body[:-1]),
    "line-end": ("a line end after the body", lambda body: body + b"\n"),
}


def _refused(secret: str) -> Iterator[Case]:
    """Each has an event id of its own, so that no receiver takes it for a repetition."""
    for name, (says, write) in WRITTEN.items():
        good = _good(secret, f"bad-{name}", says, ORDINARY)
        yield replace(good, good=False, headers=good.signed(write(good.headers[HEADER])))
    for name, (says, make) in MADE.items():
        good = _good(secret, f"bad-{name}", says, ORDINARY)
        yield replace(good, good=False, headers=good.signed(make(secret, good.body)))
    for name, (says, change) in CHANGED.items():
        good = _good(secret, f"bad-{name}", says, ORDINARY)
        yield replace(good, good=False, body=change(good.body))
