"""What a run has found as JSON: its members, its schema, and the way back."""

from __future__ import annotations

import dataclasses
import json

import pytest
from jsonschema import Draft202012Validator

from contract_tests.kit.verdicts import Failure, Turn, Verdict
from contract_tests.reports import json_report
from openapi import clauses

from .samples import CLAUSES, FAILURE, FLAKY, REMNANTS, finished, hostile, known


@pytest.fixture
def written() -> dict[str, object]:
    """The JSON file of a run that found a bit of everything."""
    return json.loads(
        json_report.rendered(
            finished(CLAUSES, known=(known(),), left_behind=REMNANTS, clean_up="webhook-contract clean")
        )
    )


def test_the_report_has_these_members(written):
    """The members of the report are those that its readers know, in their order."""
    assert list(written) == [
        "schema",
        "suite",
        "version",
        "target",
        "started",
        "seconds",
        "requests",
        "strict",
        "verdict",
        "clauses",
        "summary",
        "known_failures",
        "missing",
        "tier",
        "shard",
        "left_behind",
        "clean_up",
        "stopped",
        "waited",
    ]
    assert {
        name: written[name]
        for name in ("suite", "target", "started", "seconds", "requests", "clean_up", "waited")
    } == {
        "suite": "superoffice-webhook-contract",
        "target": "http://127.0.0.1:9/api/v1",
        "started": "2024-04-18T12:00:00+00:00",
        "seconds": 12.346,
        "requests": 321,
        "clean_up": "webhook-contract clean",
        "waited": {"429": 1.235},
    }
    assert written["left_behind"][0] == {
        "id": 7,
        "reason": "DELETE /Webhook/7 is answered 500",
        "is_faulty": False,
    }


def test_the_summary_counts_every_verdict(written):
    """The summary has a number for every verdict, also for those that nothing got."""
    assert written["summary"] == dict.fromkeys(
        ["kept", "not offered", "unproved", "known", "flaky", "blocked", "error", "broken"], 1
    ) | {"known": 0}
    assert finished({}).summary == dict.fromkeys(written["summary"], 0)


def test_a_clause_has_these_members(written):
    """Each record of a clause is complete, whatever its verdict."""
    assert [each["id"] for each in written["clauses"]] == [each for each in clauses.load() if each in CLAUSES]
    for record in written["clauses"]:
        clause = clauses.get(record["id"])
        assert list(record) == [
            "id",
            "level",
            "provenance",
            "verdict",
            "says",
            "silence",
            "source",
            "seen",
            "operations",
            "checks",
            "reason",
            "failure",
            "failures",
            "known",
        ]
        assert (record["level"], record["says"], record["source"]) == (
            clause.level,
            clause.says,
            clause.source,
        )
        assert record["operations"] == list(clause.operations)
        assert record["verdict"] == CLAUSES[record["id"]].word
        assert record["checks"] == 1


def test_only_a_broken_clause_has_a_failure(written):
    """The failure of a broken clause is complete; the other ones have none."""
    failures = {each["id"]: each["failure"] for each in written["clauses"]}

    assert failures.pop("webhook.post.shape") == json.loads(json.dumps(dataclasses.asdict(FAILURE)))
    assert failures.pop("webhook.patch.merge") == json.loads(json.dumps(dataclasses.asdict(FLAKY)))
    assert set(failures.values()) == {None}


def test_the_report_is_written_in_utf8():
    """Texts of any script are written as they are."""
    failure = Failure("test_it", "blå", "株式会社 🔑")
    text = json_report.rendered(finished({"webhook.post.ok": Verdict.BROKEN}, failure)).decode("utf-8")

    assert '"expected": "blå"' in text
    assert '"came": "株式会社 🔑"' in text
    assert text.endswith("}\n")


def test_half_a_surrogate_pair_is_written():
    """What no encoding can hold is written as the escape that JSON has for it."""
    failure = Failure("test_it", "one", "another", answer='"\ud83d"')

    assert b"\\ud83d" in json_report.rendered(finished({"webhook.post.ok": Verdict.BROKEN}, failure))


# ---- the schema, and the way back


RUNS = [finished(), finished({}), finished(CLAUSES, strict=True, known=(known(),)), hostile()]


@pytest.mark.parametrize("run", RUNS, ids=["some", "none", "strict", "hostile"])
def test_a_report_fits_its_schema(run):
    """Whatever a run has found, its report is what the schema says."""
    Draft202012Validator.check_schema(json_report.schema())

    assert json_report.difference(json_report.as_json(run)) is None


def test_the_schema_knows_every_member():
    """The schema describes each member that a report, a clause, a failure and a known failure have."""
    schema, raw = json_report.schema(), json_report.as_json(finished(CLAUSES, known=(known(),)))
    described = {
        name: set(each["properties"]) for name, each in schema["$defs"].items() if "properties" in each
    }

    assert set(schema["properties"]) == set(raw)
    assert described["clause"] == set(raw["clauses"][0])
    assert described["failure"] == {field.name for field in dataclasses.fields(Failure)}
    assert described["turn"] == {field.name for field in dataclasses.fields(Turn)}
    assert described["known"] == set(raw["known_failures"][0])
    assert set(schema["$defs"]["clause"]["properties"]["verdict"]["enum"]) == {each.word for each in Verdict}


@pytest.mark.parametrize("run", RUNS, ids=["some", "none", "strict", "hostile"])
def test_a_report_is_read_back(run, tmp_path):
    """What was written and read again is written in the same way."""
    file = tmp_path / "report.json"
    file.write_bytes(json_report.rendered(run))

    assert json_report.rendered(json_report.read(file)) == file.read_bytes()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[]", "$"),
        (b"{}", "schema"),
        (b'{"schema": "urn:else"}', "$"),
        (b'{"suite": "another"}', "$"),
    ],
    ids=repr,
)
def test_what_is_no_report_is_refused_in_one_line(content, named, tmp_path):
    """A file that is something else is named, with what is wrong about it."""
    file = tmp_path / "report.json"
    file.write_bytes(content)

    with pytest.raises(json_report.NotAReport) as refused:
        json_report.read(file)
    assert str(file) in str(refused.value)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path):
    """A report that is not there is named."""
    with pytest.raises(json_report.NotAReport, match=r"none\.json"):
        json_report.read(tmp_path / "none.json")
