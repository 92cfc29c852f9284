"""Signature vectors for any language; run as a module it prints docs/signature-vectors.json."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.signature import sign

FORMAT = 1
SECRET = "neque"
BODY = b'{"Changes":["name"],"Event":"contact.changed","PrimaryKey":108,"Entity":"contact"}'
RAW = '{"Event":"person.created","WebhookName":"blåbær 株式会社"}'.encode()
ESCAPED = rb'{"Event":"person.created","WebhookName":"bl\u00e5b\u00e6r \u682a\u5f0f\u4f1a\u793e"}'
INDENTED = b'{\n  "Event": "contact.changed",\n  "PrimaryKey": 108\n}'


@dataclass(frozen=True, slots=True)
class Vector:
    """A secret, a body and a signature, and whether they belong together."""

    id: str
    says: str
    secret: str
    body: bytes
    signature: str
    verifies: bool
    why: str

    def as_json(self) -> dict[str, Any]:
        """The record of the file; `body` is null where the bytes are no UTF-8."""
        return {
            "id": self.id,
            "says": self.says,
            "secret": self.secret,
            "body": _text(self.body),
            "body_base64": b64encode(self.body).decode(),
            "signature": self.signature,
            "verifies": self.verifies,
            "why": self.why,
        }


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


KEY = "The key is the text of the secret in UTF-8, all of it and nothing else."
MESSAGE = "The message is the bytes of the body, all of them and nothing else."
# Under the plain secret.
BODIES: Mapping[str, tuple[str, bytes]] = {
    "ascii": ("a compact body in ASCII", BODY),
    "utf-8": ("characters beyond ASCII as they are", RAW),
    "escapes": ("the same characters as \\u escapes", ESCAPED),
    "emoji": ("a character beyond the basic plane", '{"WebhookName":"🔑"}'.encode()),
    "escaped-emoji": ("the same as a pair of escapes", rb'{"WebhookName":"\ud83d\udd11"}'),
    "empty": ("no bytes at all", b""),
    "blanks": ("blanks after commas and colons", b'{"Event": "contact.changed", "PrimaryKey": 108}'),
    "indented": ("JSON on several lines", INDENTED),
    "tabs": ("JSON indented by tabs", INDENTED.replace(b"  ", b"\t")),
    "trailing-newline": ("a line end after the body", BODY + b"\n"),
    "crlf": ("lines that end with CR LF", INDENTED.replace(b"\n", b"\r\n")),
    "byte-order-mark": ("a byte order mark before the body", b"\xef\xbb\xbf" + BODY),
    "slashes": ("slashes as \\/ escapes", rb'{"TargetUrl":"https:\/\/example.com\/a"}'),
    "markup": ("characters that some serialisers escape", b'{"WebhookName":"<b>R&D</b> + \'x\'"}'),
    "numbers": ("numbers that a parser may write anew", b'{"a":1.0,"b":1e2,"c":9007199254740993,"d":-0}'),
    "order": ("members out of order, one of them twice", b'{"b":1,"a":2,"b":3}'),
    "nul": ("a NUL byte", b'{"WebhookName":"\x00"}'),
    "invalid-utf-8": ("bytes that are no UTF-8", b"\xff\xfe\x00\x80"),
    "large": ("10,000 bytes", b'{"WebhookName":"' + b"k" * 9_982 + b'"}'),
}
# Over the compact body.
SECRETS: Mapping[str, tuple[str, str]] = {
    "secret-latin": ("a secret with letters of Latin-1", "pässwörd ½"),
    "secret-cjk": ("a secret with letters that no Latin code has", "秘密のかぎ"),
    "secret-emoji": ("a secret with a character beyond the basic plane", "key 🔑"),
    "secret-combining": ("a secret with a combining accent", "cafe\u0301"),
    "secret-one": ("a secret of one character", "k"),
    "secret-64": ("a secret of 64 bytes, the block of SHA-256", "k" * 64),
    "secret-65": ("a secret of 65 bytes, which HMAC hashes first", "k" * 64 + "l"),
    "secret-200": ("a secret of 200 bytes", "0123456789" * 20),
    "secret-long-utf-8": ("50 characters, but 100 bytes", "å" * 50),
    "secret-blanks": ("a secret with blanks in it and around it", " two  words "),
    "secret-newline": ("a secret that ends with a line end", "neque\n"),
    "secret-quotes": ("a secret with quotes and backslashes", 'it\'s "quoted" \\n $HOME %41'),
    "secret-base64": ("a secret that looks like base64", "c2VjcmV0+/=="),
    "secret-hex": ("a secret that looks like hexadecimal", "00112233445566778899aabbccddeeff"),
}


def _right() -> Iterator[Vector]:
    for name, (says, body) in BODIES.items():
        yield Vector(name, says, SECRET, body, sign(SECRET, body), True, MESSAGE)
    for name, (says, secret) in SECRETS.items():
        yield Vector(name, says, secret, BODY, sign(secret, BODY), True, KEY)


def _digest(algorithm: str, key: bytes = SECRET.encode()) -> str:
    return b64encode(hmac.digest(key, BODY, algorithm)).decode()


def _raw(signature: str) -> bytes:
    return b64decode(signature)


# What came instead of the right signature, the body being the compact one.
REWRITTEN: Mapping[str, tuple[str, Callable[[str], str], str]] = {
    "hex": ("hexadecimal", lambda right: _raw(right).hex(), "It is base64, not hexadecimal."),
    "hex-capitals": ("hexadecimal in capitals", lambda right: _raw(right).hex().upper(), "It is base64."),
    "base64url": (
        "- and _ instead of + and /",
        lambda right: urlsafe_b64encode(_raw(right)).decode(),
        "It is standard base64.",
    ),
    "unpadded": ("no = at the end", lambda right: right.rstrip("="), "Its padding belongs to it."),
    "other-case": ("capitals and small letters swapped", str.swapcase, "The case of a letter counts."),
    "lower-case": ("small letters only", str.lower, "The case of a letter counts."),
    "prefixed": ("sha256= before it", lambda right: f"sha256={right}", "It comes without a prefix."),
    "truncated": ("its first half", lambda right: right[:22], "All 32 bytes count."),
    "doubled": ("twice in a row", lambda right: right * 2, "32 bytes and no more."),
    "empty": ("an empty signature", lambda _: "", "Nothing is no signature."),
    "not-ascii": ("letters beyond ASCII", lambda _: "sïgnatüre", "A comparison must not fail over it."),
}
ANOTHER_KEY: Mapping[str, tuple[str, str, bytes]] = {
    "wrong-secret": ("another secret", SECRET, b"nequE"),
    "empty-secret": ("no secret at all", SECRET, b""),
    "secret-with-newline": ("a line end after the secret", SECRET, b"neque\n"),
    "secret-trimmed": ("the blanks around the secret removed", " two  words ", b"two  words"),
    "secret-as-latin-1": ("the secret as Latin-1", "pässwörd ½", "pässwörd ½".encode("latin-1")),
    "secret-from-base64": ("the secret decoded from base64", "c2VjcmV0cw==", b"secrets"),
    "secret-from-hex": ("the secret decoded from hexadecimal", "00112233", bytes.fromhex("00112233")),
    "secret-composed": ("the secret in another Unicode form", "cafe\u0301", "café".encode()),
    "secret-cut": ("the first 64 bytes of the secret", "k" * 64 + "l", b"k" * 64),
}
# What was signed, and what came.
ANOTHER_BODY: Mapping[str, tuple[str, bytes, bytes]] = {
    "tampered": ("one digit changed", BODY, BODY.replace(b"108", b"109")),
    "truncated-body": ("the last byte of the body missing", BODY, BODY[:-1]),
    "line-end-added": ("a line end added", BODY, BODY + b"\n"),
    "line-end-removed": ("a line end removed", BODY + b"\n", BODY),
    "line-ends-changed": ("CR LF turned into LF", INDENTED.replace(b"\n", b"\r\n"), INDENTED),
    "re-serialised": (
        "the JSON written anew without blanks",
        INDENTED,
        BODIES["blanks"][1].replace(b" ", b""),
    ),
    "unescaped": ("\\u escapes turned into characters", ESCAPED, RAW),
    "escaped": ("characters turned into \\u escapes", RAW, ESCAPED),
    "sorted": ("members in another order", b'{"b":1,"a":2}', b'{"a":2,"b":1}'),
    "renumbered": ("1.0 turned into 1", b'{"a":1.0}', b'{"a":1}'),
    "mark-removed": ("the byte order mark removed", b"\xef\xbb\xbf" + BODY, BODY),
    "other-body": ("the signature of another body", RAW, BODY),
    "empty-body": ("the signature of an empty body", b"", BODY),
    "emptied": ("the body lost", BODY, b""),
}
ALGORITHMS: Mapping[str, tuple[str, str]] = {
    "sha-1": ("HMAC-SHA1", _digest("sha1")),
    "sha-384": ("HMAC-SHA384", _digest("sha384")),
    "sha-512": ("HMAC-SHA512", _digest("sha512")),
    "unkeyed": ("SHA-256 without a key", b64encode(hashlib.sha256(BODY).digest()).decode()),
    "appended-key": (
        "SHA-256 of secret and body in a row",
        b64encode(hashlib.sha256(SECRET.encode() + BODY).digest()).decode(),
    ),
}


def _wrong() -> Iterator[Vector]:
    for name, (says, rewrite, why) in REWRITTEN.items():
        yield Vector(f"not-{name}", says, SECRET, BODY, rewrite(sign(SECRET, BODY)), False, why)
    for name, (says, secret, key) in ANOTHER_KEY.items():
        yield Vector(f"not-{name}", says, secret, BODY, _digest("sha256", key), False, KEY)
    for name, (says, signed, came) in ANOTHER_BODY.items():
        yield Vector(f"not-{name}", says, SECRET, came, sign(SECRET, signed), False, MESSAGE)
    for name, (says, signature) in ALGORITHMS.items():
        yield Vector(f"not-{name}", says, SECRET, BODY, signature, False, "The digest is HMAC-SHA256.")


def vectors() -> list[Vector]:
    """All of them, those that verify first."""
    return [*_right(), *_wrong()]


def text() -> str:
    """The file, in ASCII so that nothing on the way can change it."""
    described = {
        "says": "Signatures of deliveries, right and wrong. The format is described in docs/receiving.md.",
        "format": FORMAT,
        "header": "X-SuperOffice-Signature",
        "vectors": [each.as_json() for each in vectors()],
    }
    return json.dumps(described, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(text().encode("ascii"))
