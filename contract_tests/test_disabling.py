"""What becomes of a webhook whose target keeps failing, and how it comes back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.kit import arrange, expect
from contract_tests.kit.arming import harmful
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.properties import as_dear_as
from contract_tests.kit.repeats import distinct, soon
from contract_tests.kit.run import Run
from contract_tests.kit.values import Members
from contract_tests.kit.verdicts import Unproved

ACTIVE, DISABLED = "Active", "TooManyErrors"
FEWEST, FAILURES, ATTEMPTS = 7, 9, 3  # an older page counts to 7; attempts are those of one cycle
CYCLE = 5.0  # seconds from the first attempt of a cycle to its last
COUNTED = 3.0  # seconds in which the last failure has surely been counted
PATIENCE = 30.0  # seconds until whatever has not happened is left unproved


@dataclass(slots=True)
class Condemned:
    """A webhook whose target always fails, another that waits to be told of it, and since when."""

    hook: Members
    witness: Members
    since: float
    signals: int

    @property
    def mailbox(self) -> str:
        """Where its deliveries arrive."""
        return arrange.mailbox(self.hook)

    def event(self, verb: str) -> str:
        """The name of one of the events that it listens for."""
        return f"{str(self.hook['Events'][0]).partition('.')[0]}.{verb}"

    def heard(self, run: Run, verb: str) -> list[Delivery]:
        """The deliveries of one of its events so far."""
        name = self.event(verb).lower()
        return [each for each in run.receiver.events(self.mailbox) if each.event.lower() == name]

    def signal(self, run: Run, count: int) -> None:
        """So many more events that will fail."""
        for _ in range(count):
            self.signals += 1
            arrange.signalled(run, self.event("fails"), self.signals)


@harmful
def condemned(run: Run) -> Condemned:
    """Enough events for nine failed attempts, but only one where failures hold up other webhooks."""
    entity, box = run.entity(), run.mailbox()
    run.receiver.answer(box, [500])
    events = [f"{entity}.{verb}" for verb in ("fails", "ignored", "revives")]
    hook = arrange.saved(run, Events=events, TargetUrl=run.receiver.url + box)
    witness = arrange.saved(run, Events=[f"webhook{hook['WebhookId']}.errors"])
    found = Condemned(hook, witness, time.monotonic(), 0)
    found.signal(run, 1)
    if _others_get_through(run):
        found.signal(run, FAILURES // ATTEMPTS - 1)
    return found


def _others_get_through(run: Run) -> bool:
    """True when a delivery arrives while that of another webhook is being repeated."""
    hook = arrange.saved(run)
    since = time.monotonic()
    arrange.signalled(run, hook["Events"][0])
    return bool(run.receiver.wait(arrange.mailbox(hook), 1, since + CYCLE / 4))


def fate(run: Run, condemned: Condemned) -> list[Delivery]:
    """The attempts once the webhook has been disabled; a violation or Unproved when it is not."""
    if not run.deliveries(condemned.mailbox, 1, since=condemned.since):
        raise run.silence(Unproved("nothing was delivered that could fail"))
    until = max(condemned.since + PATIENCE, time.monotonic() + CYCLE * ATTEMPTS)
    while (state := _state(run, condemned)) != DISABLED:
        heard = run.receiver.events(condemned.mailbox)
        _is_still_active(condemned, state, heard)
        if _must_be_disabled(distinct(heard, soon(run))) and _state(run, condemned) != DISABLED:
            came = f"{_state(run, condemned)} after {len(heard)} failed attempts"
            expect.that(False, f"State {DISABLED} after {FAILURES} failed attempts", came, heard[-1])
        if time.monotonic() > until:
            raise Unproved(f"{len(heard)} attempts failed within {PATIENCE:g} s, and State is {state}")
        _go_on(run, condemned, heard)
        time.sleep(0.25)
    return run.receiver.events(condemned.mailbox)


@arrange.arranging
def disabled(run: Run, condemned: Condemned) -> None:
    """The webhook has been disabled, which is asked about elsewhere."""
    fate(run, condemned)


def _state(run: Run, condemned: Condemned) -> Any:
    return arrange.read(run, int(condemned.hook["WebhookId"])).get("State")


def _is_still_active(condemned: Condemned, state: Any, heard: list[Delivery]) -> None:
    """A violation when something else than the documented State has come of the one it was saved with."""
    __tracebackhide__ = True
    fine = state in (None, ACTIVE, condemned.hook.get("State"))
    came = f"{state} after {len(heard)} failed attempts"
    expect.that(fine, f"State {DISABLED} of a webhook that failures disable", came, heard[-1])


def _must_be_disabled(heard: list[Delivery]) -> bool:
    """True when nine attempts have failed, by either reading of the page.

    It says that a delivery that failed three times is queued again, and also that it is discarded and
    counts as one error. Where it is discarded, nine errors may be twenty-seven attempts.
    """
    counts = Counter(str(expect.event_id(each)) for each in heard)
    is_queued_again = any(count > ATTEMPTS for count in counts.values())
    enough = FAILURES if is_queued_again else FAILURES * ATTEMPTS
    return len(heard) >= enough and time.monotonic() - heard[enough - 1].at > COUNTED


def _go_on(run: Run, condemned: Condemned, heard: list[Delivery]) -> None:
    """When all that was signalled has failed for good: some more of it."""
    if heard and time.monotonic() - heard[-1].at > CYCLE and condemned.signals < FAILURES:
        condemned.signal(run, FAILURES - condemned.signals)


@checks("delivery.too-many-errors")
def test_failures_in_a_row_disable_a_webhook(run, condemned):
    heard = fate(run, condemned)

    few = f"{DISABLED} after {len(heard)}"
    expect.that(len(heard) >= FEWEST, f"{FAILURES} failed attempts before {DISABLED}", few, heard[-1])


@checks("delivery.too-many-errors-silent")
@as_dear_as(80)  # it waits
def test_a_disabled_webhook_gets_nothing(run, condemned):
    disabled(run, condemned)
    arrange.signalled(run, condemned.event("ignored"))
    time.sleep(run.quiet / 3)
    # What was on its way when it was disabled may still arrive: only what was signalled since is asked about.
    told = condemned.heard(run, "ignored")

    expect.that(
        not told, f"no delivery to a webhook that is {DISABLED}", len(told), told[0] if told else None
    )


@checks("delivery.state-event-errors")
def test_another_webhook_can_listen_for_it(run, condemned):
    disabled(run, condemned)
    heard = run.deliveries(arrange.mailbox(condemned.witness), 1, since=time.monotonic() - run.wait + CYCLE)
    event = condemned.witness["Events"][0]
    expect.that(bool(heard), f"a delivery of {event} to a webhook that listens for it", "none")

    fine = heard[0].event.lower() in {event.lower(), "webhook.errors"}
    expect.that(fine, f"the event {event}", heard[0].event, heard[0])


@checks("delivery.reactivation")
def test_a_webhook_set_active_again_is_told(run, condemned):
    disabled(run, condemned)
    run.receiver.answer(condemned.mailbox, [200])
    since = time.monotonic()
    arrange.patched(run, int(condemned.hook["WebhookId"]), {"State": ACTIVE})
    arrange.signalled(run, condemned.event("revives"))

    _wait_for(lambda: bool(condemned.heard(run, "revives")), since + run.wait)
    told = condemned.heard(run, "revives")
    expect.that(bool(told), f"a delivery once it is {ACTIVE} again", f"none within {run.wait:g} s")


def _wait_for(fact: Callable[[], bool], until: float) -> None:
    while not fact() and time.monotonic() < until:
        time.sleep(0.05)


# ---- a target that is gone for good


@harmful
def gone(run: Run) -> tuple[Members, float]:
    """A webhook whose target answers 410, told of an event; and since when."""
    box = run.mailbox()
    run.receiver.answer(box, [410])
    hook = arrange.saved(run, TargetUrl=run.receiver.url + box)
    since = time.monotonic()
    arrange.signalled(run, hook["Events"][0])
    return hook, since


@checks("delivery.gone")
def test_a_target_that_is_gone_disables_its_webhook(run, gone):
    hook, since = gone
    delivery = run.delivery(arrange.mailbox(hook), since=since)

    def state() -> Any:
        return arrange.read(run, int(hook["WebhookId"])).get("State")

    # Whether it is the first 410 that counts, or the last attempt of a cycle, is not said.
    _wait_for(lambda: state() == DISABLED, delivery.at + CYCLE + COUNTED)
    expect.that(state() == DISABLED, f"State {DISABLED} after a 410", state(), delivery)
