"""What shows the defects of servers that tell the wrong ones, or the wrong number."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .visitor import Visitor

Probe = Callable[[Visitor], Any]


def large_key(visitor: Visitor) -> Any:
    visitor.made()
    visitor.signal("a.b", 2**31 - 1)
    return json.loads(visitor.target.received()[0][1])["PrimaryKey"]


def script(visitor: Visitor) -> Any:
    visitor.made(Type="crmscript")
    visitor.signal("a.b")
    return len(visitor.target.received(within=0.2))


def restarted(visitor: Visitor) -> Any:
    """What is told of a webhook that is stopped and started."""
    hook = visitor.made()
    visitor.made(Events=[f"webhook{hook}.{verb}" for verb in ("stopped", "started")])
    for state in ("Stopped", "Active"):
        visitor.patch(hook, {"State": state})
    return len(visitor.target.received(2, within=0.3))


def lumped(visitor: Visitor) -> Any:
    visitor.made(State="TooManyErrors")
    return len(visitor.all(StatusFilter="Stopped"))


PROBES: dict[str, Probe] = {
    "key_16_bits": large_key,
    "script_posted": script,
    "started_untold": restarted,
    "errors_stopped": lumped,
}
