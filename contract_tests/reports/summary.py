"""The report as a summary in Markdown, such as GitHub shows below a job."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from contract_tests.kit.verdicts import Failure, Repeats, Verdict
from contract_tests.reports.marks import MARKS
from contract_tests.reports.report import LEVELS, Line, Report

# GitHub refuses a summary of more than a megabyte.
DETAILED = 25  # clauses that are told in full
LONG = 1_200  # characters of a text, each of which may take five
NOT_PLAIN = re.compile(r"[\x00-\x7f](?<![A-Za-z0-9 ])")
HEADINGS = {
    Verdict.BROKEN: "Broken",
    Verdict.FLAKY: "Flaky: it did not come again",
    Verdict.KNOWN: "Known to be broken",
    Verdict.ERROR: "The suite failed",
    Verdict.BLOCKED: "Not asked, since a set-up call failed",
    Verdict.UNPROVED: "Not proved",
}


def rendered(report: Report) -> bytes:
    """The Markdown, in UTF-8."""
    return "".join(f"{line}\n" for line in _lines(report)).encode("utf-8", "replace")


def safe(text: str) -> str:
    """The text on one line, in which nothing means anything to Markdown or HTML."""
    line = " ".join(text[:LONG].split())
    return NOT_PLAIN.sub(lambda match: f"&#{ord(match[0])};", line)


def _lines(report: Report) -> Iterator[str]:
    yield f"## Webhook contract: {report.word}"
    yield ""
    yield f"{safe(report.conclusion)}. Target: <code>{safe(report.target)}</code>"
    yield ""
    yield from _table(report)
    yield ""
    counts = f"{len(report.lines)} clauses, {report.checks} checks, {report.requests} requests"
    yield f"{counts}, {report.seconds:.1f} s"
    for each in report.stale:
        yield ""
        yield f"**Stale:** <code>{safe(each.clause)}</code> is kept, but known as broken: {safe(each.reason)}"
    if report.left_behind:
        ids = ", ".join(str(each.id) for each in report.left_behind)
        yield f"\n**Left behind:** webhooks {ids}. This removes them: <code>{safe(report.clean_up)}</code>"
    if report.stays:
        yield f"\n{report.stays}"
    detailed = sorted(report.with_verdict(*HEADINGS), key=lambda line: -line.verdict)[:DETAILED]
    for verdict, heading in HEADINGS.items():
        if lines := report.with_verdict(verdict):
            yield from ("", f"### {MARKS[verdict]} {heading}", "")
            yield from _told(lines, detailed)
    yield ""


def _table(report: Report) -> Iterator[str]:
    shown = [each for each in Verdict if report.summary[each.word] or each is Verdict.BROKEN]
    yield "| level | " + " | ".join(f"{MARKS[each]} {each.word}" for each in shown) + " |"
    yield "| --- |" + " ---: |" * len(shown)
    for level in LEVELS:
        of_level = [line for line in report.lines if line.clause.level == level]
        counts = (sum(line.verdict is verdict for line in of_level) for verdict in shown)
        yield f"| {level} | " + " | ".join(str(count or "·") for count in counts) + " |"


def _told(lines: list[Line], detailed: list[Line]) -> Iterator[str]:
    for line in (each for each in lines if each in detailed):
        head = f"<code>{safe(line.clause.id)}</code> ({line.clause.level}) {safe(line.clause.says)}"
        if line.failure is None:
            yield f"- {head} {safe(line.reason)}"
        else:
            yield from _detail(head, line, line.failure)
    if more := [each for each in lines if each not in detailed]:
        names = ", ".join(f"<code>{safe(line.clause.id)}</code>" for line in more)
        yield f"\nAnd {len(more)} more: {names}"


def _detail(head: str, line: Line, failure: Failure) -> Iterator[str]:
    yield f"<details><summary>{head}</summary>"
    yield ""
    facts = {
        "source": line.clause.source,
        "sent": failure.request,
        "field": failure.where,
        "expected": failure.expected,
        "came": failure.came,
        "check": failure.check + (", which passed the second time" if failure.repeats is Repeats.NO else ""),
        "known": line.excuse,
    }
    yield "| | |\n| --- | --- |"
    yield from (f"| {name} | {safe(value)} |" for name, value in facts.items() if value)
    yield ""
    if failure.script:
        script = "\n".join(failure.script)
        # Of all blocks of HTML this one alone may hold empty lines (CommonMark, section 4.6).
        yield f'<pre lang="sh">{html.escape(script[:LONG])}{"…" if len(script) > LONG else ""}</pre>'
        yield ""
    yield "</details>"
    yield ""
