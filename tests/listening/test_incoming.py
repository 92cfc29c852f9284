"""What a delivery is, and where it departs from the document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from urllib3 import HTTPHeaderDict

from contract_tests.kit.exchange import Delivery
from contract_tests.listening.cases import ORDINARY, cases
from contract_tests.listening.incoming import Incoming

GOOD = [each for each in cases("neque") if each.good]
PLAIN = GOOD[0]


def incoming(body: bytes, headers: dict[str, str | None], method: str = "POST") -> Incoming:
    """A delivery; a header that is None is left out."""
    named = {name: value for name, value in headers.items() if value is not None}
    return Incoming(Delivery(method, "/box", HTTPHeaderDict(named), body, 200, 0.0))


def changed(headers: dict[str, str | None] | None = None, method: str = "POST", **members: Any) -> list[str]:
    """The differences of an ordinary delivery with other headers and members; ... leaves a member out."""
    body = {name: value for name, value in (ORDINARY.members("0" * 8) | members).items() if value is not ...}
    if "EventId" not in members:
        body["EventId"] = json.loads(PLAIN.body)["EventId"]
    return incoming(json.dumps(body).encode(), {**PLAIN.headers, **(headers or {})}, method).differences()


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.id)
def test_good_deliveries_are_as_documented(case):
    """What receivers are graded by departs in nothing from the document."""
    assert incoming(case.body, dict(case.headers)).differences() == []


@pytest.mark.parametrize(
    ("case", "kind"),
    [("good", "event"), ("good-state", "stateEvent"), ("good-test", "testPing"), ("good-list", "event")],
)
def test_the_kind_is_recognised(case, kind):
    """An event, a change of state and a test delivery are told apart."""
    found = next(each for each in GOOD if each.id == case)

    assert incoming(found.body, dict(found.headers)).kind == kind


@pytest.mark.parametrize(
    ("members", "differences"),
    [
        ({"Entity": ...}, ["$.Entity: missing"]),
        ({"EventId": ..., "WebhookName": ...}, ["$.EventId: missing", "$.WebhookName: missing"]),
        ({"PrimaryKey": "42"}, ["$.PrimaryKey: '42' is not of type 'integer'"]),
        ({"Changes": ["name", 1]}, ["$.Changes[1]: 1 is not of type 'string'"]),
        ({"Values": {"contact_id": "3"}}, ["$.Values.contact_id: '3' is not of type 'integer'"]),
        ({"WebhookName": None, "Own": [1]}, []),
    ],
    ids=str,
)
def test_members_are_compared(members, differences):
    """Every missing and every wrong member is named; null names and members of Properties are fine."""
    assert changed(**members) == differences


def test_stamps_and_ids_are_compared():
    """A stamp without Z and an id that is no GUID are named."""
    stamp, event_id = changed(Timestamp="2024-02-29 08:15", EventId="7")

    assert stamp.startswith("$.Timestamp: '2024-02-29 08:15' does not match") or event_id.startswith(
        "$.Timestamp"
    )
    assert "$.EventId: '7' does not match" in stamp + event_id


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"Content-Type": "text/plain"}, "header Content-Type: text/plain; application/json is documented"),
        ({"Content-Type": None}, "header Content-Type: missing; application/json is documented"),
        ({"User-Agent": None}, "header User-Agent: missing"),
        ({"User-Agent": "curl/8"}, "header User-Agent: 'curl/8' does not match"),
        ({"X-SuperOffice-Event": None}, "header X-SuperOffice-Event: missing"),
        ({"X-SuperOffice-EventId": "7"}, "header X-SuperOffice-EventId: '7' does not match"),
        ({"X-SuperOffice-Retry": "-1"}, "header X-SuperOffice-Retry: '-1' is not of type 'integer'"),
        ({"X-SuperOffice-Retry": "9" * 5_000}, "header X-SuperOffice-Retry: '9"),
    ],
    ids=str,
)
def test_headers_are_compared(headers, says):
    """Every header that is missing or wrong is named, and nothing else."""
    (difference,) = changed(headers)

    assert difference.startswith(says)


@pytest.mark.parametrize("headers", [{"X-SuperOffice-Retry": None}, {"X-SuperOffice-Signature": None}])
def test_some_headers_may_be_missing(headers):
    """A first attempt need not count, and not every webhook has a secret."""
    assert changed(headers) == []


def test_another_method_is_named():
    """Only POST is documented."""
    assert changed(method="PUT") == ["the method is PUT; POST is documented"]


def test_a_test_delivery_says_so():
    """Its header is missed, and its key has to be 0."""
    assert changed({"X-SuperOffice-Event": "test"}, Event="test", Entity="test", Changes=[]) == [
        "header X-Hook-Test: missing",
        "$.PrimaryKey: 0 was expected",
    ]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the body is no JSON"),
        (b"{", "the body is no JSON"),
        (b"[" * 100_000, "the body is no JSON"),
        (b"\xff", "the body is no JSON"),
        (b"[]", "$: [] is not of type 'object'"),
        (b"null", "$: None is not of type 'object'"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_other_bodies_are_named(body, says):
    """What is no object is said to be none, and can be shown."""
    found = incoming(body, dict(PLAIN.headers))

    assert found.differences() == [says]
    assert isinstance(found.pretty, str)
