"""The report as SARIF 2.1.0: clauses are rules, failures are results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from contract_tests.kit.verdicts import Failure, Repeats, Turn, Verdict
from contract_tests.reports.report import SUITE, Line, Report
from openapi import document
from openapi.clauses import Clause, Level

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Mapping[Level, str] = {"must": "error", "robust": "error", "should": "warning"}
TOLD = (Verdict.BROKEN, Verdict.KNOWN, Verdict.FLAKY)
URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)]")

Json = dict[str, Any]


def rendered(report: Report) -> bytes:
    """The file, in UTF-8."""
    text = json.dumps(as_sarif(report), indent=2, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")


def as_sarif(report: Report) -> Json:
    """The report as a SARIF log with one run."""
    driver = {
        "name": SUITE,
        "version": report.version,
        "rules": [_rule(line.clause) for line in report.lines],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report)],
        "results": list(_results(report)),
        "columnKind": "unicodeCodePoints",
        "properties": {"target": report.target, "summary": report.summary},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(report: Report) -> Json:
    """When the run was, and what could not be asked."""
    unasked = report.with_verdict(Verdict.BLOCKED, Verdict.ERROR)
    return {
        "executionSuccessful": not report.is_incomplete(),
        "startTimeUtc": _utc(report.started),
        "endTimeUtc": _utc(report.started + timedelta(seconds=report.seconds)),
        "toolExecutionNotifications": [
            {
                "associatedRule": {"id": line.clause.id},
                "level": "error",
                "message": {"text": f"{line.verdict.word}: {line.reason}"},
            }
            for line in unasked
        ],
    }


def _utc(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _rule(clause: Clause) -> Json:
    help_ = f"{clause.says}\n\nSource: {clause.source}"
    if clause.silence:
        help_ += f"\n\nLeft open: {clause.silence}"
    rule = {
        "id": clause.id,
        "shortDescription": {"text": clause.says},
        "help": {"text": help_},
        "defaultConfiguration": {"level": LEVELS[clause.level]},
        "properties": {
            "tags": ["superoffice-webhook", clause.level, clause.provenance],
            "operations": list(clause.operations),
        },
    }
    url = URL.search(clause.source)
    return rule | ({"helpUri": url[0]} if url else {})


def _results(report: Report) -> Iterator[Json]:
    for index, line in enumerate(report.lines):
        if line.verdict in TOLD:
            yield from (_result(report, index, line, failure) for failure in line.failures)


def _result(report: Report, index: int, line: Line, failure: Failure) -> Json:
    turn = _deciding(failure)
    result: Json = {
        "ruleId": line.clause.id,
        "ruleIndex": index,
        "kind": "fail",
        "level": _level(report, line, failure),
        "message": {"text": _message(line, failure)},
        "locations": [_location(report, line, turn)],
        "partialFingerprints": {"failureSignature/v1": failure.signature or failure.check},
        "properties": {
            "verdict": line.verdict.word,
            "check": failure.check,
            "field": failure.where,
            "expected": failure.expected,
            "came": failure.came,
            "repeats": failure.repeats.value,
            "script": "\n".join(failure.script),
        },
    }
    if turn is not None:
        result |= {"webRequest": _request(turn), "webResponse": _response(turn)}
    return result | _suppressed(line)


def _level(report: Report, line: Line, failure: Failure) -> str:
    if failure.repeats is Repeats.NO and not report.strict:
        return "note"
    return "error" if report.strict else LEVELS[line.clause.level]


def _message(line: Line, failure: Failure) -> str:
    where = f" (at {failure.where})" if failure.where else ""
    said = f"{line.clause.says} Expected {failure.expected}; came {failure.came}{where}."
    return f"{said} It did not come again." if failure.repeats is Repeats.NO else said


def _deciding(failure: Failure) -> Turn | None:
    """The turn of the exchange that was wrong."""
    first = failure.sent.partition("\n")[0]
    return next((turn for turn in reversed(failure.turns) if f"{turn.method} {turn.url}" == first), None)


def _location(report: Report, line: Line, turn: Turn | None) -> Json:
    """Where it is: the address that answered wrongly, and the operation."""
    known = document.load().operations
    names = [known[each].label if each in known else each for each in line.clause.operations]
    uri = quote(report.target if turn is None else turn.url, safe="/:?#[]@!$&'()*+,;=%~")
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri}},
        "logicalLocations": [{"fullyQualifiedName": name, "kind": "function"} for name in names],
    }


def _request(turn: Turn) -> Json:
    said = {
        "protocol": "HTTP",
        "version": "1.1",
        "method": turn.method,
        "target": turn.url,
        "headers": dict(turn.headers),
    }
    return said | ({"body": {"text": turn.body}} if turn.body else {})


def _response(turn: Turn) -> Json:
    if not turn.status:
        return {"noResponseReceived": True}
    said = {
        "protocol": "HTTP",
        "version": "1.1",
        "statusCode": turn.status,
        "headers": dict(turn.answer_headers),
    }
    return said | ({"body": {"text": turn.answer}} if turn.answer else {})


def _suppressed(line: Line) -> Json:
    """Says that a failure is known, and why."""
    if line.verdict is not Verdict.KNOWN:
        return {}
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": line.excuse}]}
