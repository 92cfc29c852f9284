"""The report as JSON, by the schema that is beside this module, and read back from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from contract_tests.kit.removal import Remnant
from contract_tests.kit.verdicts import Failure, Outcome, Repeats, Turn, Verdict
from contract_tests.reports.report import SUITE, Known, Line, Report, Standing
from openapi.clauses import Clause

SCHEMA = "urn:superoffice-webhook-contract:report:1"
VERDICTS = {verdict.word: verdict for verdict in Verdict}


class NotAReport(ValueError):  # noqa: N818  # the name says what is wrong
    """The file is not a JSON report of this suite; one line says where and why."""


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of the report (draft 2020-12)."""
    read: Mapping[str, Any] = json.loads(schema_text())
    return read


def schema_text() -> str:
    """The schema as its file has it."""
    return files(__package__).joinpath("report.schema.json").read_text(encoding="utf-8")


# ---- writing


def rendered(report: Report) -> bytes:
    """The file: UTF-8, two blanks a level."""
    text = json.dumps(as_json(report), indent=2, ensure_ascii=False) + "\n"
    # Half of a surrogate pair becomes the escape that JSON has for it.
    return text.encode("utf-8", "backslashreplace")


def as_json(report: Report) -> dict[str, Any]:
    """The report as its JSON file has it; times are in seconds."""
    return {
        "schema": SCHEMA,
        "suite": SUITE,
        "version": report.version,
        "target": report.target,
        "started": report.started.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 3),
        "requests": report.requests,
        "strict": report.strict,
        "verdict": report.word,
        "clauses": [_line(line) for line in report.lines],
        "summary": report.summary,
        "known_failures": [_known(each) for each in report.known],
        "missing": list(report.missing),
        "tier": report.tier,
        "shard": report.shard or None,
        "left_behind": [asdict(each) for each in report.left_behind],
        "clean_up": report.clean_up,
        "stopped": report.stopped,
        "waited": {str(status): round(seconds, 3) for status, seconds in report.waited.items()},
    }


def _line(line: Line) -> dict[str, Any]:
    """The record of a clause; `failure` is the first of `failures`, or null."""
    return {
        "id": line.clause.id,
        "level": line.clause.level,
        "provenance": line.clause.provenance,
        "verdict": line.verdict.word,
        "says": line.clause.says,
        "silence": line.clause.silence,
        "source": line.clause.source,
        "seen": line.clause.seen.isoformat(),
        "operations": list(line.clause.operations),
        "checks": line.checks,
        "reason": line.reason,
        "failure": None if line.failure is None else _plain(asdict(line.failure)),
        "failures": [_plain(asdict(each)) for each in line.failures],
        "known": None if line.known is None else _known(line.known),
    }


def _plain(value: Any) -> Any:
    """The value with lists for tuples, as JSON has it."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _known(known: Known) -> dict[str, Any]:
    return asdict(known) | {"expires": known.expires.isoformat()}


# ---- reading


def read(file: Path) -> Report:
    """The report in a file; NotAReport says in one line what is wrong with it."""
    try:
        raw = json.loads(file.read_bytes())
    except OSError as problem:
        raise NotAReport(f"{file}: {problem.strerror or problem}") from None
    except (ValueError, RecursionError) as problem:
        raise NotAReport(f"{file}: no JSON: {problem}") from None
    if (wrong := difference(raw)) is not None:
        raise NotAReport(f"{file}: not a report of this suite: {wrong}")
    return _report(raw)


def difference(raw: Any) -> str | None:
    """Where and how a value departs from the schema, in one line, or None."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(schema()).iter_errors(raw))
    return None if error is None else f"{error.json_path}: {error.message[:200]}"


def _report(raw: Mapping[str, Any]) -> Report:
    return Report(
        target=raw["target"],
        started=datetime.fromisoformat(raw["started"]),
        seconds=raw["seconds"],
        requests=raw["requests"],
        lines=tuple(map(_read_line, raw["clauses"])),
        missing=tuple(raw["missing"]),
        tier=raw["tier"],
        shard=raw["shard"] or "",
        left_behind=tuple(Remnant(**each) for each in raw["left_behind"]),
        clean_up=raw["clean_up"],
        stopped=raw.get("stopped", 0),  # an older report does not tell
        waited={int(status): seconds for status, seconds in raw["waited"].items()},
        strict=raw["strict"],
        known=tuple(map(_read_known, raw["known_failures"])),
        version=raw["version"],
    )


def _read_line(raw: Mapping[str, Any]) -> Line:
    """A line with the clause as it was when the run was made."""
    members = {field.name: raw[field.name] for field in fields(Clause)}
    clause = Clause(
        **members | {"operations": tuple(raw["operations"]), "seen": date.fromisoformat(raw["seen"])}
    )
    verdict, failure = VERDICTS[raw["verdict"]], raw["failure"]
    decided = None if failure is None else _read_failure(failure)
    said = Outcome(clause.id, decided.check if decided else "", verdict, raw["reason"], decided)
    return Line(
        clause,
        verdict,
        raw["checks"],
        said if raw["reason"] or decided else None,
        tuple(map(_read_failure, raw["failures"])),
        None if raw["known"] is None else _read_known(raw["known"]),
    )


def _read_failure(raw: Mapping[str, Any]) -> Failure:
    listed = {name: tuple(map(_read_turn, raw[name])) for name in ("turns", "again")}
    repeats, script = Repeats(raw["repeats"]), tuple(raw["script"])
    return Failure(**{**raw, **listed, "repeats": repeats, "script": script})


def _read_turn(raw: Mapping[str, Any]) -> Turn:
    pairs = {name: tuple((key, value) for key, value in raw[name]) for name in ("headers", "answer_headers")}
    return Turn(**{**raw, **pairs})


def _read_known(raw: Mapping[str, Any]) -> Known:
    typed = {"expires": date.fromisoformat(raw["expires"]), "standing": Standing(raw["standing"])}
    return Known(**{**raw, **typed})
