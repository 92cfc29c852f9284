"""A long text of another script, and where what came of it leaves it."""

from __future__ import annotations

from contract_tests.kit import expect
from contract_tests.kit.values import Json

# Three bytes a letter: whatever power of two a body is read by, it parts some of them.
LONG = "株式会社" * 17_000
WANTED = f"{len(LONG)} characters, as sent"


def strays(came: Json) -> str:
    """Where a text leaves the long one, and how it goes on there."""
    if not isinstance(came, str):
        return expect.show(came)
    if came == LONG:  # nobody looks through all of it to say so
        return WANTED
    at = next((at for at, pair in enumerate(zip(came, LONG, strict=False)) if len({*pair}) > 1), len(LONG))
    return f"{len(came)} characters, from character {at} on {came[at : at + 8]!r}"
