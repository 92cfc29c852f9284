"""Every operation, whatever the document lets one send, and what it does not."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import hypothesis
import pytest

from contract_tests import drawing
from contract_tests.kit import arrange, expect, homing, ledger, profiles
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.properties import as_dear_as, given
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import ContractViolation, NotOffered
from openapi import document

OPERATIONS = tuple(document.load().operations)
Drawn = defaultdict[tuple[str, str], list[Exchange]]
RIGHT, WRONG = "positive", "negative"
# Of each operation: what is against the document has checks of its own, and a wider search is a stock tool's.
EXAMPLES = {RIGHT: 2, WRONG: 1}
MODES = {
    f"{each} {how}": (each, mode)
    for each in OPERATIONS
    for how, mode in (("by the document", RIGHT), ("against it", WRONG))
    if mode == RIGHT or drawing.takes_input(each)
}


def sent(run: Run, case: Any) -> Exchange:
    """Send a drawn case; one that would touch what the run has not made is drawn again."""
    if run.spare in run.target.ledger.gone:
        run.spare = arrange.saved(run)["WebhookId"]
    homing.turn(run, case)
    request = drawing.request(run.target, case)
    hypothesis.assume(not run.target.ledger.trespass(request, run.target.base))
    exchange = run.target.exchange(request)
    arrange.remember(run, exchange)
    named_again(run, exchange)
    return exchange


def named_again(run: Run, exchange: Exchange) -> None:
    """Put the tag back into the spare webhook when a drawn change may have taken it out."""
    changed = ledger.read(exchange.request, run.target.base).operation in ledger.CHANGES
    changed = changed and run.spare not in run.target.ledger.gone
    if changed and arrange.went_well(exchange) and run.tag.encode() not in (exchange.request.body or b""):
        arrange.patch(run, run.spare, {"Name": run.fresh("spare")})


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    """What was drawn for each operation and mode; two checks look at it, since drawing takes long."""
    return defaultdict(list)


def explore(run: Run, drawn: Drawn, operation: str, mode: str, judge: Any) -> None:
    """Draw some cases of an operation, send each of them and judge the answer."""
    __tracebackhide__ = True
    run.require(operation)
    if operation not in run.asked.operations:
        raise NotOffered(f"this run is not about {profiles.label(operation)}")
    run.spare = arrange.saved(run)["WebhookId"]

    @given(examples=EXAMPLES[mode], case=drawing.cases(operation, mode))
    def explored(run: Run, case: Any) -> None:
        exchange = sent(run, case)
        drawn[operation, mode].append(exchange)
        judge(exchange)

    explored(run=run)


def passes(judge: Any, seen: list[Exchange]) -> bool:
    """True when the judge has nothing against what was seen, if anything was."""
    try:
        for exchange in seen:
            judge(exchange)
    except ContractViolation:
        return False
    return bool(seen)


def some(value: Any) -> Any:
    """The value itself, or the ends of a list that is long because of all the other checks."""
    return [*value[:10], *value[10:][-10:]] if isinstance(value, list) else value


@checks("robust.no-server-error")
@as_dear_as(6)
@pytest.mark.parametrize(("operation", "mode"), MODES.values(), ids=MODES)
def test_nothing_is_a_server_error(run, drawn, operation, mode):
    explore(run, drawn, operation, mode, expect.no_server_error)


def is_nothing(operation, exchange):
    """True for the null by which agents tell that nothing is there, and servers that no error was."""
    may_be_null = operation.startswith("v1WebhookAgent_") or operation.endswith("_GetLastError")
    return may_be_null and exchange.body.strip() == b"null"


@checks("robust.documented-success")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_success_is_as_documented(run, drawn, operation):
    documented = document.load().operations[operation]
    reference = document.load().success_reference(operation)

    def judge(exchange):
        if exchange.status >= 300:
            return
        expect.status(exchange, documented.success)
        if reference is None:
            expect.no_body(exchange)
        elif "json" in exchange.headers.get("Content-Type", "json") and not is_nothing(operation, exchange):
            expect.shape(exchange, reference, some(expect.json(exchange)))

    # What was seen does not pass: it is drawn again, and made smaller.
    if not passes(judge, drawn[operation, RIGHT]):
        explore(run, drawn, operation, RIGHT, judge)
