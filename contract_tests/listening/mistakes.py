"""What people get wrong when they sign: another key, another body, another digest."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from contract_tests.listening.rewriting import REWRITINGS

BOM = b"\xef\xbb\xbf"
Digest = Callable[[bytes, bytes], bytes]


def _decoded(secret: str) -> bytes:
    return b64decode(secret, validate=True)


def _normal(form: Literal["NFC", "NFD"], secret: str) -> bytes:
    return unicodedata.normalize(form, secret).encode()


# Each takes the secret; ValueError where the mistake cannot be made with it.
KEYS: Mapping[str, Callable[[str], bytes]] = {
    "with an empty secret": lambda _: b"",
    "with the secret as Latin-1, where UTF-8 is documented": lambda secret: secret.encode("latin-1"),
    "with the secret as UTF-16, where UTF-8 is documented": lambda secret: secret.encode("utf-16-le"),
    "with the secret as ASCII, where UTF-8 is documented": lambda secret: secret.encode("ascii", "replace"),
    "with the secret decoded from base64, where its text is the key": _decoded,
    "with the secret decoded from hexadecimal, where its text is the key": bytes.fromhex,
    "with the secret without the blanks around it": lambda secret: secret.strip().encode(),
    "with a line end after the secret": lambda secret: f"{secret}\n".encode(),
    "with a carriage return and a line end after the secret": lambda secret: f"{secret}\r\n".encode(),
    "with a blank after the secret": lambda secret: f"{secret} ".encode(),
    "with a blank before the secret": lambda secret: f" {secret}".encode(),
    "with blanks around the secret": lambda secret: f" {secret} ".encode(),
    "with quotes around the secret": lambda secret: f'"{secret}"'.encode(),
    "with the secret without the quotes around it": lambda secret: secret.strip("\"'").encode(),
    "with the composed Unicode form of the secret": lambda secret: _normal("NFC", secret),
    "with the decomposed Unicode form of the secret": lambda secret: _normal("NFD", secret),
}

# Each takes the body; ValueError where the mistake cannot be made with it.
BODIES: Mapping[str, Callable[[bytes], bytes]] = {
    "of an empty body": lambda _: b"",
    "of the body without the line end after it": lambda body: body.rstrip(b"\r\n"),
    "of the body with a line end after it": lambda body: body + b"\n",
    "of the body with a carriage return and a line end after it": lambda body: body + b"\r\n",
    "of the body with LF where it has CRLF": lambda body: body.replace(b"\r\n", b"\n"),
    "of the body with CRLF where it has LF": lambda body: re.sub(rb"(?<!\r)\n", b"\r\n", body),
    "of the body without the byte order mark before it": lambda body: body.removeprefix(BOM),
    "of the body with a byte order mark before it": lambda body: BOM + body,
    "of the body as Latin-1": lambda body: body.decode().encode("latin-1"),
    "of the body as UTF-16": lambda body: body.decode().encode("utf-16-le"),
    "of the body read as Latin-1 and written as UTF-8": lambda body: body.decode("latin-1").encode(),
    "of the body with U+FFFD for what is no UTF-8": lambda body: body.decode(errors="replace").encode(),
    "of the body as the text of a JSON string": lambda body: json.dumps(body.decode()).encode(),
    "of the body in base64": b64encode,
    **{f"of re-serialised JSON ({how}), not of the bytes": rewrite for how, rewrite in REWRITINGS.items()},
}


def _hmac(algorithm: str, key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, algorithm)


# Each takes the key and the body.
RIGHT: Digest = partial(_hmac, "sha256")
DIGESTS: Mapping[str, Digest] = {
    "with HMAC-SHA1, where HMAC-SHA256 is documented": partial(_hmac, "sha1"),
    "with HMAC-SHA512, where HMAC-SHA256 is documented": partial(_hmac, "sha512"),
    "with HMAC-SHA384, where HMAC-SHA256 is documented": partial(_hmac, "sha384"),
    "with HMAC-MD5, where HMAC-SHA256 is documented": partial(_hmac, "md5"),
    "with SHA-256 of the body alone, where HMAC is documented": lambda _, body: _sha256(body),
    "with SHA-256 of secret and body, where HMAC is documented": lambda key, body: _sha256(key + body),
    "with SHA-256 of body and secret, where HMAC is documented": lambda key, body: _sha256(body + key),
    "with the body as the key and the secret as the message": lambda key, body: RIGHT(body, key),
}


def _sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()
