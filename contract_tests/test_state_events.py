"""What a webhook is told of a change of another one's State."""

from __future__ import annotations

import time

from contract_tests.kit import arrange, expect
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.run import Run
from contract_tests.kit.telling import Told
from contract_tests.kit.verdicts import ContractViolation


@armed
def stopped(run: Run) -> Told:
    """A webhook that listens for another one being stopped, which it then is."""
    watched = arrange.saved(run)
    event = f"webhook{watched['WebhookId']}.stopped"
    watcher = arrange.saved(run, Events=[event])
    since = time.monotonic()
    arrange.patched(run, watched["WebhookId"], {"State": "Stopped"})
    return Told(watcher, event, since)


@checks("delivery.state-event")
def test_a_webhook_can_listen_for_another_being_stopped(run, stopped):
    heard = run.deliveries(arrange.mailbox(stopped.hook), 1, since=stopped.since)
    if not heard:
        lacking = ContractViolation(f"a delivery of {stopped.event} within {run.wait:g} s", "none")
        raise run.silence(lacking)

    fine = heard[0].event.lower() in {stopped.event.lower(), "webhook.stopped"}
    expect.that(fine, f"the event {stopped.event}", heard[0].event, heard[0])
