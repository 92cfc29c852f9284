"""Runs the suite with pytest, in this process, and gathers the report."""

from __future__ import annotations

import io
import os
import re
import shlex
import time
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from contract_tests import garbage, plugin, scope
from contract_tests.kit import redaction
from contract_tests.kit.profiles import label
from contract_tests.kit.removal import stopped
from contract_tests.kit.verdicts import CannotStart, Verdict
from contract_tests.reports import report
from contract_tests.reports.report import Report
from contract_tests.stopping import NothingAsked, Observer, Progress, Stopped, SuiteFailed

HERE = Path(__file__).parent
# Plugins of pytest's own that are loaded, and asked about every check, for nothing.
UNUSED = (
    "cacheprovider",
    "capture",
    "debugging",
    "doctest",
    "junitxml",
    "legacypath",
    "logging",
    "pastebin",
    "setuponly",
    "setupplan",
    "skipping",
    "stepwise",
    "subtests",
    "terminal",
    "threadexception",
    "tmpdir",
    "unittest",
    "unraisableexception",
    "warnings",  # what it does around every check, _quiet does once
)
CHECKED = re.compile(r'^@checks\("(.+)"\)$', re.MULTILINE)


class Watcher:
    """A pytest plugin that opens the run before anything is collected, and tells of each finished check."""

    def __init__(self, progress: Progress, observers: Iterable[Observer] = ()) -> None:
        self.progress = progress
        self.observers = observers
        self.done = self.total = 0
        self.config: pytest.Config | None = None
        self.problem: CannotStart | None = None
        self.interruption: KeyboardInterrupt | None = None
        self.collecting: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Stop at once, with one line, when there is nobody to talk to."""
        self.config = session.config
        self.config.stash[plugin.OBSERVERS] += self.observers
        try:
            plugin.begin(session.config)
        except CannotStart as problem:
            self.problem = problem
            pytest.exit(str(problem))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        if isinstance(excinfo.value, KeyboardInterrupt):
            self.interruption = excinfo.value

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.collecting.append(str(report.longrepr))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.total = len(session.items)
        garbage.settled()

    def pytest_runtest_logfinish(self) -> None:
        self.done += 1
        tally = self.config.stash[plugin.VERDICTS].tally if self.config else Counter[Verdict]()
        self.progress(self.done, self.total, tally)


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
    observers: Sequence[Observer] = (),
    strict: bool = False,
    plugins: Sequence[object] = (),
    among: Collection[str] | None = None,
) -> Report:
    """Run the checks; CannotStart when the target cannot be reached or the run not be set up.

    Observers are shown every exchange. What plugins leave of the clauses may be told as `among`, so that
    nothing else is loaded.
    """
    started, began = datetime.now(UTC), time.monotonic()
    asked = scope.selection(scope.asked(only, profile, offers), word, tier)
    if not asked:
        raise NothingAsked(
            _nothing(word, narrowed=tier == "smoke" or only != "all" or bool(profile or offers))
        )
    watcher = Watcher(progress, observers)
    given = {"only": only, "profile": profile, "offers": offers, "clause": word, "tier": tier, "shard": shard}
    arguments = [
        *_arguments(),
        *_left_out(asked if among is None else among),
        *(f"--{name}={value}" for name, value in given.items() if value),
        *options,
    ]
    status = _run(arguments, watcher, *plugins)
    if watcher.problem is not None:
        raise watcher.problem
    if watcher.interruption is not None and (
        watcher.config is None or plugin.RUN not in watcher.config.stash
    ):
        raise watcher.interruption
    if watcher.config is None or watcher.collecting or status is pytest.ExitCode.INTERNAL_ERROR:
        raise SuiteFailed("\n".join(["the suite itself failed", *watcher.collecting]))
    stash = watcher.config.stash
    run, left_behind = stash[plugin.RUN], stash[plugin.LEFT_BEHIND]
    clean_up = _clean_up(options, run.tag)
    if watcher.interruption is not None:
        raise Stopped(watcher.interruption, left_behind, clean_up)
    chosen = stash[plugin.CHOSEN]
    return Report(
        target=redaction.without_user(run.target.base),
        started=started,
        seconds=time.monotonic() - began,
        requests=run.target.requests,
        lines=report.lines(stash[plugin.VERDICTS], chosen),
        left_behind=left_behind,
        clean_up=clean_up if left_behind else "",
        stopped=stopped(run.target, run.offered, left_behind),
        waited=dict(run.target.pace.waited),
        tally=run.target.ledger.tally,
        missing=tuple(sorted(map(label, run.missing))),
        tier=tier,
        shard=shard or "",
        strict=strict,
    )


def _run(arguments: list[str], watcher: Watcher, *plugins: object) -> int:
    try:
        with _quiet(), _undisturbed(), garbage.left_alone():
            return pytest.main(arguments, plugins=[watcher, *plugins])
    except KeyboardInterrupt as interruption:  # while the run was cleaning up
        watcher.interruption = interruption
        return pytest.ExitCode.INTERRUPTED


def _clean_up(options: list[str], tag: str) -> str:
    """The command that removes what a run has left on its target; a password is not repeated."""
    named = ("--target", "--user", "--password-env", "--token-env", "--ticket-env", "--allow-host")
    kept = [each for each in options if each.partition("=")[0] in named]
    return shlex.join(["webhook-contract", "clean", *kept, f"--tag={tag}"])


def _nothing(word: str | None, *, narrowed: bool) -> str:
    which = "none of the clauses that were chosen" if narrowed else "no clause"
    return f"{which} has {word or ''!r} in its id or its sentence; `webhook-contract clauses` lists them"


def _left_out(chosen: Iterable[str]) -> list[str]:
    """The modules of which nothing is asked for; all of them together take a second to load."""
    return [f"--ignore={path}" for path in HERE.glob("test_*.py") if clauses_in(path).isdisjoint(chosen)]


def clauses_in(path: Path) -> frozenset[str]:
    """The clauses that a module has checks of, by its text alone."""
    return frozenset(CHECKED.findall(path.read_text(encoding="utf-8")))


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
        *(f"-pno:{name}" for name in UNUSED),
        "--assert=plain",  # the words speak for themselves; rewriting every module takes a second
    ]


@contextmanager
def _quiet() -> Iterator[None]:
    # What plugins print belongs to pytest's own report, which nobody asked for.
    with redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        yield


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What somebody wants of a pytest of theirs is not for ours, and nothing is left where one stands."""
    kept = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    keep_tables_aside()
    try:
        yield
    finally:
        os.environ.update(kept)


def keep_tables_aside() -> None:
    """Hypothesis makes tables of letters, which takes a second; an own place of somebody's goes first."""
    set_hypothesis_home_dir(os.environ.get("HYPOTHESIS_STORAGE_DIRECTORY") or _caches() / "webhook-contract")


def _caches() -> Path:
    """Where this person's caches are (XDG Base Directory Specification)."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return Path(named) if Path(named).is_absolute() else Path("~/.cache").expanduser()
    except RuntimeError:  # somebody without a home
        return Path(gettempdir())
