"""The report as JUnit XML: a case for each clause, named by its id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from contract_tests.kit.verdicts import Verdict
from contract_tests.reports.report import SUITE, Known, Line, Report

# What a clause without a clear yes becomes: JUnit knows skipped and error beside failure.
ELEMENTS: Mapping[Verdict, str] = {
    Verdict.NOT_OFFERED: "skipped",
    Verdict.UNPROVED: "skipped",
    Verdict.KNOWN: "skipped",
    Verdict.FLAKY: "skipped",
    Verdict.BLOCKED: "error",
    Verdict.ERROR: "error",
    Verdict.BROKEN: "failure",
}


def rendered(report: Report) -> bytes:
    """The file, in UTF-8."""
    elements = [*(_element(line, report) for line in report.lines), *("failure" for _ in report.stale)]
    suite = ElementTree.Element(
        "testsuite",
        name=SUITE,
        tests=str(len(elements)),
        failures=str(elements.count("failure")),
        errors=str(elements.count("error")),
        skipped=str(elements.count("skipped")),
        time=f"{report.seconds:.3f}",
        timestamp=report.started.isoformat(timespec="seconds"),
        hostname=_xml(report.target),
    )
    suite.extend(_case(line, element) for line, element in zip(report.lines, elements, strict=False))
    suite.extend(map(_stale, report.stale))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    written: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written


def _element(line: Line, report: Report) -> str:
    if line.verdict is Verdict.FLAKY and report.strict:
        return "failure"
    return ELEMENTS.get(line.verdict, "")


def _case(line: Line, element: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=line.clause.level, name=line.clause.id)
    if element:
        told = ElementTree.SubElement(case, element, message=_xml(f"{line.verdict.word}: {line.reason}"))
        told.text = _xml("\n".join(_told(line)))
    return case


def _stale(known: Known) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname="known failures", name=known.clause)
    told = ElementTree.SubElement(case, "failure", message="stale: the clause is kept, but known as broken")
    told.text = _xml(f"{known.reason} ({known.owner})")
    return case


def _told(line: Line) -> list[str]:
    known = [f"known: {line.known.reason} ({line.known.owner})"] if line.known else []
    script = line.failure.script if line.failure else ()
    return [line.clause.says, f"source: {line.clause.source}", *known, *script]


# What XML 1.0 cannot hold, or advises against (section 2.2).
NOT_XML = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)
