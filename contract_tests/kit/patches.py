"""Patches of a webhook in both forms, and the word for what they have to come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from contract_tests.kit import arrange, expect, stamps, values
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.ordinary import refused_as_odd
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json, Members
from contract_tests.kit.verdicts import Unproved

# One change, said as a JSON Patch and as a merge patch.
FORMS: dict[str, Callable[[str], Json]] = {
    "json-patch": lambda name: [replace("/Name", name)],
    "merge-patch": lambda name: {"Name": name},
}
both_forms = pytest.mark.parametrize("form", FORMS)


def replace(path: str, value: Json) -> Json:
    """One operation `replace`."""
    return {"op": "replace", "path": path, "value": value}


def add(path: str, value: Json) -> Json:
    """One operation `add`."""
    return {"op": "add", "path": path, "value": value}


def remove(path: str) -> Json:
    """One operation `remove`."""
    return {"op": "remove", "path": path}


def holds(path: str, value: Json) -> Json:
    """One operation `test`."""
    return {"op": "test", "path": path, "value": value}


def renamed(run: Run, webhook_id: int, form: str) -> Exchange:
    """PATCH the name of a webhook, in one of the two forms."""
    return arrange.patch(run, webhook_id, FORMS[form](run.fresh()))


def renamed_unless_changed(run: Run, webhook_id: int, form: str, since: datetime) -> Exchange:
    """PATCH the name of a webhook, unless it has changed since then."""
    condition = stamps.http_date(since)
    return arrange.patch(run, webhook_id, FORMS[form](run.fresh()), If_Unmodified_Since=condition)


def renamed_though_gone(run: Run, gone: Members, form: str) -> Exchange:
    """PATCH a webhook that was removed; Unproved when its id has another now, which is let alone.

    Ids may be given again, and to somebody else. So operations begin with a test of the name that was ours,
    which a server that still knows it passes; a merge patch has a date from before it was made.
    """
    number, changes = int(gone["WebhookId"]), FORMS[form](run.fresh())
    if isinstance(changes, list):
        exchange = arrange.patch(run, number, [holds("/Name", gone["Name"]), *changes])
    else:
        before = stamps.http_date(run.target.made[number].server_time - timedelta(seconds=2))
        exchange = arrange.patch(run, number, changes, If_Unmodified_Since=before)
    if exchange.status in {409, 412}:
        raise Unproved(f"the id {number} seems to have another webhook since it was removed")
    return exchange


def settles(run: Run, before: Members, changes: Json, **members: Json) -> None:
    """A word that looks: after the PATCH the members are so, and every other one is as before.

    Values that are not ordinary may be refused; then nothing has changed.
    """
    __tracebackhide__ = True
    exchange = arrange.patch(run, int(before["WebhookId"]), changes)
    if refused_as_odd(exchange, members):
        arrange.unchanged(run, before, exchange)
        return
    expect.status(exchange, 200)
    answer = expect.members(exchange)
    stored = arrange.read(run, int(before["WebhookId"]))
    for name, value in members.items():
        expect.member(exchange, name, value, answer)
        expect.member(exchange, name, value, stored)
    others = [name for name in values.SETTABLE if name not in members]
    expect.same_members(exchange, before, stored, others, when="as before")
