"""How a signature may be written down, other than in the documented base64."""

from __future__ import annotations

from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping

SHORTEST = 8  # characters of a signature that was cut; fewer would fit by chance

# Whether the text that came is these bytes. The order counts: what is unpadded is also a beginning.
NOTATIONS: Mapping[str, Callable[[bytes, str], bool]] = {
    "in hexadecimal, where base64 is documented": lambda raw, came: came.lower() == raw.hex(),
    "in base64url (- and _), where base64 (+ and /) is documented": lambda raw, came: came == _url(raw),
    "in base64 without its padding": lambda raw, came: came == base64(raw).rstrip("="),
    "in base64url without its padding": lambda raw, came: came == _url(raw).rstrip("="),
    "with something around it, such as a prefix": lambda raw, came: base64(raw) in came,
    "in hexadecimal with something around it, such as a prefix": lambda raw, came: raw.hex() in came.lower(),
    "in base64 of its hexadecimal text": lambda raw, came: came == base64(raw.hex().encode()),
    "in other letter case": lambda raw, came: came.lower() == base64(raw).lower(),
    "in part: its end is missing": lambda raw, came: _begins(base64(raw), came),
    "in hexadecimal and in part: its end is missing": lambda raw, came: _begins(raw.hex(), came.lower()),
}
DIGESTS = {16: "MD5", 20: "SHA-1", 32: "SHA-256", 48: "SHA-384", 64: "SHA-512"}


def base64(raw: bytes) -> str:
    """The documented notation."""
    return b64encode(raw).decode()


def _url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()


def _begins(whole: str, came: str) -> bool:
    return len(came) >= SHORTEST and whole.startswith(came)


def form(signature: str) -> str:
    """What is odd about a signature whatever it was made of; empty when it looks as documented."""
    notation, raw = _read(signature)
    if raw is None:
        return "it is no base64"
    if notation == "base64" and len(raw) == 32:
        return ""
    named = f", as {DIGESTS[len(raw)]} makes them" if len(raw) in DIGESTS and len(raw) != 32 else ""
    return f"it is {len(raw)} bytes in {notation}{named}, where 32 bytes in base64 are documented"


def _read(signature: str) -> tuple[str, bytes | None]:
    readings: Mapping[str, Callable[[str], bytes]] = {
        "hexadecimal": bytes.fromhex,
        "base64": lambda text: b64decode(text, validate=True),
        "base64url": lambda text: b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True),
    }
    for notation, read in readings.items():
        try:
            return notation, read(signature)
        except ValueError:
            continue
    return "", None
