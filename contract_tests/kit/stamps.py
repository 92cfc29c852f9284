"""Times as the API writes them, and as HTTP does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from contract_tests.kit.verdicts import Unproved

STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?")
QUARTER = timedelta(minutes=15)
WIDEST_ZONE = timedelta(hours=14)
TOLERANCE = timedelta(seconds=30)


def parse(stamp: object) -> datetime | None:
    """The instant of a stamp, without a zone when it has no offset; None when it is no stamp."""
    match = STAMP.fullmatch(stamp) if isinstance(stamp, str) else None
    if match is None:
        return None
    seconds, fraction, offset = match.groups()
    try:
        return datetime.fromisoformat(f"{seconds}.{(fraction or '0'):0<6.6}{offset or ''}")
    except ValueError:
        return None


def distance(stamp: object, instant: datetime) -> timedelta:
    """How far a stamp is from an instant.

    A stamp without an offset may be in the server's base zone, so whole quarters of an hour do not count.
    """
    time = parse(stamp)
    if time is None:
        return timedelta.max
    if time.tzinfo is not None:
        return abs(time - instant)
    away = abs(time.replace(tzinfo=UTC) - instant)
    return min(away % QUARTER, QUARTER - away % QUARTER) if away < WIDEST_ZONE + QUARTER else away


def is_now(stamp: object, now: datetime) -> bool:
    """True for a stamp of this minute, as near as two clocks agree."""
    return distance(stamp, now) <= TOLERANCE


def second(stamp: object, now: datetime) -> datetime:
    """The whole second of a stamp of this minute; Unproved when it is none.

    `now` tells the zone of a stamp without an offset.
    """
    time = parse(stamp)
    if time is None or not is_now(stamp, now):
        raise Unproved(f"{stamp!r} is not the time of the last change")
    if time.tzinfo is None:
        quarters = round((time - now.astimezone(UTC).replace(tzinfo=None)) / QUARTER)
        time = (time - quarters * QUARTER).replace(tzinfo=UTC)
    return time.replace(microsecond=0)


def same(one: object, other: object) -> bool:
    """True for two stamps of one instant, in any notation, to the second."""
    first, second = parse(one), parse(other)
    if first is None or second is None:
        return one == other
    if (first.tzinfo is None) != (second.tzinfo is None):
        first, second = first.replace(tzinfo=None), second.replace(tzinfo=None)
    return abs(first - second) < timedelta(seconds=1)


def elapsed(one: object, other: object) -> timedelta:
    """How much later the other stamp is; less than any time when one of them is no stamp.

    Where only one has an offset, whole quarters of an hour do not count: the other may be in any zone.
    """
    first, second = parse(one), parse(other)
    if first is None or second is None:
        return timedelta.min
    if (first.tzinfo is None) == (second.tzinfo is None):
        return second - first
    away = second.replace(tzinfo=None) - first.replace(tzinfo=None)
    return away % QUARTER if abs(away) < 2 * WIDEST_ZONE else away


def http_date(instant: datetime) -> str:
    """The date as HTTP writes it (RFC 9110, section 5.6.7)."""
    return format_datetime(instant.astimezone(UTC), usegmt=True)
