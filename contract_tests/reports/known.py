"""Known failures: what a run makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from contract_tests.kit.verdicts import Failure, Verdict
from contract_tests.reports.report import Known, Line, Report, Standing


def applied(report: Report, entries: Sequence[Known], today: date) -> Report:
    """The report with its known failures excused: each of a broken clause has to be, by an entry in force."""
    stood = tuple(replace(entry, standing=_standing(entry, report, today)) for entry in entries)
    return replace(report, lines=tuple(_line(line, stood) for line in report.lines), known=stood)


def _standing(entry: Known, report: Report, today: date) -> Standing:
    """Stale is what was asked about and does not fail like that any more; a mere silence proves nothing."""
    line = next((each for each in report.lines if each.clause.id == entry.clause), None)
    if line is None or line.verdict not in {Verdict.KEPT, Verdict.BROKEN}:
        return Standing.NOT_ASKED
    if not any(map(entry.excuses, line.broken)):
        return Standing.STALE
    return Standing.MATCHED if today <= entry.expires else Standing.EXPIRED


def _line(line: Line, entries: Sequence[Known]) -> Line:
    if line.verdict is not Verdict.BROKEN:
        return line
    mine = [each for each in entries if each.clause == line.clause.id]
    in_force = [each for each in mine if each.standing is Standing.MATCHED]
    if all(any(entry.excuses(failure) for entry in in_force) for failure in line.broken):
        return replace(line, verdict=Verdict.KNOWN, known=in_force[0])
    expired = next((each for each in mine if each.standing is Standing.EXPIRED), None)
    return replace(line, known=expired)


def unexcused(report: Report) -> Iterator[tuple[Line, Failure]]:
    """Each failure that no entry is about, one of a check, with its clause."""
    for line in report.with_verdict(Verdict.BROKEN):
        mine = [each for each in report.known if each.clause == line.clause.id]
        found = {each.check: each for each in line.broken if not any(entry.excuses(each) for entry in mine)}
        yield from ((line, failure) for failure in found.values())
