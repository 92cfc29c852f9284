"""X-SuperOffice-Signature, made and compared."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode

HEADER = "X-SuperOffice-Signature"


def sign(secret: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 of the bytes of the body, keyed with the secret in UTF-8."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def verifies(secret: str, body: bytes, signature: str) -> bool:
    """True when the signature is exactly the one of the body under the secret."""
    return hmac.compare_digest(sign(secret, body).encode(), signature.encode(errors="replace"))
