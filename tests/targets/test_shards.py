"""A run can be split, done side by side, made short or deep, and its checks come in any order."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract_tests import checking, scope, shards, tiers
from contract_tests.kit import arming, clause
from contract_tests.kit.profiles import Asked, operations
from contract_tests.kit.removal import Remnant
from contract_tests.kit.verdicts import Outcome, Verdict
from contract_tests.reports import merging
from contract_tests.reports.json_report import as_json
from contract_tests.reports.report import Line, Report
from contract_tests.shards import NoShard, Shard
from openapi import clauses
from tests.strangers import WORLDS, running
from tests.targets.runs import check, run

ROOT = Path(__file__).parent.parent.parent


EVERY = scope.selection(Asked(operations("all")), None)


# ---- which part is which


@pytest.mark.parametrize("count", [1, 2, 3, 7, 200])
def test_all_shards_together_are_the_whole_run(items, count):
    """Every clause is in one shard, and in one only."""
    parts = [shards.share(Shard(number, count), EVERY, items) for number in range(1, count + 1)]

    assert sorted(each for part in parts for each in part) == sorted(clauses.load())


def test_a_split_is_always_the_same(items):
    """The order of the collected checks makes no difference."""
    once = shards.share(Shard(2, 3), EVERY, items)

    assert shards.share(Shard(2, 3), EVERY, items[::-1]) == once


def test_an_experiment_is_made_in_one_shard_only(items):
    """Clauses that look at the same slow observation stay together."""
    made = []
    for number in (1, 2, 3):
        part = shards.share(Shard(number, 3), EVERY, items)
        made += arming.needed([each for each in items if clause.of(each) in part])

    assert sorted(made) == sorted(arming.EXPERIMENTS)


def test_shards_are_about_equally_long(items):
    """No shard of three has more than half of all examples."""
    weights = shards._weights(items)
    loads = [
        sum(weights[each] for each in shards.share(Shard(number, 3), EVERY, items)) for number in (1, 2, 3)
    ]

    assert max(loads) < sum(loads) / 2


@pytest.mark.parametrize("text", ["0/2", "3/2", "1/0", "1", "a/b", "-1/2", "1/2/3"])
def test_what_is_no_shard_is_refused(text):
    """Numbers begin at 1 and end at the count."""
    with pytest.raises(NoShard, match="I/N"):
        shards.parse(text)


def test_a_shard_is_read_and_written():
    """2/3 is 2/3."""
    assert str(shards.parse("2/3")) == "2/3"


def test_what_a_module_checks_is_known_without_loading_it(items):
    """A module is left out where none of its clauses is asked about."""
    found: dict[Path, set[str]] = {}
    for item in items:
        found.setdefault(item.path, set()).add(str(clause.of(item)))

    assert {path: checking.clauses_in(path) for path in found} == found


# ---- reports put together

STARTED = datetime(2026, 1, 1, tzinfo=UTC)


def part(shard: str, *ids: str) -> Report:
    """The report of a shard in which these clauses were kept."""
    lines = tuple(
        Line(clauses.get(each), Verdict.KEPT, 1, Outcome(each, "check", Verdict.KEPT)) for each in ids
    )
    return Report(
        "http://x", STARTED, 2.0, 10, lines, (Remnant(len(ids), "stays"),), missing=("PUT /x",), shard=shard
    )


def test_reports_of_shards_become_one():
    """Clauses come in the order of the file, numbers are added, and nothing is said twice."""
    whole = merging.merged([part("1/2", "webhook.patch.ok"), part("2/2", "auth.required", "webhook.post.ok")])

    assert [line.clause.id for line in whole.lines] == [
        "webhook.post.ok",
        "webhook.patch.ok",
        "auth.required",
    ]
    assert (whole.requests, whole.seconds, [each.id for each in whole.left_behind]) == (20, 4.0, [1, 2])
    assert (whole.missing, whole.shard) == (("PUT /x",), "")


def test_a_report_says_which_part_it_is():
    """The JSON report has the shard and the tier."""
    report = as_json(replace(part("1/2", "webhook.post.ok"), tier="deep"))

    assert (report["shard"], report["tier"]) == ("1/2", "deep")
    assert as_json(part(""))["shard"] is None


# ---- runs


def test_shards_of_a_run_cover_it():
    """Two shards of the smoke tier are the smoke tier."""
    with running() as url:
        parts = [check("--target", url, "--tier", "smoke", "--shard", f"{each}/2") for each in (1, 2)]

    seen = [each for part in parts for each in part.verdicts]
    assert sorted(seen) == sorted(tiers.smoke())
    assert {verdict for part in parts for verdict in part.verdicts.values()} == {"kept"}
    assert [part.report["shard"] for part in parts] == ["1/2", "2/2"]


def test_jobs_find_what_one_process_finds():
    """A run in two processes has every clause, and convicts as one does."""
    with running(defect="merge_null_keeps") as url:
        ran = check("--target", url, "-k", "webhook.patch.", "--jobs", "2")

    assert ran.status == 1, ran.err
    assert list(ran.verdicts) == [each for each in clauses.load() if each.startswith("webhook.patch.")]
    assert set(ran.reasons("broken")) == {"webhook.patch.merge-null"}
    assert ran.report["left_behind"] == []
    assert ran.report["shard"] is None


def test_jobs_that_cannot_begin_say_so_once():
    """A target that nobody reaches is one line, however many processes tried."""
    ran = run("check", "--target", "http://127.0.0.1:9", "--jobs", "2")

    assert (ran.status, ran.err.count("\n")) == (3, 1)


@pytest.mark.parametrize(
    "options",
    [
        ("--shard", "3/2"),
        ("--jobs", "0"),
        ("--jobs", "2", "--shard", "1/2"),
        ("--jobs", "2", "--receiver-url", "http://tunnel.example.com"),
        ("--jobs", "2", "--receiver-bind", "127.0.0.1:9000"),
        ("--tier", "medium"),
        ("--tier", "smoke", "-k", "webhook.post.keeps-name"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line(options):
    """What cannot be split is said before the run."""
    ran = run("check", "--target", "http://127.0.0.1:9", *options)

    assert (ran.status, ran.err.count("\n")) == (2, 1), ran.err


def test_the_tier_smoke_is_of_the_file():
    """Its clauses exist, and it has one for each page and for deliveries."""
    pages = {each.rsplit(".", 1)[0] for each in tiers.smoke()}

    assert tiers.smoke() <= {*clauses.load()}
    assert {"webhook.post", "webhook.patch", "agent.list", "agent.signal", "delivery", "auth"} <= pages


def test_the_tier_deep_draws_more():
    """Ten times as many examples of a drawn clause make many more requests."""
    word = "webhook.patch.merge-array"
    with running() as url:
        usual, deep = (check("--target", url, "-k", word, "--tier", each) for each in ("standard", "deep"))

    assert {*usual.verdicts.values(), *deep.verdicts.values()} == {"kept"}
    assert deep.report["requests"] > 2 * usual.report["requests"]


@pytest.mark.parametrize("order", ["reversed", "1", "2"])
@pytest.mark.parametrize("world", ["plain", "documented_online"])
def test_the_order_of_the_checks_makes_no_difference(order, world):
    """Upside down or shuffled, the clauses of the smoke tier are kept."""
    with running(WORLDS[world]) as url:
        command = [sys.executable, "-m", "tests.targets.orders", url, order, "smoke"]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", cwd=ROOT, timeout=240, check=True
        )

    assert {each["verdict"] for each in json.loads(done.stdout)["clauses"]} == {"kept"}, done.stdout
