"""One trial: a server of its own, one run of the suite, and what that found."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from contract_tests import checking, credentials, embedded, plugin
from contract_tests.kit import clause
from contract_tests.kit.verdicts import CannotStart, Verdict
from contract_tests.proving.plan import EVERYTHING, Trial
from contract_tests.stopping import SuiteFailed

DRAWN = "test_schema"
WAIT = 12  # seconds for a delivery: three attempts take five
UNASKED = {Verdict.UNPROVED, Verdict.BLOCKED, Verdict.ERROR}
REASONS = 3
CREDENTIALS = (f"--user={credentials.SAMPLE_USER}", f"--password={credentials.SAMPLE_PASSWORD}")


@dataclass(frozen=True, slots=True)
class Kill:
    """The first check that failed, and what it had taken until then; seconds from the start of the run."""

    clause: str
    check: str
    checks: int
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What one run found: the clauses that are broken or could not be asked about, and what that took.

    `reasons` tells of the first few that are broken; `problem` is why there was no run.
    """

    id: str
    broken: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    first: Kill | None = None
    checks: int = 0
    requests: int = 0
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()
    problem: str = ""


class Watch:
    """A pytest plugin that leaves out what a trial does not ask, and notes the first failure."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.began = time.monotonic()
        self.checks = 0
        self.first: Kill | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the checks of the clauses that are asked about; where they are few, the fault's own first."""
        asked = [item for item in items if self._is_asked(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in asked])
        if self.trial.beside != EVERYTHING:
            asked.sort(key=lambda item: clause.of(item) != self.trial.clause)
        items[:] = asked

    def _is_asked(self, item: pytest.Item) -> bool:
        return self.trial.asks(clause.of(item) or "", drawn=item.path.stem == DRAWN)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        self.checks += 1

    @pytest.hookimpl(trylast=True, wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> object:
        """Look at the verdicts after each phase of a check until one of them is broken."""
        report = yield
        if self.first is None and self._has_broken(item):
            run = item.config.stash[plugin.RUN]
            seconds = time.monotonic() - self.began
            self.first = Kill(
                clause.of(item) or "", item.name, self.checks + 1, run.target.requests, round(seconds, 3)
            )
        return report

    def _has_broken(self, item: pytest.Item) -> bool:
        outcomes = item.config.stash[plugin.VERDICTS].outcomes.get(clause.of(item) or "", [])
        return any(each.verdict is Verdict.BROKEN for each in outcomes)


def tried(trial: Trial, command: Sequence[str]) -> Finding:
    """Start the server and run the suite; what goes wrong about that is told in the finding."""
    with tempfile.TemporaryFile("w+") as said:
        try:
            with embedded.serving([*command, "--port", "0", *trial.options], stderr=said) as url:
                return _found(trial, url)
        except (CannotStart, SuiteFailed) as problem:
            said.seek(0)
            return Finding(trial.id, problem=_last_line(said.read()) or _last_line(str(problem)))


def _found(trial: Trial, url: str) -> Finding:
    watch = Watch(trial)
    parts = urlsplit(url)
    target = parts._replace(path=trial.path + parts.path).geturl()
    options = [f"--target={target}", f"--wait={WAIT}", *(CREDENTIALS if trial.credentials else ())]
    options += [] if trial.seed is None else [f"--seed={trial.seed}"]
    report = checking.check(
        options, only="all", word=None, progress=_unseen, plugins=[watch], among=trial.clauses
    )
    asked = [line for line in report.lines if line.checks]
    broken = [line for line in asked if line.verdict is Verdict.BROKEN]
    return Finding(
        trial.id,
        broken=tuple(line.clause.id for line in broken),
        unasked=tuple(line.clause.id for line in asked if line.verdict in UNASKED),
        reasons=tuple(f"{line.clause.id}: {line.reason}" for line in broken[:REASONS]),
        first=watch.first,
        checks=watch.checks,
        requests=report.requests,
        seconds=round(report.seconds, 3),
    )


def _unseen(*_: object) -> None:
    """The progress of one run of many is nothing to watch."""


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:300]
