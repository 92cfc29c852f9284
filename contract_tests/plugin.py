"""The suite as a pytest plugin: its options, the fixture `run`, and a verdict for every check."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import settings

from contract_tests import confirming, embedded, failures
from contract_tests.kit import arming, clause, interruption, tag
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.opening import CannotStart, close_run, open_run, operations
from contract_tests.kit.receiver import Receiver
from contract_tests.kit.removal import Remnant, ours
from contract_tests.kit.run import CORE, Run
from contract_tests.kit.target import Target, basic, not_allowed, scheme
from contract_tests.kit.verdicts import (
    ContractViolation,
    Failure,
    Inconclusive,
    Outcome,
    Repeats,
    Verdict,
    Verdicts,
)
from openapi import clauses

RUN = pytest.StashKey[Run]()
VERDICTS = pytest.StashKey[Verdicts]()
LEFT_BEHIND = pytest.StashKey[tuple[Remnant, ...]]()
FAILURE = pytest.StashKey[Failure]()
OBSERVERS = pytest.StashKey[list[Callable[[Exchange], None]]]()
CLEAN_UP = pytest.StashKey[ExitStack]()
NOTICE = "webhook-contract: removing what the run has made; once more leaves it behind\n"
# The user of the documentation's own samples.
SAMPLE_USER, SAMPLE_PASSWORD = "tje0", "Tje0"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract", "SuperOffice Webhook contract")
    group.addoption(
        "--target", metavar="URL", help="base URL of the implementation (default: the embedded mock)"
    )
    group.addoption("--user", help="user of the scheme Basic")
    group.addoption("--password", default="", help="password of the scheme Basic")
    group.addoption("--token-env", metavar="VAR", help="environment variable with a Bearer token")
    group.addoption("--ticket-env", metavar="VAR", help="environment variable with a SoTicket ticket")
    group.addoption(
        "--only", choices=("core", "all"), default="all", help="core: the four operations of the five pages"
    )
    group.addoption("--clause", metavar="WORD", help="only clauses whose id or sentence has the word")
    group.addoption("--seed", type=int, help="draw other values than the usual ones")
    group.addoption(
        "--allow-host", action="append", default=[], help="a host beside this machine; repeatable"
    )
    group.addoption("--rate", type=float, help="requests a second at most")
    group.addoption("--wait", type=float, default=15.0, help="seconds to wait for a delivery")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{clause.MARK}(id): the clause that a check tests")
    config.stash[VERDICTS] = Verdicts()
    config.stash[CLEAN_UP] = ExitStack()
    config.stash[LEFT_BEHIND] = ()
    config.stash[OBSERVERS] = []
    seed = config.getoption("--seed")
    settings.register_profile("contract", derandomize=seed is None, database=None, deadline=None)
    settings.load_profile("contract")
    if seed is not None:
        config.option.hypothesis_seed = str(seed)


# ---- which checks run, and in what order


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for; what looks at slow observations goes last."""
    asked = [item for item in items if _is_asked(config, item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in asked])
    order = {clause_id: place for place, clause_id in enumerate(clauses.load())}
    items[:] = sorted(asked, key=lambda item: (arming.is_late(item), order.get(clause.of(item) or "", 0)))
    for item in items:
        item.extra_keyword_matches.add(clause.of(item) or "")


def _is_asked(config: pytest.Config, item: pytest.Item) -> bool:
    clause_id = clause.of(item)
    if clause_id is None:
        return True
    return clause_id in selection(config.getoption("--only"), config.getoption("--clause"))


def selection(only: str, word: str | None) -> set[str]:
    """The ids of the clauses that a run is about."""
    return {
        each.id
        for each in clauses.load().values()
        if (only == "all" or {*each.operations} <= {*CORE, "all"})
        and (not word or word.lower() in f"{each.id} {each.says}".lower())
    }


# ---- the run


def credentials(option_of: Callable[[str], Any]) -> dict[str, str]:
    """The headers that authenticate, from the options; the samples' user when there are none."""
    for option, name in (("--token-env", "Bearer"), ("--ticket-env", "SoTicket")):
        variable = option_of(option)
        if variable is not None and not os.environ.get(variable):
            raise CannotStart(f"{option} {variable}: that environment variable is not set")
        if variable is not None and not os.environ[variable].isprintable():
            raise CannotStart(f"{option} {variable}: its value has characters that no header can carry")
        if variable is not None:
            return scheme(name, os.environ[variable])
    user = option_of("--user")
    return basic(SAMPLE_USER, SAMPLE_PASSWORD) if user is None else basic(user, option_of("--password") or "")


def begin(config: pytest.Config) -> Run:
    """Open the run of this session; CannotStart when it cannot be."""
    if RUN not in config.stash:
        stack = config.stash[CLEAN_UP]
        stack.enter_context(interruption.orderly())
        if refusal := not_allowed(config.getoption("--target"), config.getoption("--allow-host")):
            raise CannotStart(refusal)
        url = config.getoption("--target") or stack.enter_context(embedded.mock("--ping-on-save"))
        receiver = stack.enter_context(Receiver().listening())
        run = Run(Target(url, credentials(config.getoption)), receiver, tag.fresh())
        observers = config.stash[OBSERVERS]
        run.target.observers += observers
        run.wait = config.getoption("--wait")
        run.credentials_given = any(map(config.getoption, ("--user", "--token-env", "--ticket-env")))
        config.stash[RUN] = run
        run.target.pace.rate = config.getoption("--rate")
        stack.callback(_end, config, run)
        open_run(run)
        run.asked = run.offered & frozenset(CORE if config.getoption("--only") == "core" else operations())
    return config.stash[RUN]


def _end(config: pytest.Config, run: Run) -> None:
    """Remove what the run has made; whoever cannot wait for that is told what is left."""
    with interruption.finished_first(NOTICE):
        try:
            config.stash[LEFT_BEHIND] = close_run(run)
        except KeyboardInterrupt:
            left = ours(run.target)
            config.stash[LEFT_BEHIND] = tuple(Remnant(each, "not removed in time") for each in left)
            raise


@pytest.fixture(scope="session", name="run")
def _run(request: pytest.FixtureRequest) -> Run:
    """The run, with its slow observations made."""
    run = begin(request.config)
    for name in arming.needed(request.session.items):
        run.arm(name, arming.EXPERIMENTS[name])
    return run


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[CLEAN_UP].close()


# ---- verdicts


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget the exchanges of the check before; fixtures may bring back those of an experiment."""
    if (run := item.config.stash.get(RUN, None)) is not None:
        run.target.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Tell the target which clause is asked about, and skip what it does not offer."""
    run, clause_id = item.config.stash.get(RUN, None), clause.of(item)
    if run is None or clause_id is None:
        return (yield)
    with run.clause(clause_id):
        wanted = set(clauses.get(clause_id).operations) - {"all"}
        run.require(*sorted(wanted))
        try:
            return (yield)
        except (Exception, BaseExceptionGroup) as error:
            if (violation := confirming.violation_in(error)) is not None:
                failure = _failure(item, clause_id, violation, run)
                item.stash[FAILURE] = confirming.confirmed(item, run, failure)
            raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write down what each check said of its clause."""
    report = yield
    clause_id = clause.of(item)
    if clause_id is not None and (call.when == "call" or call.excinfo is not None):
        error = None if call.excinfo is None else call.excinfo.value
        outcome = _outcome(item, clause_id, error)
        item.config.stash[VERDICTS].add(outcome)
        if isinstance(error, Inconclusive) or outcome.verdict is Verdict.FLAKY:
            report.outcome, report.longrepr = (
                "skipped",
                (str(item.path), 0, f"{outcome.verdict.word}: {outcome.reason}"),
            )
    return report


def _outcome(item: pytest.Item, clause_id: str, error: BaseException | None) -> Outcome:
    run = item.config.stash.get(RUN, None)
    hide = failures.hiding(run)
    if (violation := confirming.violation_in(error)) is not None:
        failure = item.stash.get(FAILURE, None) or _failure(item, clause_id, violation, run)
        reason = hide(str(violation))
        if failure.repeats is Repeats.NO:
            return Outcome(clause_id, item.name, Verdict.FLAKY, f"did not come again: {reason}", failure)
        return Outcome(clause_id, item.name, Verdict.BROKEN, reason, failure)
    if isinstance(error, Inconclusive):
        return Outcome(clause_id, item.name, error.verdict, hide(error.reason))
    if error is not None:
        return Outcome(clause_id, item.name, Verdict.ERROR, hide(f"{type(error).__name__}: {error}"))
    return Outcome(clause_id, item.name, Verdict.KEPT)


def _failure(item: pytest.Item, clause_id: str, violation: ContractViolation, run: Run | None) -> Failure:
    return failures.failure(item.name, clauses.get(clause_id), violation, run)
