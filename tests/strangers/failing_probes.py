"""What shows the defects of servers whose targets fail, and of those that try a target."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .visitor import Visitor

Probe = Callable[[Visitor], Any]
FEW, MANY = 5, 12  # events that fail at once: too few to disable a webhook, and enough


def condemned(visitor: Visitor) -> Any:
    """What becomes of a webhook that fails, and whom it is told to."""
    target = visitor.target
    target.status = 500
    hook = visitor.made(Events=["a.b", "c.d"])
    visitor.made(Events=[f"webhook{hook}.errors"])
    states = [_state_after(visitor, hook, count) for count in (FEW, MANY)]
    witness = [body for _, body in target.received(quiet=0.1) if b"errors" in body]
    target.got.clear()
    visitor.signal("c.d")
    silent = not target.received(within=0.1)
    target.status = 200
    visitor.patch(hook, {"State": "Active"})
    target.got.clear()
    visitor.signal("c.d")
    return states, bool(witness), silent, len(target.received(within=0.3)) > 0


def _state_after(visitor: Visitor, hook: int, count: int) -> Any:
    for _ in range(count):
        visitor.signal("a.b")
    visitor.target.received(count, quiet=0.1)
    return visitor.ask("GET", f"Webhook/{hook}")[1]["State"]


def shaky(visitor: Visitor) -> Any:
    """The State after as many failures as would disable a webhook, each before a success."""
    hook = visitor.made()
    for number in range(1, MANY + 1):
        visitor.target.status = 500
        visitor.signal("a.b")
        visitor.target.received(2 * number - 1)
        visitor.target.status = 200
        visitor.signal("a.b")
        visitor.target.received(2 * number)
    return visitor.ask("GET", f"Webhook/{hook}")[1]["State"]


def last_error(visitor: Visitor) -> Any:
    """Whether the error told last is another one than before."""
    visitor.target.status = 500
    hook = visitor.made()
    visitor.signal("a.b")
    visitor.target.received(quiet=0.1)
    first = visitor.ask("GET", f"Webhook/{hook}/LastError")[1]
    visitor.target.received(2, quiet=0.1)
    return visitor.ask("GET", f"Webhook/{hook}/LastError")[1] == first


def stopped(visitor: Visitor) -> Any:
    """How often a webhook is told that is stopped after the first failure."""
    visitor.target.status = 500
    hook = visitor.made()
    visitor.signal("a.b")
    visitor.target.received()
    visitor.patch(hook, {"State": "Stopped"})
    return len(visitor.target.received(2, within=1.3))


def gone(visitor: Visitor) -> Any:
    visitor.target.status = 410
    hook = visitor.made()
    return _state_after(visitor, hook, 1)


def counters(visitor: Visitor) -> Any:
    """The errors in a row and in all, after a failure and the success that follows it."""
    visitor.target.status = 500
    hook = visitor.made()
    visitor.signal("a.b")
    visitor.target.received(quiet=0.1)
    visitor.target.status = 200
    visitor.target.received(2)
    time.sleep(0.1)
    entity = visitor.ask("GET", f"Webhook/{hook}")[1]
    return entity.get("TotalErrors", 1), entity.get("ConsecutiveErrors", 0)


def tested(visitor: Visitor) -> Any:
    hook = {"Name": "n", "Events": ["a.b"], "TargetUrl": visitor.target.url, "Secret": "s"}
    visitor.ask("POST", "Webhook/Test", hook)
    headers, _ = visitor.target.received()[0]
    names = ("x-superoffice-event", "x-hook-test")
    return [headers.get(name) for name in names], "x-superoffice-signature" in headers


def tried(visitor: Visitor) -> Any:
    """Whether a target is tried, and what a failure means."""
    visitor.target.status = 500
    status, _ = visitor.post()
    return status, len(visitor.target.received(within=0.1))


def probe_of(probe: Probe, defects: str) -> dict[str, Probe]:
    return dict.fromkeys(defects.split(), probe)


PROBES: dict[str, Probe] = {
    **probe_of(condemned, "never_disabled disabled_early disabled_told revived_silent errors_untold"),
    **probe_of(shaky, "errors_add_up"),
    **probe_of(last_error, "last_error_old"),
    **probe_of(stopped, "stopped_retried"),
    **probe_of(gone, "gone_ignored"),
    **probe_of(counters, "errors_stay errors_uncounted"),
    **probe_of(tested, "test_event_named test_event_bare test_event_unsigned"),
    **probe_of(tried, "saved_anyway"),
}
