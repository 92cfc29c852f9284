"""Ways to be right that the documents leave open, each an option or an address of the mock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variation:
    """A mock that keeps every promise; `path` goes before `/api`, without `credentials` it takes anybody."""

    id: str
    says: str
    options: tuple[str, ...] = ()
    path: str = ""
    credentials: bool = True


VARIATIONS = (
    Variation("plain", "the mock as it starts"),
    Variation("in-a-tenant", "all webhooks belong to a tenant", path="/Cust12345"),
    Variation("any-2xx", "201, 202 and 204 of a target are successes, too", ("--any-2xx",)),
    Variation(
        "ping-on-save", "a webhook is saved when its target has answered a test event", ("--ping-on-save",)
    ),
    Variation("no-auth", "every request is taken", ("--no-auth",), credentials=False),
    Variation("slower", "the waits between attempts are a third longer", ("--clock-scale", "0.75")),
)
