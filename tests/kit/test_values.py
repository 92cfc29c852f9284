"""When two values of JSON are one value, and when they are not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.kit import strategies, values

anything = st.one_of(strategies.values, st.none())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, None),
        (1, 1),
        (1, 1.0),
        (0, -0.0),
        (2**53, 2**53),
        ("1", "1"),
        (True, True),
        ([], []),
        ({}, {}),
        ([1, "2", None], [1.0, "2", None]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": [{"b": True}]}, {"a": [{"b": True}]}),
        ("ø", "\u00f8"),
    ],
    ids=repr,
)
def test_equal_values(one, other):
    """The order of members and the notation of a number are no difference."""
    assert values.equal(one, other)
    assert values.equal(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (0.0, False),
        (1, "1"),
        (True, "true"),
        (None, ""),
        (None, False),
        (None, 0),
        (None, []),
        ([], {}),
        ([], ""),
        ("", "\u0000"),
        ("A", "a"),
        ("é", "e\u0301"),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ([1], 1),
        ([True], [1]),
        ({"a": 1}, {"A": 1}),
        ({"a": 1}, {"a": 1, "b": None}),
        ({"a": 1}, {"a": True}),
        ({"a": {"b": [0]}}, {"a": {"b": [False]}}),
        (2**53, 2**53 + 1),
    ],
    ids=repr,
)
def test_different_values(one, other):
    """The type of a value, the order of a list, letter case and normal form are a difference."""
    assert not values.equal(one, other)
    assert not values.equal(other, one)


@given(anything)
def test_a_value_survives_the_wire(value):
    """A value is equal to what is read back from its own text."""
    assert values.equal(value, json.loads(json.dumps(value)))


@given(anything, anything)
def test_equality_has_no_direction(one, other):
    """One is equal to the other exactly when the other is equal to the one."""
    assert values.equal(one, other) == values.equal(other, one)


@given(anything, anything)
def test_equal_values_have_equal_texts(one, other):
    """Of whole numbers, texts, truth values and null, equality is that of the sorted text."""
    texts = [json.dumps(each, sort_keys=True) for each in (one, other)]

    assert (texts[0] == texts[1]) == values.equal(one, other)


# ---- emptiness


@pytest.mark.parametrize("value", [None, "", [], {}], ids=repr)
def test_what_stands_for_nothing_is_empty(value):
    """Null, the empty text, the empty list and the empty object stand for nothing."""
    assert values.is_empty(value)


@pytest.mark.parametrize("value", [0, 0.0, False, " ", [None], [""], {"a": None}, {"": ""}], ids=repr)
def test_what_holds_something_is_not_empty(value):
    """Zero, false, a blank, and what has elements or entries is something."""
    assert not values.is_empty(value)


# ---- members


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("Secret", None, "", True),
        ("Headers", None, {}, True),
        ("Events", [], None, True),
        ("Headers", {}, {"X-A": ""}, False),
        ("Name", None, "None", False),
        ("Name", "a", "a", True),
        ("Events", ["a", "b"], ["b", "a"], False),
        ("Registered", "2024-04-18T14:34:02Z", "2024-04-18T16:34:02+02:00", True),
        ("Updated", "2024-04-18T14:34:02.1Z", "2024-04-18T14:34:02Z", True),
        ("Updated", "2024-04-18T14:34:02Z", "2024-04-18T14:34:09Z", False),
        ("Updated", None, "2024-04-18T14:34:02Z", False),
        ("Name", "2024-04-18T14:34:02Z", "2024-04-18T16:34:02+02:00", False),
        ("WebhookId", 1, 1.0, True),
        ("WebhookId", 1, "1", False),
    ],
)
def test_members_are_compared_as_what_they_are(name, one, other, same):
    """Emptiness has several forms, and stamps, but nothing else, are compared as instants."""
    assert values.same_member(name, one, other) is same


def test_differing_names_the_differences_in_order():
    """Only the names asked for are compared; an absent member is an empty one."""
    one = {"Name": "a", "Secret": None, "Events": ["x"], "State": "Active"}
    other = {"Name": "b", "Events": ["y"], "State": "Stopped", "Type": "webhook"}

    assert values.differing(one, other, ["Events", "Secret", "Name"]) == ["Events", "Name"]
    assert values.differing(one, other, ["Type", "Headers"]) == ["Type"]
    assert values.differing(one, other, []) == []
