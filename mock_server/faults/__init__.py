"""Ways to be wrong on purpose, by name."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.behaviour import Behaviour
from mock_server.errors import UnknownFaultError
from mock_server.faults import (
    admitting,
    applying,
    asking,
    choking,
    conditions,
    confusing,
    deleting,
    delivering,
    enduring,
    failing,
    filtering,
    following,
    habits,
    informing,
    keeping,
    listing,
    merging,
    operations,
    others,
    patched,
    patching,
    pointing,
    reading,
    refusing,
    replacing,
    retrying,
    saving,
    selecting,
    signing,
    telling,
    testing,
    trying,
)
from mock_server.faults.fault import Fault

# By topic, in the order of `clauses.yaml`.
ROOMS = (
    saving,
    keeping,
    selecting,
    operations,
    pointing,
    testing,
    applying,
    patching,
    merging,
    patched,
    conditions,
    listing,
    filtering,
    telling,
    following,
    delivering,
    informing,
    confusing,
    signing,
    retrying,
    failing,
    others,
    reading,
    trying,
    habits,
    replacing,
    deleting,
    admitting,
    choking,
    refusing,
    asking,
    enduring,
)
FAULTS: dict[str, Fault] = {fault.id: fault for room in ROOMS for fault in room.FAULTS}


def wrong(ids: Iterable[str]) -> Behaviour:
    """The behaviour of a mock with these faults."""
    behaviour = Behaviour()
    for fault_id in ids:
        if fault_id not in FAULTS:
            raise UnknownFaultError(f"no fault is called {fault_id!r}; --list-faults shows those that are")
        behaviour = FAULTS[fault_id].applied(behaviour)
    return behaviour
