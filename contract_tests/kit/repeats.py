"""Deliveries that say again what was said: whether they may is one question, all others look past them."""

from __future__ import annotations

from collections.abc import Iterable

from contract_tests.kit import expect
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import ContractViolation

RETRY = "X-SuperOffice-Retry"
SOON = 0.7  # seconds, fewer than there are between two attempts


def distinct(heard: Iterable[Delivery], within: float = float("inf")) -> list[Delivery]:
    """The deliveries without those that repeat an earlier one of at most so many seconds before."""
    kept: list[tuple[tuple[str, ...] | None, Delivery]] = []
    for each in heard:
        said = _said(each)
        if said is None or all(other != said or each.at - one.at > within for other, one in kept):
            kept.append((said, each))
    return [each for _, each in kept]


def soon(run: Run) -> float:
    """Seconds in which the same attempt again is no other one, where attempts are not numbered."""
    return run.scaled(SOON)


def _said(delivery: Delivery) -> tuple[str, ...] | None:
    """Which event is told to which webhook in which attempt; None where the delivery does not tell."""
    try:
        ids, name = expect.event_ids(delivery), expect.members(delivery).get("WebhookName")
    except ContractViolation:
        return None
    return (*map(str, ids), str(name), delivery.headers.get(RETRY, "0")) if any(ids) else None


def deliveries(
    run: Run, mailbox: str, count: int, *, since: float, within: float = float("inf")
) -> list[Delivery]:
    """So many distinct events at a mailbox, as `Run.deliveries` waits for them."""
    wanted = count
    while True:
        heard = run.deliveries(mailbox, wanted, since=since)
        kept = distinct(heard, within)
        if len(kept) >= count or len(heard) < wanted:
            return kept
        wanted = len(heard) + 1
