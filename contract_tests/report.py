"""What a run found, as one value, and as JSON and JUnit."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from contract_tests.kit.verdicts import Outcome, Verdict, Verdicts
from openapi import clauses
from openapi.clauses import Clause

SUITE = "superoffice-webhook-contract"


@dataclass(frozen=True, slots=True)
class Line:
    """One clause and what the run found about it."""

    clause: Clause
    verdict: Verdict
    checks: int
    outcome: Outcome | None

    def as_json(self) -> dict[str, Any]:
        """The record of the JSON report; `failure` is null unless the clause is broken."""
        failure = self.outcome.failure if self.outcome else None
        return {
            "id": self.clause.id,
            "level": self.clause.level,
            "verdict": self.verdict.word,
            "says": self.clause.says,
            "source": self.clause.source,
            "operations": list(self.clause.operations),
            "checks": self.checks,
            "reason": self.reason,
            "failure": None if failure is None else asdict(failure) | {"script": list(failure.script)},
        }

    @property
    def reason(self) -> str:
        """Why the clause is not kept, in one line."""
        return "" if self.outcome is None or self.verdict is Verdict.KEPT else self.outcome.reason


@dataclass(frozen=True, slots=True)
class Report:
    """One finished run."""

    target: str
    started: datetime
    seconds: float
    requests: int
    lines: tuple[Line, ...]
    left_behind: tuple[int, ...] = ()
    tier: str = "standard"
    shard: str = ""
    missing: tuple[str, ...] = ()  # operations that were asked for and are not there

    def with_verdict(self, verdict: Verdict) -> list[Line]:
        return [line for line in self.lines if line.verdict is verdict]

    @property
    def summary(self) -> dict[str, int]:
        """How many clauses got each verdict."""
        counts = Counter(line.verdict for line in self.lines)
        return {verdict.word: counts[verdict] for verdict in Verdict}

    def fails(self, *, strict: bool) -> bool:
        """True when a clause that counts is broken (should too when it is strict), or a part missing."""
        return bool(self.missing) or any(
            strict or line.clause.level != "should" for line in self.with_verdict(Verdict.BROKEN)
        )

    def is_incomplete(self) -> bool:
        """True when a clause that counts could not be asked about, because set-up calls failed."""
        unasked = [*self.with_verdict(Verdict.BLOCKED), *self.with_verdict(Verdict.ERROR)]
        return any(line.clause.level != "should" for line in unasked)

    def as_json(self) -> dict[str, Any]:
        """The report as its JSON file has it; times are in seconds."""
        return {
            "suite": SUITE,
            "target": self.target,
            "started": self.started.isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 3),
            "requests": self.requests,
            "clauses": [line.as_json() for line in self.lines],
            "summary": self.summary,
            "left_behind": list(self.left_behind),
            "missing": list(self.missing),
            "tier": self.tier,
            "shard": self.shard or None,
        }


def lines(verdicts: Verdicts, asked: Iterable[str]) -> tuple[Line, ...]:
    """A line for every clause that was asked about, in the order of the file."""
    chosen = set(asked)
    return tuple(
        Line(clause, verdicts.of(clause_id), verdicts.checks(clause_id), verdicts.worst(clause_id))
        for clause_id, clause in clauses.load().items()
        if clause_id in chosen
    )


def write_json(report: Report, file: Path) -> None:
    """Write the JSON report."""
    text = json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n"
    # Half of a surrogate pair becomes the escape that JSON has for it.
    file.write_bytes(text.encode("utf-8", "backslashreplace"))


# What a clause without a clear yes or no becomes: JUnit knows skipped and error beside failure.
ELEMENTS: Mapping[Verdict, str] = {
    Verdict.NOT_OFFERED: "skipped",
    Verdict.UNPROVED: "skipped",
    Verdict.BLOCKED: "error",
    Verdict.ERROR: "error",
    Verdict.BROKEN: "failure",
}


def write_junit(report: Report, file: Path) -> None:
    """Write a JUnit report with a case for each clause."""
    names = [ELEMENTS.get(line.verdict, "") for line in report.lines]
    suite = ElementTree.Element(
        "testsuite",
        name=SUITE,
        tests=str(len(names)),
        failures=str(names.count("failure")),
        errors=str(names.count("error")),
        skipped=str(names.count("skipped")),
        time=f"{report.seconds:.3f}",
        timestamp=report.started.isoformat(timespec="seconds"),
        hostname=report.target,
    )
    suite.extend(_case(line) for line in report.lines)
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    file.write_bytes(ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True))


def _case(line: Line) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=line.clause.level, name=line.clause.id)
    if (element := ELEMENTS.get(line.verdict)) is not None:
        told = ElementTree.SubElement(case, element, message=_xml(f"{line.verdict.word}: {line.reason}"))
        failure = line.outcome.failure if line.outcome else None
        script = "\n".join(failure.script) if failure else ""
        told.text = _xml(f"{line.clause.says}\nsource: {line.clause.source}\n{script}")
    return case


# What XML 1.0 cannot hold, or advises against (section 2.2).
NOT_XML = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)
