"""A target that asks for patience gets it, up to an end; and a rate of requests is kept."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from contract_tests.kit import pace
from contract_tests.kit.pace import Busy, Pace
from contract_tests.kit.target import Target
from tests.kit.servers import Answer, Heard, answering, exchange, fine

from .tenants import finished, tenant

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def http_date(instant: datetime) -> str:
    return format_datetime(instant, usegmt=True)


@pytest.mark.parametrize(
    ("status", "told", "seconds"),
    [
        (429, "7", 7),
        (429, " 0 ", 0),
        (429, "", 0),
        (429, "soon", 0),
        (429, "-3", 0),
        (429, "1.5", 0),
        (429, http_date(NOW + timedelta(seconds=90)), 90),
        (429, http_date(NOW - timedelta(days=1)), 0),
        (429, "Saturday, 21-Nov-26 12:00:30 GMT", 30),
        (503, "7", 7),
        (503, http_date(NOW + timedelta(seconds=5)), 5),
        (503, "", None),
        (500, "7", None),
        (200, "7", None),
        (301, "7", None),
    ],
)
def test_an_answer_says_how_long_to_wait(status, told, seconds):
    """Seconds, or a date by the clock of the target; 503 only asks for patience where it says how much."""
    headers = {"Date": http_date(NOW)} | ({"Retry-After": told} if told else {})

    assert pace.delay(exchange(status=status, headers=headers)) == seconds


def test_a_busy_target_is_asked_again():
    """The same request goes out again after the wait, and only the last answer counts."""
    moments = []

    def answer(_heard: Heard) -> Answer:
        moments.append(time.monotonic())
        busy = len(moments) < 3
        return (429 if len(moments) == 1 else 503, {"Retry-After": "1"}, b"") if busy else (200, {}, b"{}")

    with answering(answer) as server:
        target = Target(server.url)
        came = target.send("POST", "/Webhook", json={"Name": "x"})

    assert (came.status, target.requests, len(target.recent)) == (200, 3, 1)
    assert len({(method, path, body) for method, path, _, body in server.heard}) == 1
    assert all(later - sooner >= 1 for sooner, later in pairwise(moments))
    assert dict(target.pace.waited) == {429: 1.0, 503: 1.0}


def test_patience_has_an_end():
    """Who always says 429 is not asked for ever, and after that not at all."""
    with answering(lambda _heard: (429, {"Retry-After": "0"}, b"")) as server:
        target = Target(server.url, pace=Pace(patience=1))
        for _ in range(2):
            with pytest.raises(Busy, match="POST /Webhook is answered 429"):
                target.send("POST", "/Webhook", json={})
        heard = len(server.heard)

    assert 1 < heard < 6


def test_a_rate_holds_across_threads():
    """So many requests a second, whoever sends them."""
    with answering(fine) as server:
        target = Target(server.url, pace=Pace(rate=50))
        began = time.monotonic()
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: target.send("GET", "/Webhook"), range(26)))
        took = time.monotonic() - began

    assert took >= 25 / 50


def test_429_is_no_verdict():
    """A run against a target that is busy now and then finds what it finds elsewhere, and tells the wait."""

    def disturb(_heard: Heard, number: int) -> Answer | None:
        return (429, {"Retry-After": "1"}, b"") if number % 40 == 5 else None

    with tenant(disturb=disturb) as place:
        status, output, errors = finished("check", "--target", place.url, "-k", "webhook.post.s")
        left = place.hooks()

    assert (status, left) == (0, []), output + errors
    assert "s for 429" in output


def test_a_target_that_stays_busy_ends_in_3():
    """What could not be asked about is blocked, nothing is called broken, and what was made is told."""

    def disturb(_heard: Heard, number: int) -> Answer | None:
        return (429, {"Retry-After": "9999"}, b"") if number > 60 else None

    with tenant(disturb=disturb) as place:
        status, output, errors = finished("check", "--target", place.url, "-k", "webhook.post")
        left = [each["WebhookId"] for each in place.hooks()]

    assert status == 3, output + errors
    assert "✗" not in output
    assert "is answered 429" in output
    assert left
    assert f"left behind on the target: {len(left)} webhooks" in output
    assert f"webhook-contract clean --target={place.url} --tag=wct" in output


def test_a_target_that_is_busy_from_the_start_is_named():
    """A run that cannot begin for it says so in one line."""
    with answering(lambda _heard: (429, {"Retry-After": "9999"}, b"")) as server:
        status, output, errors = finished("check", "--target", server.url)

    assert (status, output, len(errors.splitlines())) == (3, "", 1)
    assert "429" in errors


def test_parts_of_a_run_share_its_rate():
    """However many processes ask, the target hears so many requests a second."""
    moments = []

    def disturb(_heard: Heard, _number: int) -> Answer | None:
        moments.append(time.monotonic())

    with tenant(disturb=disturb) as place:
        options = ("-k", "webhook.post.o", "--jobs", "2", "--rate", "20")
        status, output, errors = finished("check", "--target", place.url, *options)

    assert status == 0, output + errors
    assert max(moments) - min(moments) >= (len(moments) - 3) / 20 * 0.8
