"""What the suite says of a mutant: runs that end with the first promise that it breaks."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from bench.mutants.mutant import Mutant
from bench.processes import ROOT
from contract_tests import checking, embedded
from contract_tests.kit.verdicts import CannotStart, Verdict
from contract_tests.proving import workers
from contract_tests.proving.plan import Trial
from contract_tests.proving.trial import CREDENTIALS, DRAWN, WAIT, Finding, Watch
from contract_tests.stopping import SuiteFailed

LIMIT = 300.0  # seconds for all the runs of one mutant
# The pauses between attempts pass faster, so that a whole run does not wait for them.
SCALE = "--clock-scale=4"
# What ends the command with 3; a clause that is unproved does not.
STOPS = {Verdict.BLOCKED, Verdict.ERROR}
COPIED = ("mock_server", "openapi")
KILLED, STUCK, SURVIVED = "killed", "stuck", "survived"


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of the suite, and the options that the mutant is started with for it."""

    name: str
    chosen: dict[str, Any]
    drawn: bool = False
    options: tuple[str, ...] = ()
    credentials: tuple[str, ...] = CREDENTIALS


TICKET, TOKEN = "MUTANTS_TICKET", "MUTANTS_TOKEN"
SCHEMES = {TICKET: "7T:mutants", TOKEN: "8A:mutants"}
# The quick ones first; together they ask about every clause.
STAGES = (
    Stage("smoke", {"tier": "smoke", "word": None}),
    Stage("whole", {"word": None}),
    Stage("drawn", {"word": "robust."}, drawn=True),
    Stage("ping on save", {"word": "target"}, options=("--ping-on-save",)),
    Stage("a ticket", {"word": "webhook.post.ok"}, credentials=(f"--ticket-env={TICKET}",)),
    Stage("a token", {"word": "webhook.post.ok"}, credentials=(f"--token-env={TOKEN}",)),
)


class FirstFailure(Watch):
    """Ends a run with its first broken promise; the drawn requests have a stage of their own."""

    def __init__(self, trial: Trial, *, drawn: bool) -> None:
        super().__init__(trial)
        self.drawn = drawn

    def _is_asked(self, item: pytest.Item) -> bool:
        return self.drawn or item.path.stem != DRAWN

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        super().pytest_runtest_logfinish()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Go no further than the first failure."""
        result = yield
        if self.first is not None:
            item.session.shouldfail = "the mutant is killed"
        return result


def judged(mutants: Sequence[Mutant], jobs: int) -> Iterator[tuple[Mutant, Finding]]:
    """What was found about each mutant, in the order in which the runs end."""
    workers.warm()
    os.environ |= SCHEMES
    named = {each.id: each for each in mutants}
    trials = [Trial(each.id, f"{each.before} -> {each.after}") for each in mutants]
    for finding in workers.findings(trials, jobs, lambda trial: judge(named[trial.id], trial)):
        yield named[finding.id], finding


def verdict(finding: Finding) -> str:
    """Killed when a promise is broken; stuck when the mock does not start, or the suite cannot go on."""
    if finding.broken:
        return KILLED
    return STUCK if finding.problem else SURVIVED


def judge(mutant: Mutant, trial: Trial) -> Finding:
    """Run the stages until one of them finds something."""
    began, checks, requests = time.monotonic(), 0, 0
    with _limited(), _room(mutant) as command:
        for stage in STAGES:
            found = _asked(command, stage, trial)
            checks, requests = checks + found.checks, requests + found.requests
            if found.broken or found.problem:
                break
    return replace(found, checks=checks, requests=requests, seconds=round(time.monotonic() - began, 1))


def _asked(command: Sequence[str], stage: Stage, trial: Trial) -> Finding:
    watch = FirstFailure(trial, drawn=stage.drawn)
    try:
        with (
            Path(os.devnull).open("w") as unseen,
            embedded.serving([*command, "--port", "0", SCALE, *stage.options], stderr=unseen) as url,
        ):
            options = [f"--target={url}", f"--wait={WAIT}", SCALE, *stage.credentials]
            report = checking.check(options, progress=_unseen, plugins=[watch], **stage.chosen)
    except (CannotStart, SuiteFailed) as problem:
        return Finding(trial.id, problem=f"{stage.name}: {str(problem).strip().splitlines()[-1][:200]}")
    asked = [line for line in report.lines if line.checks]
    broken = tuple(line.clause.id for line in asked if line.verdict is Verdict.BROKEN)
    unasked = tuple(line.clause.id for line in asked if line.verdict in STOPS)
    return Finding(
        trial.id,
        broken=broken,
        unasked=unasked,
        reasons=(stage.name, *(line.reason[:300] for line in asked if line.verdict is Verdict.BROKEN)),
        first=watch.first,
        checks=watch.checks,
        requests=report.requests,
        problem=f"{stage.name}: {unasked[0]} could not be asked about" if unasked and not broken else "",
    )


@contextmanager
def _room(mutant: Mutant) -> Iterator[list[str]]:
    """A copy of the mock with the mutant in it, and the command that starts it."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as directory:
        room = Path(directory)
        for package in COPIED:
            shutil.copytree(ROOT / package, room / package)
        (room / mutant.module).write_text(mutant.code, encoding="utf-8")
        yield ["env", f"PYTHONPATH={room}", sys.executable, "-P", "-m", "mock_server"]


@contextmanager
def _limited() -> Iterator[None]:
    """Some mutants never end: then this process does, and whoever waits for it hears of that."""
    timer = Timer(LIMIT, os.kill, (os.getpid(), signal.SIGTERM))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _unseen(*_: object) -> None:
    """The progress of one run of many is nothing to watch."""
