"""The mark of a run: it is in the name and the target of all that the run makes, and says when it began."""

from __future__ import annotations

import re
import secrets
import time
import zlib
from datetime import UTC, datetime

FORM = re.compile(r"wct([0-9a-f]{8})[0-9a-f]{6}([0-9a-f]{2})")


def fresh(began: float | None = None) -> str:
    """`wct`, the second at which the run began in 8 hex digits, 6 random ones, and 2 to check them by."""
    second = int(time.time() if began is None else began)
    mark = f"wct{second:08x}{secrets.token_hex(3)}"
    return mark + _check(mark)


def _check(mark: str) -> str:
    return f"{zlib.crc32(mark.encode()) & 0xFF:02x}"


def find(text: object) -> str | None:
    """The first tag in a text, in any letter case; what only looks like one has wrong check digits."""
    marks = FORM.finditer(text.lower()) if isinstance(text, str) else ()
    return next((each[0] for each in marks if _check(each[0][:-2]) == each[2]), None)


def began(tag: str) -> datetime:
    """When the run with a tag began, by the clock of the machine that it ran on."""
    return datetime.fromtimestamp(int(tag[3:11], 16), UTC)
