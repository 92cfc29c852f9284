"""The suite before and behind a proxy: the same verdicts, and no violation of a server that is right."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.strangers import WORLDS, running
from tests.upstream.servers import proxying

PART = "webhook.patch"


def checked(url, file, *words):
    """The verdicts of a run about a few clauses."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "contract_tests", "check", "--target", url, "--no-receiver"),
            *("--json", str(file), "-k", *(words or (PART,))),
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(file.read_text(encoding="utf-8"))
    return {each["id"]: each["verdict"] for each in report["clauses"]}


def test_verdicts_are_the_same_through_a_proxy(mocked, tmp_path):
    """And nothing that the mock answers breaks the document."""
    mock, _ = mocked
    with proxying(mock.url) as proxy:
        through = checked(proxy.url, tmp_path / "through.json")
        assert proxy.stop() == 0, proxy.out
    assert through == checked(mock.url, tmp_path / "direct.json")
    assert {"kept"} <= set(through.values())


@pytest.mark.parametrize("world", ["like_the_samples", "terse_errors", "chunks"])
def test_servers_that_are_right_in_another_way(world, tmp_path):
    """Break nothing either."""
    with running(WORLDS[world]) as url, proxying(url) as proxy:
        checked(proxy.url, tmp_path / "report.json", "webhook.post")
        assert proxy.stop() == 0, proxy.out


FAULTS = [("state-numbered", "/State"), ("list-joins-events", "/Events")]


@pytest.mark.parametrize(("fault", "pointer"), FAULTS)
def test_a_fault_that_changes_the_shape_is_noticed(fault, pointer):
    """By whoever uses the server through the proxy, without any suite."""
    with proxying(None, "--fault", fault) as mock, proxying(mock.url) as proxy:
        proxy.ask("POST", "/api/v1/Webhook", {"TargetUrl": "http://localhost:9/", "Events": ["a.b"]})
        proxy.ask("POST", "/api/v1/Agents/Webhook/GetAllWebhooks", {})
        assert proxy.stop() == 1
    assert f"answer body {pointer}:" in proxy.out or f"answer body /*{pointer}:" in proxy.out
