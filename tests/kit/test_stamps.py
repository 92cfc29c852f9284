"""Times in every notation that the API is known to write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.kit import stamps

NOON = datetime(2024, 4, 18, 12, 0, 0, tzinfo=UTC)
ZONES = ["+05:45", "-03:30", "+12:45", "+14:00", "-12:00", "+02:00", "+00:00"]


def at(hours: float) -> timezone:
    """The zone that is so many hours ahead of UTC."""
    return timezone(timedelta(hours=hours))


def in_zone(moment: datetime, offset: str) -> datetime:
    """The moment on a wall clock of that zone."""
    return moment.astimezone(datetime.fromisoformat(f"2024-01-01T00:00:00{offset}").tzinfo)


# ---- reading


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("2024-04-18T14:34:02Z", datetime(2024, 4, 18, 14, 34, 2, tzinfo=UTC)),
        ("2024-04-18T14:34:02+02:00", datetime(2024, 4, 18, 14, 34, 2, tzinfo=at(2))),
        ("2024-04-18T14:34:02+0200", datetime(2024, 4, 18, 14, 34, 2, tzinfo=at(2))),
        ("2024-04-18T14:34:02-03:30", datetime(2024, 4, 18, 14, 34, 2, tzinfo=at(-3.5))),
        ("2024-04-18T14:34:02+05:45", datetime(2024, 4, 18, 14, 34, 2, tzinfo=at(5.75))),
        ("2024-04-18T14:34:02.5Z", datetime(2024, 4, 18, 14, 34, 2, 500_000, tzinfo=UTC)),
        ("2024-04-18T14:34:02.050Z", datetime(2024, 4, 18, 14, 34, 2, 50_000, tzinfo=UTC)),
        ("2024-04-18T14:34:02.9242705+02:00", datetime(2024, 4, 18, 14, 34, 2, 924_270, tzinfo=at(2))),
        ("2024-04-18T14:34:02.999999999Z", datetime(2024, 4, 18, 14, 34, 2, 999_999, tzinfo=UTC)),
    ],
)
def test_a_stamp_is_an_instant(stamp, instant):
    """Z, an offset, and a fraction of any length name an instant to the microsecond."""
    assert stamps.parse(stamp) == instant


@pytest.mark.parametrize(
    ("stamp", "wall_clock"),
    [
        ("2024-04-18T14:34:02", datetime(2024, 4, 18, 14, 34, 2)),  # noqa: DTZ001  # without a zone
        ("2024-04-18T14:34:02.9242705", datetime(2024, 4, 18, 14, 34, 2, 924_270)),  # noqa: DTZ001
        ("0001-01-01T00:00:00", datetime(1, 1, 1)),  # noqa: DTZ001
    ],
)
def test_a_stamp_without_offset_has_no_zone(stamp, wall_clock):
    """Without an offset a stamp is the time on some wall clock."""
    assert stamps.parse(stamp) == wall_clock


@pytest.mark.parametrize(
    "other",
    [
        None,
        0,
        1_713_450_842,
        NOON,
        "",
        "yesterday",
        "2024-04-18",
        "14:34:02",
        "2024-04-18 14:34:02",
        "2024-04-18T14:34",
        "2024-13-18T14:34:02Z",
        "2024-02-30T14:34:02Z",
        "2024-04-18T24:34:02Z",
        "2024-04-18T14:34:02+25:00",
        "2024-04-18T14:34:02.Z",
        "2024-04-18T14:34:02 +02:00",
        "2024-04-18T14:34:02Z\n",
        "/Date(1713450842000)/",
    ],
    ids=repr,
)
def test_what_is_no_stamp_is_none(other):
    """Other values and other texts are no stamps, and never near any time."""
    assert stamps.parse(other) is None
    assert stamps.distance(other, NOON) == timedelta.max
    assert not stamps.is_now(other, NOON)


# ---- nearness


@pytest.mark.parametrize(
    ("stamp", "near"),
    [
        ("2024-04-18T12:00:00Z", True),
        ("2024-04-18T12:00:30Z", True),
        ("2024-04-18T11:59:30Z", True),
        ("2024-04-18T12:00:30.000001Z", False),
        ("2024-04-18T11:59:29.999999Z", False),
        ("2024-04-18T14:00:00+02:00", True),
        ("2024-04-18T12:00:00+02:00", False),
        ("2024-04-18T13:00:00Z", False),
        ("2024-04-18T12:15:00Z", False),
        ("2024-04-18T12:00:30", True),
        ("2024-04-18T12:00:30.000001", False),
        ("2024-04-18T14:00:00.1234567", True),
        ("2024-04-18T17:45:00", True),
        ("2024-04-18T17:44:30", True),
        ("2024-04-18T17:37:30", False),
        ("2024-04-19T02:00:00", True),
        ("2024-04-19T03:00:00", False),
        ("2024-04-19T12:00:00", False),
        ("0001-01-01T00:00:00", False),
        ("0001-01-01T00:00:00Z", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59.9999999-14:00", False),
    ],
)
def test_now_is_half_a_minute_wide(stamp, near):
    """A stamp is of now up to 30 seconds away, in any zone a wall clock may be in."""
    assert stamps.is_now(stamp, NOON) is near


@given(
    seconds=st.floats(-29, 29),
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
)
def test_every_zone_tells_the_same_now(seconds, zone, moment):
    """Now is now with the offset of a zone, and on a wall clock of that zone without it."""
    now = moment.replace(tzinfo=UTC)
    written = in_zone(now + timedelta(seconds=seconds), zone).isoformat(timespec="microseconds")

    assert stamps.is_now(written, now)
    assert stamps.is_now(written[:-6], now)


# ---- sameness


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2024-04-18T14:34:02Z", "2024-04-18T14:34:02Z", True),
        ("2024-04-18T14:34:02Z", "2024-04-18T16:34:02+02:00", True),
        ("2024-04-18T14:34:02Z", "2024-04-18T14:34:02+02:00", False),
        ("2024-04-18T14:34:02Z", "2024-04-18T14:34:02.9242705Z", True),
        ("2024-04-18T14:34:02Z", "2024-04-18T14:34:03Z", False),
        ("2024-04-18T14:34:02", "2024-04-18T14:34:02.9", True),
        ("2024-04-18T14:34:02", "2024-04-18T14:34:02Z", True),
        ("2024-04-18T14:34:02", "2024-04-18T14:34:02+02:00", True),
        ("2024-04-18T14:34:02", "2024-04-18T16:34:02+02:00", False),
        ("0001-01-01T00:00:00", "0001-01-01T00:00:00Z", True),
        ("0001-01-01T00:00:00", "2024-04-18T14:34:02Z", False),
        (None, None, True),
        (None, "2024-04-18T14:34:02Z", False),
        ("soon", "soon", True),
        ("soon", "later", False),
    ],
)
def test_one_instant_has_many_notations(one, other, same):
    """Two stamps are the same up to a second, whatever is written after the seconds."""
    assert stamps.same(one, other) is same
    assert stamps.same(other, one) is same


# ---- order


@pytest.mark.parametrize(
    ("one", "other", "seconds"),
    [
        ("2024-04-18T14:34:02Z", "2024-04-18T14:34:07Z", 5),
        ("2024-04-18T14:34:02Z", "2024-04-18T16:34:07+02:00", 5),
        ("2024-04-18T14:34:02", "2024-04-18T14:34:07.5", 5.5),
        ("2024-04-18T14:34:02", "2024-04-18T15:34:02", 3600),
        ("2024-04-18T14:34:07Z", "2024-04-18T14:34:02Z", -5),
        ("2024-04-18T14:34:02Z", "2024-04-18T14:34:07", 5),
        ("2024-04-18T14:34:02Z", "2024-04-18T09:34:07", 5),
        ("2024-04-18T14:34:02", "2024-04-18T09:04:07-05:30", 5),
        ("2024-04-18T14:34:02Z", "2024-04-18T16:34:02", 0),
    ],
)
def test_time_elapses_between_stamps(one, other, seconds):
    """Between two notations whole quarters of an hour do not count: one may be in any zone."""
    assert stamps.elapsed(one, other) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "stamp",
    ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", None, "soon", 7],
)
@pytest.mark.parametrize("registered", ["2024-04-18T14:34:02Z", "2024-04-18T14:34:02"])
def test_the_year_one_and_what_is_no_stamp_are_later_than_nothing(registered, stamp):
    """A zero date without an offset is compared with a date that has one, and so is what is no date."""
    assert stamps.elapsed(registered, stamp) < timedelta(0)


# ---- writing


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (NOON, "Thu, 18 Apr 2024 12:00:00 GMT"),
        (datetime(2024, 4, 18, 1, 30, 0, tzinfo=at(2)), "Wed, 17 Apr 2024 23:30:00 GMT"),
        (datetime(2026, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC), "Thu, 01 Jan 2026 00:00:00 GMT"),
    ],
)
def test_http_writes_dates_in_gmt(instant, written):
    """A date in a header is in GMT, to the whole second before."""
    assert stamps.http_date(instant) == written
