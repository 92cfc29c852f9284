"""Runs the suite with pytest, in this process, and gathers the report."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract_tests import plugin, report
from contract_tests.kit.opening import CannotStart
from contract_tests.kit.profiles import label
from contract_tests.report import Report

HERE = Path(__file__).parent
DRAWN = {"robust.no-server-error", "robust.documented-success"}  # with schemathesis
Progress = Callable[[int, int], None]


class NothingAsked(LookupError):  # noqa: N818  # the name says what is wrong
    """No clause has the word that was asked for."""


class SuiteFailed(Exception):  # noqa: N818  # the same
    """The suite itself is at fault, not the target."""


class Watcher:
    """A pytest plugin that opens the run before anything is collected, and tells of each finished check."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.done = self.total = 0
        self.config: pytest.Config | None = None
        self.problem: CannotStart | None = None
        self.collecting: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Stop at once, with one line, when there is nobody to talk to."""
        self.config = session.config
        try:
            plugin.begin(session.config)
        except CannotStart as problem:
            self.problem = problem
            pytest.exit(str(problem))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.collecting.append(str(report.longrepr))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.total = len(session.items)

    def pytest_runtest_logfinish(self) -> None:
        self.done += 1
        self.progress(self.done, self.total)


def check(
    options: list[str],
    *,
    word: str | None,
    progress: Progress,
    only: str = "all",
    profile: str | None = None,
    offers: Path | None = None,
    tier: str = "standard",
    shard: str | None = None,
) -> Report:
    """Run the checks; CannotStart when the target cannot be reached or the run not be set up."""
    started, began = datetime.now(UTC), time.monotonic()
    asked = plugin.selection(plugin.scope(only, profile, offers), word, tier)
    if not asked:
        raise NothingAsked(
            _nothing(word, narrowed=tier == "smoke" or only != "all" or bool(profile or offers))
        )
    watcher = Watcher(progress)
    given = {"only": only, "profile": profile, "offers": offers, "clause": word, "tier": tier, "shard": shard}
    arguments = [
        *_arguments(),
        *_left_out(asked),
        *(f"--{name}={value}" for name, value in given.items() if value),
        *options,
    ]
    with _quiet():
        status = pytest.main(arguments, plugins=[watcher])
    if watcher.problem is not None:
        raise watcher.problem
    if watcher.config is None or watcher.collecting or status is pytest.ExitCode.INTERNAL_ERROR:
        raise SuiteFailed("\n".join(["the suite itself failed", *watcher.collecting]))
    if status is pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    stash = watcher.config.stash
    run, left_behind, chosen = stash[plugin.RUN], stash[plugin.LEFT_BEHIND], stash[plugin.CHOSEN]
    return Report(
        target=run.target.base,
        started=started,
        seconds=time.monotonic() - began,
        requests=run.target.requests,
        lines=report.lines(stash[plugin.VERDICTS], chosen),
        left_behind=tuple(left_behind),
        missing=tuple(sorted(map(label, run.missing))),
        tier=tier,
        shard=shard or "",
    )


def _nothing(word: str | None, *, narrowed: bool) -> str:
    which = "none of the clauses that were chosen" if narrowed else "no clause"
    return f"{which} has {word or ''!r} in its id or its sentence; `webhook-contract clauses` lists them"


def _left_out(chosen: Iterable[str]) -> list[str]:
    """The module that takes a second to load, where nothing of it is asked for."""
    return [] if DRAWN & {*chosen} else [f"--ignore={HERE / 'test_schema.py'}"]


def _arguments() -> list[str]:
    """Options that keep the configuration of the directory one stands in out of the run."""
    return [
        str(HERE),
        f"--rootdir={HERE}",
        f"--confcutdir={HERE}",
        f"-c{HERE / 'check.ini'}",
        # Plugins of the environment one is in take time to load, and might meddle.
        "--disable-plugin-autoload",
        "-p_hypothesis_pytestplugin",
        "-pcontract_tests.plugin",
        "-pno:terminal",
        "-pno:cacheprovider",
        "-pno:logging",
        "--assert=plain",  # the words speak for themselves; rewriting every module takes a second
    ]


@contextmanager
def _quiet() -> Iterator[None]:
    # What plugins print belongs to pytest's own report, which nobody asked for.
    with redirect_stdout(io.StringIO()):
        yield
