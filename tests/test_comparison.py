"""The comparison with stock tools is what its runs say, and the README quotes it."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from bench.stock import pages, tools
from bench.stock.documents import DOCUMENT, downgraded
from bench.stock.pages import Compared
from bench.stock.trials import GOOD, SEED, Fault, Run, from_json

HERE = Path(__file__).parent.parent
PAGE = (HERE / "docs" / "stock.md").read_text(encoding="utf-8")
README = (HERE / "README.md").read_text(encoding="utf-8")
KEPT = json.loads((HERE / "bench" / "stock" / "results.json").read_text(encoding="utf-8"))
SAID_BY_DREDD = """\
pass: GET (200) /Webhook duration: 61ms
fail: PATCH (200) /Webhook/1 duration: 39ms
skip: PATCH (400) /Webhook/1
fail: PATCH (200) /Webhook/1 duration: 39ms
fail: headers: At '/content-type' No enum match for: "text/plain"
body: At '/Name' Missing required property: Name
statusCode: Expected status code '200', but got '400'.

request:
body:
"""


def run(fault: str, *findings: str, seed: int = SEED, problem: str = "") -> Run:
    """What a tool found in one mock."""
    return Run(
        tool="tool",
        fault=fault,
        seed=seed,
        findings=findings,
        requests=100,
        seconds=2.0,
        cpu=1.0,
        status=1,
        problem=problem,
    )


def test_only_what_is_new_kills():
    """What any seed found in the good mock is noise; a run that came to nothing is no survivor."""
    good = (run(GOOD, "noise"), run(GOOD, "late noise", seed=2))
    tool = Compared(
        "tool", [*good, run("seen", "noise", "new"), run("unseen", "late noise"), run("x", problem="x")]
    )

    assert tool.tried == {"seen": ("new",), "unseen": ()}
    assert tool.kills(["seen", "unseen", "x", "untried"]) == "1 of 2"


def test_a_survivor_of_the_suite_alone_is_told():
    """The page does not hide what others find."""
    ours = Compared("ours", [run("seen"), run("both", "new")])
    theirs = Compared("theirs", [run("seen", "new"), run("both", "new")])

    assert [*pages._notes([ours, theirs])] == ["A stock tool kills and the suite does not: `seen`."]
    assert pages.sentence([ours, theirs]) == (
        "Of 2 faults that all were given, ours kills 1 and theirs kills 2."
    )


def test_what_the_tools_say_is_read(tmp_path):
    """Kinds of failure and operations; the clauses of the suite."""
    (tmp_path / "said.txt").write_text(SAID_BY_DREDD, encoding="utf-8")
    assert tools._failing(tmp_path) == {
        f"{part}, PATCH (200) /Webhook/1" for part in ("headers", "body", "statusCode")
    }
    found = tmp_path / "found.json"
    found.write_text(
        '{"failures": [{"type": "ServerError", "operations": ["GET /a", "PUT /a"]}]}', encoding="utf-8"
    )
    assert tools._failures(tmp_path) == {"ServerError, GET /a", "ServerError, PUT /a"}
    found.write_text(
        '{"clauses": [{"id": "a", "verdict": "broken"}, {"id": "b", "verdict": "kept"}]}', encoding="utf-8"
    )
    assert tools._broken(tmp_path) == {"a"}


def test_the_older_document_has_every_operation(tmp_path):
    """It says the same in JSON alone, with an example for whatever is required."""
    older = json.loads(downgraded(tmp_path / "api.json").read_text(encoding="utf-8"))

    assert older["openapi"] == "3.0.3"
    assert {*older["paths"]} == {*yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))["paths"]}
    parameters = older["components"]["parameters"].values()
    assert all("example" in each for each in parameters if each["in"] == "path")
    assert "links" not in json.dumps(older["components"]["responses"])


def test_the_page_is_that_of_the_runs():
    """Whoever writes results writes the page."""
    faults = tuple(
        Fault(id=each, clause="webhook.post.ok", says=each)
        for each in {one.fault for one in from_json(KEPT["runs"])}
    )
    compared = pages.compare(KEPT)

    assert pages.sentence(compared) in PAGE
    assert all(f"| {row[0]} | {row[1]} | {row[2]} |" in PAGE for row in pages._totals(KEPT, compared))
    assert pages.page(KEPT, faults).startswith("# The suite and stock tools")


def test_the_readme_has_the_sentence_of_the_page():
    """With the same figures."""
    compared = pages.compare(KEPT)

    assert pages.sentence(compared) in " ".join(README.split())
