"""What any server takes, and what one may refuse by rules of its own."""

from __future__ import annotations

import pytest

from contract_tests import samples
from contract_tests.kit.ordinary import is_ordinary, refused_as_odd

from .servers import exchange


@pytest.mark.parametrize("sample", samples.POST_REQUESTS)
def test_the_samples_are_ordinary(sample):
    """Whatever is printed has to be taken."""
    told = {
        name: value
        for name, value in samples.POST_REQUESTS[sample].items()
        if name in {"Name", "Events", "Secret", "State", "Headers", "Properties"}
    }
    assert all(is_ordinary(name, value) for name, value in told.items())


@pytest.mark.parametrize(
    ("name", "value", "fine"),
    [
        ("Name", "Blåbær & 株式会社", True),
        ("Name", "a smile 😀", False),
        ("Name", "100% [a_b]", False),
        ("Name", None, True),
        ("Secret", "sk_live_a1b2", True),
        ("Secret", "two words", False),
        ("Secret", "pässwörd", False),
        ("Secret", "", False),
        ("Events", ["contact.created"], True),
        ("Events", ["contact.*"], False),
        ("Headers", {"X-First": "a=b; c"}, True),
        ("Properties", {"outer": {"inner": [1, True, {"x": "a text"}]}}, True),
        ("Properties", {"a/b": {}}, False),
        ("Properties", {"outer": [{"in.ner": 1}]}, False),
    ],
)
def test_odd_values_are_those_with_signs(name, value, fine):
    """Letters and digits are ordinary, and what printed names have between them."""
    assert is_ordinary(name, value) == fine


@pytest.mark.parametrize(("status", "name", "fine"), [(400, "a", False), (422, "%", True), (500, "%", False)])
def test_only_a_4xx_to_an_odd_value_is_let_pass(status, name, fine):
    """A server error, and the refusal of an ordinary value, are judged."""
    assert refused_as_odd(exchange("POST", "/Webhook", status=status), {"Name": name}) == fine
