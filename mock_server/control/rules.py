"""Rules of delays: which requests are slow, refused or broken off, drawn in the same way every time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from threading import Event, Lock
from typing import Any

from mock_server.control import asked
from mock_server.control.asked import Meant


@dataclass(slots=True)
class Rule:
    """One rule as it was said, and how often it may still be applied."""

    said: Mapping[str, Any]
    meant: Meant
    random: Random
    left: float

    def draws(self, method: str, path: str) -> bool:
        """Whether it is applied to this request."""
        if not self.left or not self.meant(method, path):
            return False
        share = self.said.get("share", 1)
        # Drawn also where it is sure, so that another share leaves the other draws as they are.
        drawn: bool = self.random.random() < share
        self.left -= drawn
        return drawn


class Rules:
    """The rules of one tenant; `over` is set when others take their place."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = {"seed": said.get("seed", 0), "rules": said["rules"]}
        self.over = Event()
        self._lock = Lock()
        self._rules = [
            _rule(each, Random(f"{self.said['seed']}/{i}")) for i, each in enumerate(said["rules"])
        ]

    def draw(self, method: str, path: str) -> Mapping[str, Any] | None:
        """The rule that is applied to a request, or None."""
        with self._lock:
            return next((rule.said for rule in self._rules if rule.draws(method, path)), None)


def _rule(said: Mapping[str, Any], random: Random) -> Rule:
    return Rule(said, asked.meant(said), random, said.get("times", float("inf")))
