"""Whether a delivery is signed as its webhook says."""

from __future__ import annotations

from hmac import compare_digest
from typing import NamedTuple

from mock_server.deliveries.log import BODY, Entry
from mock_server.deliveries.signature import sign

HEADER = "x-superoffice-signature"


class Verdict(NamedTuple):
    """A kind for the style, a word, and what it means."""

    kind: str
    word: str
    says: str
    # What the header would be, where that is known and it is not.
    expected: str | None = None


VERIFIED = Verdict(
    "verified", "verified", "The signature is the HMAC-SHA256 of these bytes with the webhook's secret."
)
UNSIGNED = Verdict("unsigned", "not signed", "The webhook had no secret, so there is no signature.")
SCRIPT = Verdict(
    "unsigned", "not sent", "A script is called in the server itself: there is no request to sign."
)
LONG = Verdict(
    "unknown", "not checked", "The mock keeps the beginning of a long body, and a signature is of all of it."
)


def verdict(entry: Entry) -> Verdict:
    """What there is to say about the signature of an attempt."""
    if not entry.request_headers:
        return SCRIPT
    sent = next((value for name, value in entry.request_headers.items() if name.casefold() == HEADER), None)
    if not entry.secret:
        return UNSIGNED if sent is None else _wrong("It is signed, but the webhook had no secret.", None)
    expected = sign(entry.secret, entry.request_body)
    if sent is not None and compare_digest(sent.encode(), expected.encode()):
        return VERIFIED
    if len(entry.request_body) >= BODY:
        return LONG
    if sent is None:
        return _wrong("The webhook has a secret, but nothing was signed.", expected)
    return _wrong("The signature is not the one that the webhook's secret gives for these bytes.", expected)


def _wrong(says: str, expected: str | None) -> Verdict:
    return Verdict("wrong", "wrong", says, expected)
