"""What a webhook is told of a change of another one's State."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from contract_tests.kit import arrange, expect, ways
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.repeats import deliveries, distinct
from contract_tests.kit.run import Run
from contract_tests.kit.values import Members
from contract_tests.kit.verdicts import ContractViolation, NotOffered, Unproved

VERBS = {"stopped": "Stopped", "started": "Active"}
PATIENCE = 1.0  # seconds for the one event before the State changes again; all of them together


def _patched(run: Run, body: Members, made: int) -> bool:
    arrange.patched(run, made, {"State": body["State"]})
    return True


WAYS = {
    arrange.PATCH: _patched,
    "v1Webhook_PutWebhook": lambda run, body, made: arrange.went_well(ways.put(run, made, body)),
    "v1WebhookAgent_SaveWebhook": lambda run, body, made: arrange.went_well(
        ways.save(run, {**body, "WebhookId": made})
    ),
}


@dataclass(frozen=True, slots=True)
class Watched:
    """A webhook, another that listens for its being stopped and started, and since when both happened."""

    id: int
    watcher: Members
    body: Members
    since: float

    def event(self, verb: str) -> str:
        """The name of the event."""
        return f"webhook{self.id}.{verb}"

    def heard(self, run: Run, verb: str) -> list[Delivery]:
        """What the watcher was told of it; the body may name the event with or without the id."""
        names = {self.event(verb), f"webhook.{verb}"}
        heard = run.receiver.events(arrange.mailbox(self.watcher))
        return [each for each in distinct(heard) if each.event.lower() in names]


@armed
def watched(run: Run) -> Mapping[str, Watched]:
    """Webhooks that are stopped and then started, by each operation that changes a State."""
    if not run.receiver.is_open:
        raise Unproved(run.lost)
    each = {operation: _watched(run) for operation in WAYS if run.offers(operation)}
    each = {way: one for way, one in each.items() if _change(run, way, one, "Stopped")}
    until = time.monotonic() + PATIENCE
    for one in each.values():
        run.receiver.wait(arrange.mailbox(one.watcher), 1, until)
        arrange.patched(run, one.id, {"Name": run.fresh("renamed")})
    return {way: one for way, one in each.items() if _change(run, way, one, "Active")}


def _watched(run: Run) -> Watched:
    body = arrange.hook(run)
    made = int(arrange.saved(run, body)["WebhookId"])
    watcher = arrange.saved(run, Events=[f"webhook{made}.{verb}" for verb in VERBS])
    return Watched(made, watcher, body, time.monotonic())


def _change(run: Run, operation: str, watched: Watched, state: str) -> bool:
    return WAYS[operation](run, {**watched.body, "State": state}, watched.id)


@checks("delivery.state-event")
@pytest.mark.parametrize("operation", WAYS)
@pytest.mark.parametrize("verb", VERBS)
def test_a_webhook_can_listen_for_another_being_stopped_and_started(run, watched, operation, verb):
    one = _made(run, watched, operation)
    deliveries(run, arrange.mailbox(one.watcher), len(VERBS), since=one.since)

    if not one.heard(run, verb):
        came = [each.event for each in run.receiver.events(arrange.mailbox(one.watcher))]
        raise run.silence(
            ContractViolation(f"a delivery of {one.event(verb)} within {run.wait:g} s", str(came or "none"))
        )


@checks("delivery.state-event")
@pytest.mark.parametrize("operation", WAYS)
def test_only_a_change_of_state_is_told(run, watched, operation):
    one = _made(run, watched, operation)

    heard = one.heard(run, "stopped")
    wanted = f"one {one.event('stopped')} for a webhook that was stopped once, and then renamed"
    expect.that(len(heard) <= 1, wanted, len(heard), heard[-1] if heard else None)


def _made(run: Run, watched: Mapping[str, Watched], operation: str) -> Watched:
    run.require(operation)
    if operation not in watched:
        raise NotOffered("the target refuses to replace the State of a webhook")
    return watched[operation]
