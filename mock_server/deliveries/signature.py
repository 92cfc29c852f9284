"""X-SuperOffice-Signature: how a receiver knows that a delivery came from this server."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Any


def sign(secret: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 of the very bytes that are sent."""
    return b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def signature_of(webhook: Mapping[str, Any], body: bytes) -> str | None:
    """The signature of a delivery; without a secret there is none."""
    return sign(webhook["Secret"], body) if webhook["Secret"] else None
