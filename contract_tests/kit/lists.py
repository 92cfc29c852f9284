"""What a list keeps and what it drops."""

from __future__ import annotations

from collections.abc import Mapping

from contract_tests.kit import expect
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json, Members


def listed(run: Run, filters: Json, query: Mapping[str, str] | None = None) -> Exchange:
    """GetAllWebhooks with these filters; the exchange."""
    return run.target.send("POST", "/Agents/Webhook/GetAllWebhooks", json=filters, query=query)


def ids(exchange: Exchange) -> list[Json]:
    """The ids in a list."""
    __tracebackhide__ = True
    return [each.get("WebhookId") for each in expect.elements(exchange)]


def keeps(exchange: Exchange, *hooks: Members) -> None:
    """The list has these webhooks."""
    __tracebackhide__ = True
    expect.status(exchange, 200)
    missing = {each["WebhookId"] for each in hooks} - set(ids(exchange))
    expect.that(not missing, "every webhook that passes the filter", f"no {sorted(missing)}", exchange)


def drops(exchange: Exchange, *hooks: Members) -> None:
    """The list has none of these webhooks."""
    __tracebackhide__ = True
    expect.status(exchange, 200)
    surplus = {each["WebhookId"] for each in hooks} & set(ids(exchange))
    expect.that(not surplus, "no webhook that fails the filter", f"also {sorted(surplus)}", exchange)
