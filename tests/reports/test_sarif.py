"""What a run has found as SARIF."""

from __future__ import annotations

import dataclasses
import json

import pytest
from jsonschema import Draft202012Validator

from contract_tests.kit.verdicts import Verdict
from contract_tests.reports import sarif

from .samples import CLAUSES, FAILURE, finished, hostile, known

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
HEADERS = {"type": "object", "additionalProperties": {"type": "string"}}
# What section 3 of SARIF 2.1.0 demands of the objects that are written, and no member beside them.
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "help": TEXT,
        "helpUri": {"type": "string", "pattern": "^https?://"},
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}},
        "properties": {"type": "object", "properties": {"tags": {"type": "array", "uniqueItems": True}}},
    },
}
RULES = {"type": "array", "items": RULE, "uniqueItems": True}
URI = {"type": "string", "pattern": "^[!-~]+$"}
RESULT = {
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "kind": {"enum": ["pass", "open", "informational", "notApplicable", "review", "fail"]},
        "level": LEVEL,
        "message": TEXT,
        "locations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "physicalLocation": {
                        "type": "object",
                        "required": ["artifactLocation"],
                        "properties": {
                            "artifactLocation": {
                                "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}}
                            }
                        },
                    },
                    "logicalLocations": {"type": "array", "uniqueItems": True},
                },
            },
        },
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "suppressions": {
            "type": "array",
            "items": {
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "status": {"enum": ["accepted", "underReview", "rejected"]},
                    "justification": {"type": "string"},
                },
            },
        },
        "webRequest": {"type": "object", "properties": {"headers": HEADERS, "body": TEXT}},
        "webResponse": {
            "type": "object",
            "properties": {"headers": HEADERS, "body": TEXT, "statusCode": {"type": "integer"}},
        },
        "properties": {"type": "object"},
    },
}
UTC = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {"type": "array", "items": RULE, "uniqueItems": True}
                                },
                            }
                        },
                    },
                    "invocations": {
                        "type": "array",
                        "items": {
                            "required": ["executionSuccessful"],
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "startTimeUtc": UTC,
                                "endTimeUtc": UTC,
                            },
                        },
                    },
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


@pytest.mark.parametrize("run", [finished(), finished({}), hostile()], ids=["some", "none", "hostile"])
def test_it_has_the_form_of_a_log(run):
    """Whatever a run has found, the file has the members that SARIF knows, and their values."""
    log = json.loads(sarif.rendered(run))

    Draft202012Validator.check_schema(LOG)
    assert [error.message for error in Draft202012Validator(LOG).iter_errors(log)] == []


def test_rules_are_clauses_and_results_are_failures():
    """Every clause is a rule; those that failed have a result that points at their rule."""
    (run,) = sarif.as_sarif(finished())["runs"]
    rules, results = run["tool"]["driver"]["rules"], run["results"]

    assert {each["id"] for each in rules} == set(CLAUSES)
    assert {each["ruleId"] for each in results} == {"webhook.post.shape", "webhook.patch.merge"}
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in results)


@pytest.mark.parametrize(
    ("clause", "strict", "level"),
    [
        ("webhook.post.ok", False, "error"),
        ("robust.malformed-body", False, "error"),
        ("webhook.post.links-self", False, "warning"),
        ("webhook.post.links-self", True, "error"),
    ],
)
def test_levels(clause, strict, level):
    """What fails the run is an error, what does not is a warning."""
    (run,) = sarif.as_sarif(finished({clause: Verdict.BROKEN}, strict=strict))["runs"]

    assert [each["level"] for each in run["results"]] == [level]


def test_what_is_flaky_is_a_note():
    """What did not come again is a note, and says so."""
    (run,) = sarif.as_sarif(finished({"webhook.patch.merge": Verdict.FLAKY}))["runs"]
    (result,) = run["results"]

    assert result["level"] == "note"
    assert "did not come again" in result["message"]["text"]


def test_what_is_known_is_suppressed():
    """An excused failure is there, with its excuse."""
    (line,) = finished({"webhook.post.shape": Verdict.BROKEN}).lines
    excused = dataclasses.replace(line, verdict=Verdict.KNOWN, known=known())
    (run,) = sarif.as_sarif(finished({}, lines=(excused,)))["runs"]
    (suppression,) = run["results"][0]["suppressions"]

    assert suppression["justification"] == "ticket 7 (team, until 2999-01-01)"


def test_a_result_has_the_exchange_and_the_signature():
    """The request and the answer are there as SARIF has them; the signature tells failures apart."""
    (run,) = sarif.as_sarif(finished({"webhook.post.shape": Verdict.BROKEN}))["runs"]
    (result,) = run["results"]

    assert (result["webRequest"]["method"], result["webResponse"]["statusCode"]) == ("POST", 200)
    assert result["partialFingerprints"] == {"failureSignature/v1": FAILURE.signature}
    assert FAILURE.came in result["message"]["text"]


def test_an_incomplete_run_says_so():
    """What could not be asked is told as a problem of the run."""
    (run,) = sarif.as_sarif(finished({"webhook.post.ok": Verdict.BLOCKED}))["runs"]
    (invocation,) = run["invocations"]

    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["associatedRule"] == {"id": "webhook.post.ok"}
