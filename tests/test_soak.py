"""The long run: its requests are right, and growth is told from noise."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from click.testing import CliRunner

from bench import soak
from bench.mixture import WEIGHTS, Life, World
from bench.soak import Endured, Sample


def run(megabytes, wrong=()):
    """A run of 500,000 requests whose memory was as a function of them says."""
    samples = tuple(Sample(number, number / 1000, megabytes(number)) for number in range(0, 500_001, 10_000))
    return Endured("memory", samples, Counter(wrong), 0.0)


@pytest.mark.parametrize(
    ("megabytes", "flat"),
    [
        (lambda number: 100, True),
        # What is bounded fills while it warms up.
        (lambda number: min(100 + number / 1000, 200), True),
        (lambda number: 100 + Random(number).uniform(-5, 5), True),
        (lambda number: 100 + number / 50_000, False),
        (lambda number: 100 if number < 490_000 else 140, False),
    ],
    ids=["flat", "warming up", "noisy", "growing", "growing late"],
)
def test_growth_is_told_from_noise(megabytes, flat):
    """A slope counts, and so does a step; neither what fills in the beginning nor what goes up and down."""
    assert run(megabytes).is_flat is flat


def test_slopes_are_told_in_megabytes_per_100000_requests():
    """Two megabytes each, as the line of least squares has it."""
    assert run(lambda number: 100 + number / 50_000).slope == pytest.approx(2)


def test_every_request_is_answered_as_it_should_be():
    """A short run has no wrong answer, and memory is looked at."""
    found = soak.endured("file", requests=1500, seconds=40, clients=2, tell=lambda _: None)

    assert found.wrong == Counter()
    assert found.samples[-1].requests > found.samples[0].requests
    assert found.stored > 0


@pytest.mark.parametrize("make", WEIGHTS, ids=lambda make: make.__name__)
def test_requests_are_drawn_again(make):
    """The same chance makes the same request, with and without webhooks."""
    for ids in ([], [1, 2, 3]):
        drawn = [make(World(Random(7), "http://127.0.0.1:9"), Life("/t", [*ids])) for _ in range(2)]
        assert drawn[0].path == drawn[1].path
        assert drawn[0].right


def test_a_page_tells_how_it_was_made():
    """Its command, its day, its bounds, and memory over time."""
    page = soak.page([run(lambda _: 100)], "python -m bench.soak --write", datetime(2026, 11, 21, tzinfo=UTC))

    assert "Written by `python -m bench.soak --write` on 21 November 2026" in page
    assert "| in memory | 500,000 | 500 | 1,000 | 100 | 100 | 0.00 | – | 0 | yes |" in page
    assert "| 500,000 | 500 | 100 |" in page


def test_wrong_answers_fail_a_run(monkeypatch):
    """So does growth."""
    for found in (run(lambda _: 100, ["GET /: 500"]), run(lambda number: number / 1000)):
        monkeypatch.setattr(soak, "endured", lambda *_, found=found: found)
        done = CliRunner().invoke(soak.main, ["--store", "memory"])
        assert done.exit_code == 1
    assert "no" in done.output
