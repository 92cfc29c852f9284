"""Several reports of one target as one: the shards of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from contract_tests.reports.report import Known, Line, Report, Standing
from openapi import clauses

STANDINGS = (Standing.MATCHED, Standing.EXPIRED, Standing.STALE, Standing.NOT_ASKED)


class Conflict(ValueError):  # noqa: N818  # the name says what is wrong
    """Reports that are not about the same."""


def merged(reports: Sequence[Report]) -> Report:
    """One report of them all: of each clause the worst verdict among those that asked; times are added up.

    Conflict when they are of different targets or versions.
    """
    first = reports[0]
    for name in ("target", "version"):
        values = dict.fromkeys(getattr(each, name) for each in reports)
        if len(values) > 1:
            raise Conflict(f"the reports are of more than one {name}: {', '.join(values)}")
    return replace(
        first,
        started=min(each.started for each in reports),
        seconds=sum(each.seconds for each in reports),
        requests=sum(each.requests for each in reports),
        lines=_lines(line for each in reports for line in each.lines),
        missing=tuple(sorted({label for each in reports for label in each.missing})),
        shard="" if len(reports) > 1 else first.shard,
        left_behind=tuple({made.id: made for each in reports for made in each.left_behind}.values()),
        clean_up=" && ".join(dict.fromkeys(each.clean_up for each in reports if each.clean_up)),
        stopped=sum(each.stopped for each in reports),
        waited=sum((Counter(each.waited) for each in reports), Counter()),
        strict=any(each.strict for each in reports),
        known=_known(entry for each in reports for entry in each.known),
    )


def _lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """A line for each clause, in the order of the file; clauses that it does not have come last."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.clause.id, []).append(line)
    order = {clause_id: place for place, clause_id in enumerate(clauses.load())}
    return tuple(_line(found[each]) for each in sorted(found, key=lambda each: order.get(each, len(order))))


def _line(lines: Sequence[Line]) -> Line:
    asked = [line for line in lines if line.checks] or lines
    worst = max(asked, key=lambda line: line.verdict)
    others = (failure for line in asked if line is not worst for failure in line.failures)
    return replace(worst, checks=sum(line.checks for line in asked), failures=(*worst.failures, *others))


def _known(entries: Iterable[Known]) -> tuple[Known, ...]:
    """Each entry once, with what the shard that asked made of it."""
    found: dict[Known, Known] = {}
    for entry in entries:
        same = replace(entry, standing=Standing.NOT_ASKED)
        found[same] = min(found.get(same, entry), entry, key=lambda each: STANDINGS.index(each.standing))
    return tuple(found.values())
