"""Deliveries that say again what was said are looked past, and others are not."""

from __future__ import annotations

import json

import pytest
from urllib3 import HTTPHeaderDict

from contract_tests.kit.exchange import Delivery
from contract_tests.kit.repeats import distinct


def delivery(event_id: str | None = "1", retry: str = "0", name: str = "n", at: float = 0.0) -> Delivery:
    """A delivery of an event to a webhook of a name."""
    headers = HTTPHeaderDict({"X-SuperOffice-Retry": retry})
    return Delivery(
        "POST", "/box", headers, json.dumps({"EventId": event_id, "WebhookName": name}).encode(), 200, at
    )


@pytest.mark.parametrize(
    ("heard", "count"),
    [
        ([delivery(), delivery()], 1),
        ([delivery(), delivery("2")], 2),
        ([delivery(), delivery(retry="1")], 2),
        ([delivery(), delivery(name="m")], 2),
        ([delivery(None), delivery(None)], 2),
        ([delivery(), delivery(at=0.9)], 1),
        ([delivery(), delivery(at=1.1)], 2),
        ([delivery(), delivery(at=0.9), delivery(at=1.8)], 2),
    ],
    ids=["same", "event", "attempt", "webhook", "no id", "soon", "late", "from the first"],
)
def test_the_same_again_is_one(heard, count):
    """One attempt of one event for one webhook is one delivery, unless it comes much later."""
    assert len(distinct(heard, within=1.0)) == count


def test_what_is_no_json_repeats_nothing():
    """A body that cannot be read is not taken for one of another delivery."""
    broken = Delivery("POST", "/box", HTTPHeaderDict(), b"{", 200, 0.0)

    assert len(distinct([broken, broken])) == 2
