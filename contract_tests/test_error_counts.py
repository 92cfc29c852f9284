"""What a success among failures means for the count that disables a webhook."""

from __future__ import annotations

import time
from dataclasses import dataclass

from contract_tests.kit import arrange, expect
from contract_tests.kit.arming import harmful
from contract_tests.kit.clause import checks
from contract_tests.kit.run import Run
from contract_tests.kit.values import Members
from contract_tests.kit.verdicts import NotOffered, Unproved

ACTIVE, DISABLED = "Active", "TooManyErrors"
ROUNDS = 3
# Of a round's attempts these fail: never more than six in a row, in whatever order a server counts them.
# Seven are needed by an older page. One in three, and not one in two, for servers that ask twice.
ANSWERS = [500, 200, 200] * 3
FAILURES = ROUNDS * ANSWERS.count(500)
PATIENCE = 3.0  # seconds for a round; where it takes longer nothing is asked
RETRIED = 6.0  # seconds until whatever failed has been tried again, and so been counted


@dataclass(frozen=True, slots=True)
class Shaky:
    """A webhook whose target fails now and then, and when it was told of the last event."""

    hook: Members
    since: float
    is_done: bool


@harmful
def shaky(run: Run) -> Shaky:
    """Nine failures among twice as many successes, a round of events after the other."""
    if not run.receiver.is_open:
        raise Unproved(run.lost)
    box = run.mailbox()
    run.receiver.answer(box, ANSWERS * ROUNDS + [200])
    hook = arrange.saved(run, TargetUrl=run.receiver.url + box)
    done = all(_round(run, hook, number) for number in range(1, ROUNDS + 1))
    run.receiver.answer(box, [200])
    return Shaky(hook, time.monotonic(), done)


def _round(run: Run, hook: Members, number: int) -> bool:
    """As many events as a round has attempts; true when the attempts came soon."""
    count = number * len(ANSWERS)
    for _ in ANSWERS:
        arrange.signalled(run, hook["Events"][0], number)
    heard = run.receiver.wait(arrange.mailbox(hook), count, time.monotonic() + PATIENCE)
    return len(heard) >= count


@checks("delivery.too-many-errors")
def test_a_success_begins_the_count_of_failures_anew(run, shaky):
    until = time.monotonic() if not shaky.is_done else shaky.since + RETRIED
    while not _is_over(run, shaky) and time.monotonic() < until:
        time.sleep(0.2)

    state, heard = _state(run, shaky), run.receiver.events(arrange.mailbox(shaky.hook))
    failed = sum(each.status != 200 for each in heard)
    wanted = f"State {ACTIVE} after {failed} failures with successes among them"
    expect.that(state != DISABLED, wanted, state, heard[-1] if heard else None)
    if not shaky.is_done:
        raise NotOffered(f"the target is too slow to be seen failing {FAILURES} times among successes")


def _is_over(run: Run, shaky: Shaky) -> bool:
    """True when all that failed was tried again, and so has been counted, or the webhook is disabled."""
    count = ROUNDS * len(ANSWERS) + FAILURES
    return len(run.receiver.events(arrange.mailbox(shaky.hook))) >= count or _state(run, shaky) == DISABLED


def _state(run: Run, shaky: Shaky) -> object:
    return arrange.read(run, int(shaky.hook["WebhookId"])).get("State")
