"""The suite as a pytest plugin: its options, the fixture `run`, and a verdict for every check."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from itertools import filterfalse
from pathlib import Path

import pytest

from contract_tests import confirming, outcomes, receiving, scope, shards, tiers
from contract_tests.credentials import CREDENTIALS, headers
from contract_tests.kit import arming, clause, interruption, properties, removal, tag
from contract_tests.kit.address import not_allowed
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.opening import close_run, open_run
from contract_tests.kit.profiles import PROFILES, Asked
from contract_tests.kit.removal import Remnant, ours
from contract_tests.kit.run import Run
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import Blocked, CannotStart, Missing, NoAnswer, Verdict, Verdicts
from contract_tests.receiving import Reception
from openapi import clauses

RUN = pytest.StashKey[Run]()
ASKED = pytest.StashKey[Asked]()
CHOSEN = pytest.StashKey[frozenset[str]]()
VERDICTS = pytest.StashKey[Verdicts]()
LEFT_BEHIND = pytest.StashKey[tuple[Remnant, ...]]()
OBSERVERS = pytest.StashKey[list[Callable[[Exchange], None]]]()
CLEAN_UP = pytest.StashKey[ExitStack]()
NOTICE = "webhook-contract: removing what the run has made; once more leaves it behind\n"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract", "SuperOffice Webhook contract")
    group.addoption(
        "--target", metavar="URL", help="base URL of the implementation (default: the embedded mock)"
    )
    group.addoption("--user", help="user of the scheme Basic")
    group.addoption("--password", help="password of the scheme Basic")
    group.addoption("--password-env", metavar="VAR", help="environment variable with the password")
    group.addoption("--token-env", metavar="VAR", help="environment variable with a Bearer token")
    group.addoption("--ticket-env", metavar="VAR", help="environment variable with a SoTicket ticket")
    group.addoption("--only", choices=PROFILES, default="all", help="only clauses about these operations")
    group.addoption("--profile", choices=PROFILES, help="the operations that the target has to have")
    group.addoption("--offers", metavar="FILE", help="the same, as a list or an OpenAPI document")
    group.addoption("--tier", choices=tiers.TIERS, default="standard", help="how much is looked for")
    group.addoption("--shard", type=shards.parse, metavar="I/N", help="only this part of the clauses")
    group.addoption("--clause", metavar="WORD", help="only clauses whose id or sentence has the word")
    group.addoption("--seed", type=int, help="draw other values than the usual ones")
    group.addoption(
        "--allow-host", action="append", default=[], help="a host beside this machine; repeatable"
    )
    group.addoption("--rate", type=float, help="requests a second at most")
    group.addoption("--receiver-bind", default="127.0.0.1", help="where the receiver listens: HOST[:PORT]")
    group.addoption("--receiver-url", metavar="URL", help="how the target reaches the receiver")
    group.addoption("--no-receiver", action="store_true", help="observe no deliveries")
    group.addoption("--receiver-tls", action="store_true", help="a certificate by a private authority")
    group.addoption("--receiver-ca-out", type=Path, help="where that authority is kept")
    group.addoption("--receiver-cert", type=Path, help="the receiver's certificate, with its chain (PEM)")
    group.addoption("--receiver-key", type=Path, help="the key of that certificate (PEM)")
    group.addoption("--clock-scale", type=float, help="how many times shorter the target's pauses are")
    group.addoption("--wait", type=float, default=15.0, help="seconds to wait for a delivery")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{clause.MARK}(id): the clause that a check tests")
    config.stash[VERDICTS] = Verdicts()
    config.stash[CLEAN_UP] = ExitStack()
    config.stash[LEFT_BEHIND] = ()
    config.stash[OBSERVERS] = []
    seed = config.getoption("--seed")
    properties.DRAWING.times = tiers.depth(config.getoption("--tier"))
    properties.DRAWING.repeats = seed is None
    if seed is not None:
        config.option.hypothesis_seed = str(seed)


# ---- which checks run, and in what order


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for; what looks at slow observations goes last."""
    chosen = {None, *_chosen(config, items)}
    hasty = config.getoption("--tier") == "smoke"

    def is_kept(item: pytest.Item) -> bool:
        return clause.of(item) in chosen and not (hasty and arming.is_slow(item))

    kept = [*filter(is_kept, items)]
    config.hook.pytest_deselected(items=[*filterfalse(is_kept, items)])
    order = {clause_id: place for place, clause_id in enumerate(clauses.load())}
    items[:] = sorted(kept, key=lambda item: (arming.order(item), order.get(clause.of(item) or "", 0)))
    for item in items:
        item.extra_keyword_matches.add(clause.of(item) or "")


def _chosen(config: pytest.Config, items: list[pytest.Item]) -> frozenset[str]:
    """The clauses of this run, or of its shard."""
    named = config.getoption("--clause"), config.getoption("--tier")
    chosen, shard = scope.selection(asked(config), *named), config.getoption("--shard")
    config.stash[CHOSEN] = frozenset(chosen) if shard is None else shards.share(shard, chosen, items)
    return config.stash[CHOSEN]


def asked(config: pytest.Config) -> Asked:
    """The operations that the run is about, and who insists on them."""
    if ASKED not in config.stash:
        profile, file = config.getoption("--profile"), config.getoption("--offers")
        config.stash[ASKED] = scope.asked(config.getoption("--only"), profile, file and Path(file))
    return config.stash[ASKED]


# ---- the run


def credentials(config: pytest.Config) -> dict[str, str]:
    """The headers that authenticate, from the options; the samples' user when there are none."""
    return headers(**{name: config.getoption(f"--{name.replace('_', '-')}") for name in CREDENTIALS})


def begin(config: pytest.Config) -> Run:
    """Open the run of this session; CannotStart when it cannot be."""
    if RUN not in config.stash:
        stack = config.stash[CLEAN_UP]
        stack.enter_context(interruption.orderly())
        if refusal := not_allowed(config.getoption("--target"), config.getoption("--allow-host")):
            raise CannotStart(refusal)
        wanted = stack.enter_context(receiving.authority(_reception(config)))
        receiver = stack.enter_context(receiving.opened(wanted))
        scale = config.getoption("--clock-scale")
        url = config.getoption("--target") or stack.enter_context(receiving.mock(wanted, scale))
        run = Run(Target(url, credentials(config)), receiver, tag.fresh())
        observers = config.stash[OBSERVERS]
        run.target.observers += observers
        run.wait, run.clock_scale = config.getoption("--wait"), scale or 1.0
        run.credentials_given = any(map(config.getoption, ("--user", "--token-env", "--ticket-env")))
        config.stash[RUN] = run
        stack.callback(receiver.let_go)  # a mock ends when its deliveries have
        run.target.pace.rate = config.getoption("--rate")
        stack.callback(_end, config, run)
        open_run(run)
        run.asked = asked(config)
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


def _reception(config: pytest.Config) -> Reception:
    """The receiver that the options want."""
    return Reception(
        bind=config.getoption("--receiver-bind"),
        url=config.getoption("--receiver-url"),
        none=config.getoption("--no-receiver"),
        tls=config.getoption("--receiver-tls"),
        ca_out=config.getoption("--receiver-ca-out"),
        cert=config.getoption("--receiver-cert"),
        key=config.getoption("--receiver-key"),
    )


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
    run = item.config.stash.get(RUN, None)
    if run is not None:
        run.target.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Tell the target which clause is asked about, and skip what it does not offer."""
    run, clause_id = item.config.stash.get(RUN, None), clause.of(item)
    if run is None or clause_id is None:
        return (yield)
    before = len(run.target.made)
    with run.clause(clause_id):
        try:
            run.require_for(clauses.get(clause_id))
            return (yield)
        except (Exception, BaseExceptionGroup) as error:
            if (violation := confirming.violation_in(error)) is not None:
                if isinstance(violation, NoAnswer) and violation.is_gone:
                    raise Blocked(f"nobody listens at {run.target.base} any more") from None
                failure = outcomes.failure(item, clause_id, violation, run)
                is_missing = isinstance(violation, Missing)
                item.stash[outcomes.FAILURE] = confirming.confirmed(item, run, failure, is_missing=is_missing)
            raise
        finally:
            removal.remove_checked(run.target, run.offered, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write down what each check said of its clause."""
    report = yield
    clause_id = clause.of(item)
    if clause_id is not None and (call.when == "call" or call.excinfo is not None):
        error = None if call.excinfo is None else call.excinfo.value
        outcome = outcomes.outcome(item, clause_id, error, item.config.stash.get(RUN, None))
        item.config.stash[VERDICTS].add(outcome)
        if outcome.verdict not in {Verdict.KEPT, Verdict.BROKEN, Verdict.ERROR}:
            report.outcome, report.longrepr = (
                "skipped",
                (str(item.path), 0, f"{outcome.verdict.word}: {outcome.reason}"),
            )
    return report
