"""The benchmarks can be imported, and what they find becomes a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from bench import pages, throughput
from bench.__main__ import MEASUREMENTS, main
from bench.calls import GET, HOOK, MEASURED, POST
from bench.findings import Plan, Section, at_least, at_most, figure
from bench.load import Window
from bench.servers import MOCK, Server, bare, started

PLAN = Plan(rounds=1, seconds=1, requests=1, quick=True)


def test_help_names_every_measurement():
    """Each measurement can be chosen alone."""
    told = CliRunner().invoke(main, ["--help"]).output
    assert [name for name in MEASUREMENTS if name not in told] == []


def test_document_shows_a_whole_run_only():
    """A part of a run is not written down."""
    assert CliRunner().invoke(main, ["--only", "start", "--write"]).exit_code == 2


@pytest.mark.parametrize("server", [MOCK, bare(json.dumps(HOOK))], ids=lambda server: server.name)
def test_what_is_compared_answers_all_that_is_measured(server: Server):
    """A request that one of them refuses would end a run after minutes."""
    with started(server) as running:
        answers = [running.client.send(each) for each in (POST, *MEASURED)]

    assert [answer["Name"] for answer in answers[:2]] == [HOOK["Name"]] * 2
    assert [answer for answer in answers if "TargetUrl" not in answer] == []


def test_targets_tell_whether_they_are_met():
    """A target that was not measured is neither met nor missed."""
    found = [at_most("a", 1, 0.5), at_most("a", 1, 2), at_least("a", 1, 2), at_least("a", 1, None)]
    assert [target.verdict for target in found] == ["met", "missed", "met", "not measured"]


def test_figures_have_three_digits_that_count():
    """Neither 0.4 as 0 nor 12345.678 in full."""
    assert [figure(value) for value in (0.421, 12.34, 12345.6)] == ["0.42", "12.3", "12,346"]


def test_a_row_with_errors_is_not_valid():
    """Refusals are fast; they are not compared."""
    mine, theirs = Window(100, 1.0, 0, 1.0), Window(900, 1.0, 3, 1.0)
    windows = {("mock", (GET, 1)): [mine], ("peer", (GET, 1)): [theirs]}
    row = throughput._row((GET, 1), ["mock", "peer"], windows, lambda window: window.per_second)
    assert row == ("GET by id", "1", "100", "not valid: 3 errors", "–")


def test_a_page_has_the_tables_and_the_targets():
    """Every section is a heading, its method and its table; the targets come first."""
    section = Section(
        title="Start",
        method="How.",
        columns=("server", "s"),
        rows=(("mock", "0.3"),),
        targets=(at_most("Start", 0.4, 0.3, " s"),),
    )
    page = pages.page([section], PLAN, "python -m bench", datetime(2026, 11, 21, tzinfo=UTC))
    assert "| Start | ≤ 0.4 s | 0.30 s | met |" in page
    assert "## Start\n\nHow.\n\n| server | s |\n| --- | ---: |\n| mock | 0.3 |" in page
    assert "no figures to quote" in page
