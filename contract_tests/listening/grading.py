"""Sends good and bad deliveries to somebody's receiver, and judges what each is answered."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from contract_tests.kit.exchange import Request
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import NoAnswer, Verdict
from contract_tests.listening.cases import Case

TIMEOUT = 10.0  # seconds for an answer
SLOW = 3.0  # seconds; how long senders wait is not documented


@dataclass(frozen=True, slots=True)
class Grade:
    """One case, what it was answered, and what that is worth; status 0 is no answer."""

    case: Case
    request: Request
    status: int
    seconds: float
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades of one receiver."""

    receiver: str
    started: datetime
    seconds: float
    grades: tuple[Grade, ...]

    @property
    def broken(self) -> list[Grade]:
        return [each for each in self.grades if each.verdict is Verdict.BROKEN]


def grade(url: str, cases: Iterable[Case]) -> Grades:
    """Send each case in turn; NoAnswer when the very first gets none."""
    target = Target(url, timeout=TIMEOUT, has_webhooks=False)
    started, began = datetime.now(UTC), time.monotonic()
    grades: list[Grade] = []
    for case in cases:
        grades.append(_grade(target, url, case, is_first=not grades))
    return Grades(url, started, time.monotonic() - began, tuple(grades))


def _grade(target: Target, url: str, case: Case, *, is_first: bool) -> Grade:
    request = Request("POST", url, url, case.headers, case.body)
    began = time.monotonic()
    try:
        status, silence = target.exchange(request).status, ""
    except NoAnswer as problem:
        if is_first:
            raise
        status, silence = 0, f"({problem.reason})"
    seconds = time.monotonic() - began
    wrong = f"no answer {silence}" if silence else _wrong(case, status)
    verdict = Verdict.BROKEN if wrong else Verdict.KEPT
    return Grade(case, request, status, seconds, verdict, wrong or _remark(case, status, seconds))


def _wrong(case: Case, status: int) -> str:
    """What is wrong with a status; empty when nothing is."""
    if case.good:
        return "" if status == 200 else "200 alone is a success"
    if 200 <= status < 300:
        return "taken, though it does not verify"
    return "a crash, not a refusal" if status >= 500 else ""


def _remark(case: Case, status: int, seconds: float) -> str:
    if not case.good and not 400 <= status < 500:
        return "refused; a 4xx says so better"
    return f"took {seconds:.1f} s; answer first, work later" if seconds > SLOW else ""
