"""Each word of the checks passes what is expected, and says what came instead of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from contract_tests.kit import expect
from contract_tests.kit.verdicts import ContractViolation

from .servers import delivery, exchange

NOON = datetime(2024, 4, 18, 12, 0, 0, tzinfo=UTC)
JSON = {"Content-Type": "application/json; charset=utf-8"}
FULL = {"Name": "n", "Events": ["a"], "Secret": "s", "Headers": {"X-A": "1"}, "WebhookId": 7}
WEBHOOK = "#/components/schemas/Webhook"


def answer(status: int = 200, body: bytes = b"{}", **headers: str):
    """An answer with that body."""
    return exchange(
        status=status, headers={name.replace("_", "-"): each for name, each in headers.items()}, body=body
    )


def violation(word: Callable[[], object]) -> tuple[str, str, str]:
    """What a word says that fails: expected, came, where."""
    with pytest.raises(ContractViolation) as raised:
        word()
    return raised.value.expected, raised.value.came, raised.value.where


# ---- statuses


@pytest.mark.parametrize(
    "word",
    [
        lambda: expect.status(answer(200), 200),
        lambda: expect.status(answer(404), 200, 404),
        lambda: expect.refused(answer(400)),
        lambda: expect.refused(answer(499)),
        lambda: expect.no_server_error(answer(499)),
        lambda: expect.no_server_error(answer(302)),
        lambda: expect.no_body(answer(204, b"")),
        lambda: expect.no_body(answer(204, b"", Content_Length="0")),
        lambda: expect.json_content(answer(Content_Type="application/json")),
        lambda: expect.json_content(answer(Content_Type="Application/JSON ; charset=utf-8")),
        lambda: expect.that(True, "a fact", "another"),
    ],
)
def test_what_is_as_expected_passes(word):
    """A word whose expectation holds says nothing."""
    assert word() is None


@pytest.mark.parametrize(
    ("word", "expected", "came"),
    [
        (lambda: expect.status(answer(201), 200), "status 200", "status 201"),
        (lambda: expect.status(answer(500), 200, 404), "status 200 or 404", "status 500"),
        (lambda: expect.refused(answer(200)), "a 4xx status", "status 200"),
        (lambda: expect.refused(answer(500)), "a 4xx status", "status 500"),
        (lambda: expect.refused(answer(399)), "a 4xx status", "status 399"),
        (lambda: expect.no_server_error(answer(500)), "no 5xx status", "status 500"),
        (lambda: expect.no_server_error(answer(503)), "no 5xx status", "status 503"),
        (lambda: expect.no_body(answer(204, b"{}")), "no body", "b'{}'"),
        (
            lambda: expect.no_body(answer(204, b"", Content_Length="2")),
            "no body",
            "{'Content-Length': '2'}",
        ),
        (
            lambda: expect.json_content(answer(201, Content_Type="application/json")),
            "status 200",
            "status 201",
        ),
        (
            lambda: expect.json_content(answer(Content_Type="text/json")),
            "Content-Type: application/json",
            "'text/json'",
        ),
        (lambda: expect.json_content(answer()), "Content-Type: application/json", "''"),
        (lambda: expect.that(False, "a fact", "another"), "a fact", "another"),
        (lambda: expect.that(False, "a fact", ["another"]), "a fact", "['another']"),
        (lambda: expect.that(False, "a fact", None), "a fact", "None"),
    ],
)
def test_what_came_instead_is_said(word, expected, came):
    """A word whose expectation fails says what was expected and what came."""
    assert violation(word) == (expected, came, "")


@pytest.mark.parametrize(
    "word",
    [
        lambda seen: expect.status(seen, 200),
        expect.refused,
        expect.no_server_error,
        expect.no_body,
        expect.json_content,
        expect.json,
        expect.members,
        expect.webhook_id,
        expect.elements,
        lambda seen: expect.member(seen, "Name", "n", {}),
        lambda seen: expect.same_members(seen, {"Name": "n"}, {}, ["Name"]),
        lambda seen: expect.emptied(seen, "Name", {"Name": "n"}),
        lambda seen: expect.now(seen, "Updated", {}, NOON),
        lambda seen: expect.selected(seen, FULL, FULL, ["Name"]),
        lambda seen: expect.shape(seen, WEBHOOK, 7),
        lambda seen: expect.that(False, "a fact", "another", seen),
    ],
)
def test_a_violation_keeps_the_exchange(word):
    """Every word that fails hands on the exchange it looked at."""
    seen = answer(500, b"no JSON")
    with pytest.raises(ContractViolation) as raised:
        word(seen)

    assert raised.value.seen is seen


# ---- bodies


@pytest.mark.parametrize(
    ("word", "body", "value"),
    [
        (expect.json, b"null", None),
        (expect.json, b' [1, "2"] ', [1, "2"]),
        (expect.members, b'{"Name": "n"}', {"Name": "n"}),
        (expect.members, b"{}", {}),
        (expect.elements, b"[]", []),
        (expect.elements, b'[{"Name": "n"}, {}]', [{"Name": "n"}, {}]),
        (expect.webhook_id, b'{"WebhookId": 7}', 7),
        (expect.webhook_id, b'{"WebhookId": -7}', -7),
    ],
)
def test_a_body_is_read(word, body, value):
    """A word for a body returns what it has read."""
    assert word(answer(body=body)) == value


@pytest.mark.parametrize(
    ("word", "body", "expected", "came", "where"),
    [
        (expect.json, b"", "a JSON body", "b''", ""),
        (expect.json, b"<html>", "a JSON body", "b'<html>'", ""),
        (expect.json, b'"\xff"', "a JSON body", "b'\"\\xff\"'", ""),
        (expect.members, b"no", "a JSON body", "b'no'", ""),
        (expect.members, b"[]", "a JSON object", "[]", ""),
        (expect.members, b"null", "a JSON object", "None", ""),
        (expect.elements, b"{}", "a JSON array of objects", "{}", ""),
        (expect.elements, b"[{}, null]", "a JSON array of objects", "[{}, None]", ""),
        (expect.webhook_id, b"{}", "an integer WebhookId", "None", "$.WebhookId"),
        (expect.webhook_id, b'{"WebhookId": "7"}', "an integer WebhookId", "'7'", "$.WebhookId"),
        (expect.webhook_id, b'{"WebhookId": true}', "an integer WebhookId", "True", "$.WebhookId"),
    ],
)
def test_another_body_is_a_violation(word, body, expected, came, where):
    """A body of another kind is said to be what it is."""
    assert violation(lambda: word(answer(body=body))) == (expected, came, where)


def test_deliveries_have_bodies_too():
    """The words for bodies look at deliveries as they look at answers."""
    assert expect.members(delivery(b'{"Event": "sale.created"}')) == {"Event": "sale.created"}
    assert violation(lambda: expect.members(delivery(b"[]"))) == ("a JSON object", "[]", "")


# ---- members


def test_the_shape_is_that_of_the_document():
    """A value that fits the schema passes, and the first difference is named with its place."""
    seen = answer()
    expect.shape(seen, WEBHOOK, {"WebhookId": 7, "Events": ["a"], "Unheard": None})
    expected, came, where = violation(lambda: expect.shape(seen, WEBHOOK, {"Events": ["a", 7]}))

    assert (expected, where) == ("the shape Webhook", "$.Events[1]")
    assert came.startswith("7 is not of type")


def test_a_member_is_looked_up_in_the_body():
    """Without another object the members are those of the body."""
    seen = answer(body=b'{"Name": "n", "Secret": null}')
    expect.member(seen, "Name", "n")
    expect.member(seen, "Secret", "")
    expect.member(seen, "Headers", {})

    assert violation(lambda: expect.member(seen, "Name", "m")) == ("Name 'm'", "'n'", "$.Name")
    assert violation(lambda: expect.member(answer(body=b"[]"), "Name", "m"))[0] == "a JSON object"


def test_a_member_is_looked_up_in_the_object_given():
    """With another object the body is not looked at."""
    seen = answer(body=b"no JSON")
    expect.member(seen, "WebhookId", 1, {"WebhookId": 1.0})

    assert violation(lambda: expect.member(seen, "State", 1, {"State": True})) == (
        "State 1",
        "True",
        "$.State",
    )


def test_members_of_two_answers_are_compared():
    """The first of the named members that differs is the violation, and the others do not matter."""
    seen, came = answer(), {"Name": "n", "Secret": None, "State": "Stopped"}
    expect.same_members(seen, {"Name": "n", "Secret": "", "State": "Active"}, came, ["Name", "Secret"])
    differ = {"Name": "m", "State": "Active"}

    assert violation(
        lambda: expect.same_members(seen, differ, came, ["State", "Name"], when="as before")
    ) == (
        "State 'Active' as before",
        "'Stopped'",
        "$.State",
    )
    assert violation(lambda: expect.same_members(seen, differ, came, ["Name"])) == (
        "Name 'm'",
        "'n'",
        "$.Name",
    )


@pytest.mark.parametrize("value", [{}, {"Secret": None}, {"Secret": ""}, {"Secret": []}])
def test_an_emptied_member_has_many_forms(value):
    """Absent, null and empty are all emptied."""
    expect.emptied(answer(), "Secret", value)


@pytest.mark.parametrize("value", ["s", " ", 0, False])
def test_a_member_that_is_left_is_not_emptied(value):
    """A member that still has a value is named with it."""
    assert violation(lambda: expect.emptied(answer(), "Secret", {"Secret": value})) == (
        "Secret null or empty",
        repr(value),
        "$.Secret",
    )


def test_now_is_the_minute_of_the_clock():
    """A stamp of this minute passes; another is told beside the time it is not near."""
    expect.now(answer(), "Updated", {"Updated": "2024-04-18T14:00:07.1234567+02:00"}, NOON)
    hour_late = {"Updated": "2024-04-18T13:00:00Z"}

    assert violation(lambda: expect.now(answer(), "Updated", hour_late, NOON)) == (
        "Updated at about Thu, 18 Apr 2024 12:00:00 GMT",
        "'2024-04-18T13:00:00Z'",
        "$.Updated",
    )
    assert violation(lambda: expect.now(answer(), "Updated", {}, NOON))[1] == "None"


@pytest.mark.parametrize(
    "came",
    [
        {"Name": "n"},
        {"Name": "n", "Secret": None, "Events": None},
        {"Name": "n", "Secret": "", "Events": [], "Headers": {}},
        {"Name": "n", "WebhookId": 7, "State": "Active", "_Links": {"Self": "x"}},
    ],
)
def test_selected_members_come_alone(came):
    """What is not selected is null, empty or absent, but for what cannot be null."""
    expect.selected(answer(), FULL, came, ["Name"])


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ({"Name": "m"}, ("Name 'n' (selected)", "'m'", "$.Name")),
        ({}, ("Name 'n' (selected)", "None", "$.Name")),
        ({"Name": "n", "Secret": "s"}, ("Secret null or absent (not selected)", "'s'", "$.Secret")),
        (
            {"Name": "n", "Headers": {"X-A": "1"}},
            ("Headers null or absent (not selected)", "{'X-A': '1'}", "$.Headers"),
        ),
    ],
)
def test_what_is_selected_wrongly_is_named(came, said):
    """A selected member that is missing, and another that is there, are violations."""
    assert violation(lambda: expect.selected(answer(), FULL, came, ["Name"])) == said


def test_headers_are_compared_to_the_letter():
    """A header's name is found in any case, and its value is compared as it is."""
    seen = delivery(X_One="a")
    expect.header(seen, "x-one", "a")

    assert violation(lambda: expect.header(seen, "X-One", "A")) == ("header X-One: A", "'a'", "")
    assert violation(lambda: expect.header(seen, "X-Two", "a")) == ("header X-Two: a", "None", "")


@pytest.mark.parametrize(("length", "shown"), [(298, 300), (299, 301), (5_000, 301)])
def test_long_values_are_cut(length, shown):
    """A message shows the beginning of what is long."""
    assert len(expect.show("x" * length)) == shown
