"""What a change of a webhook means for the next event."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from contract_tests.kit import arrange, expect
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.repeats import distinct
from contract_tests.kit.run import Run
from contract_tests.kit.values import Members
from contract_tests.kit.verdicts import NotOffered
from contract_tests.kit.ways import REPLACES

STATES = {"Active to Stopped": ("Active", "Stopped"), "Stopped to Active": ("Stopped", "Active")}


@dataclass(frozen=True, slots=True)
class Changed:
    """A webhook that heard one event, was patched, and how many it is to have heard in the end."""

    since: float
    mailbox: str
    count: int


def _change(
    run: Run, changes: Members, events: list[str], then: str, count: int, **members: object
) -> Changed:
    """Signal the first event and wait for it, so that whatever a server caches is cached; PATCH; signal."""
    began = time.monotonic()
    hook = arrange.saved(run, **{"Events": events[:1], **members})
    box = arrange.mailbox(hook)
    arrange.signalled(run, events[0])
    if hook["State"] == "Active":
        run.delivery(box, since=began)
    arrange.patched(run, hook["WebhookId"], changes)
    since = time.monotonic()
    arrange.signalled(run, then)
    moved = str(changes.get("TargetUrl", ""))
    return Changed(since, arrange.mailbox(changes) if moved else box, count)


def _change_of_events(run: Run, then: int) -> Changed:
    first, second = f"{run.entity()}.created", f"{run.entity()}.changed"
    event = (first, second)[then]
    return _change(run, {"Events": [second]}, [first], event, count=1 + then)


def _change_of_target(run: Run) -> Changed:
    event = f"{run.entity()}.created"
    return _change(run, {"TargetUrl": run.receiver.url + run.mailbox()}, [event], event, count=1)


def _change_of_state(run: Run, state: str, other: str) -> Changed:
    event = f"{run.entity()}.created"
    return _change(run, {"State": other}, [event], event, count=1, State=state)


@armed
def changed(run: Run) -> dict[str, Changed]:
    """Webhooks that were patched between two events."""
    return {
        "Events, the old one": _change_of_events(run, 0),
        "Events, the new one": _change_of_events(run, 1),
        "TargetUrl": _change_of_target(run),
        **{name: _change_of_state(run, *states) for name, states in STATES.items()},
    }


@checks("agent.signal.follows-changes")
@pytest.mark.parametrize("member", ["Events, the old one", "Events, the new one", "TargetUrl", *STATES])
def test_the_next_event_goes_by_the_new_values(run, changed, member):
    after = changed[member]
    run.deliveries(after.mailbox, after.count, since=after.since)
    heard = distinct(run.settled(after.mailbox, since=after.since))

    came = f"{len(heard)}: {[each.event for each in heard]}"
    expect.that(len(heard) == after.count, f"{after.count} deliveries", came, heard[-1] if heard else None)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A webhook that heard the first event, was given the second for it, and when both were signalled."""

    mailbox: str
    events: tuple[str, str]
    since: float


def _replaced(run: Run, operation: str, body: Members, members: Members) -> Changed | None:
    """As with a PATCH; None where the operation refuses a body like the one that made the webhook."""
    began, event = time.monotonic(), body["Events"][0]
    hook = arrange.saved(run, dict(body))
    if body["State"] == "Active":
        arrange.signalled(run, event)
        run.delivery(arrange.mailbox(hook), since=began)
    exchange = REPLACES[operation](run, hook["WebhookId"], {**body, **members})
    return Changed(time.monotonic(), arrange.mailbox(hook), 1) if arrange.went_well(exchange) else None


def _replace_events(run: Run, operation: str) -> Replaced | None:
    first, second = f"{run.entity()}.created", f"{run.entity()}.changed"
    after = _replaced(run, operation, arrange.hook(run, Events=[first]), {"Events": [second]})
    if after is None:
        return None
    for event in (first, second):
        arrange.signalled(run, event)
    return Replaced(after.mailbox, (first, second), after.since)


@armed
def replaced(run: Run) -> dict[str, Replaced | None]:
    """Webhooks whose Events were replaced between two events, by each operation that is there."""
    return {operation: _replace_events(run, operation) for operation in REPLACES if run.offers(operation)}


@checks("agent.signal.follows-changes")
@pytest.mark.parametrize("operation", REPLACES)
def test_the_next_event_goes_by_what_replaced_the_old_values(run, replaced, operation):
    run.require(operation)
    after = replaced[operation]
    if after is None:
        raise NotOffered("the target refuses to replace the Events of a webhook")
    run.deliveries(after.mailbox, 2, since=after.since)
    heard = distinct(run.settled(after.mailbox, since=after.since))

    came = [each.event for each in heard]
    # In which order they arrive is not said.
    fine = sorted(each.lower() for each in came) == sorted(each.lower() for each in after.events)
    expect.that(fine, f"one delivery each of {' and '.join(after.events)}", came, heard[-1])


def _replace_state(run: Run, operation: str, state: str, other: str) -> Changed | None:
    body = arrange.hook(run, State=state)
    after = _replaced(run, operation, body, {"State": other})
    if after is not None:
        arrange.signalled(run, body["Events"][0])
    return after


@armed
def switched(run: Run) -> dict[str, dict[str, Changed | None]]:
    """Webhooks whose State was replaced before an event, by each operation that is there."""
    return {
        operation: {name: _replace_state(run, operation, *states) for name, states in STATES.items()}
        for operation in REPLACES
        if run.offers(operation)
    }


@checks("agent.signal.follows-changes")
@pytest.mark.parametrize("operation", REPLACES)
@pytest.mark.parametrize("state", STATES)
def test_the_next_event_goes_by_what_replaced_the_state(run, switched, operation, state):
    run.require(operation)
    after = switched[operation][state]
    if after is None:
        raise NotOffered("the target refuses to replace the State of a webhook")
    run.deliveries(after.mailbox, after.count, since=after.since)
    heard = distinct(run.settled(after.mailbox, since=after.since))

    expect.that(len(heard) == after.count, "one delivery", len(heard), heard[-1] if heard else None)
