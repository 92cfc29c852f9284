"""What is drawn stays within what it is named for, so that a refusal is the server's and not ours."""

from __future__ import annotations

import json
import re
import unicodedata
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from urllib3.util import parse_url

from contract_tests.kit import strategies, values
from contract_tests.kit.readings import fold

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, section 5.6.2
FIELD_VALUE = re.compile(r"[!-~]([ !-~]*[!-~])?")  # RFC 9110, section 5.5, without obs-text
INT32 = range(-(2**31), 2**31)
drawn = settings(max_examples=60)


def is_readable(text: str) -> bool:
    """True for text of which every character is a letter, mark, number, sign or blank."""
    return all(each == " " or unicodedata.category(each)[0] in "LMNPS" for each in text)


@pytest.mark.parametrize("longest", [2, 20, 80])
def test_texts_have_a_length(longest):
    """Texts have one character at least, and no more than was asked for."""

    @drawn
    @given(strategies.texts(longest))
    def check(text):
        assert 1 <= len(text) <= longest

    check()


@drawn
@given(strategies.names)
def test_names_are_readable(name):
    """Names have no control characters, no halves of characters, and no blanks around them."""
    assert name == name.strip()
    assert is_readable(name)
    assert name.encode("utf-8").decode("utf-8") == name


@drawn
@given(strategies.secrets)
def test_secrets_are_readable(secret):
    """Secrets are some text without blanks around it."""
    assert 1 <= len(secret) <= 120
    assert secret == secret.strip()
    assert is_readable(secret)


@drawn
@given(strategies.event_lists)
def test_events_are_names_with_an_optional_verb(events):
    """A webhook listens for one to six different events, in lower case."""
    assert 1 <= len(events) <= 6
    assert len(set(events)) == len(events)
    assert [each for each in events if not re.fullmatch(r"[a-z]{1,12}(\.[a-z]{7,11})?", each)] == []


@drawn
@given(strategies.exotic_event_lists)
def test_exotic_events_have_no_letter_case(events):
    """Events in other scripts are the same in lower and upper case, and differ from each other."""
    assert [each for each in events if each.lower() != each or each.upper() != each] == []
    assert len({each.casefold() for each in events}) == len(events) >= 1


@drawn
@given(strategies.headers)
def test_headers_are_headers(headers):
    """Names are tokens of HTTP that differ in more than case, values have no blanks around them."""
    assert 1 <= len(headers) <= 4
    assert [each for each in headers if not TOKEN.fullmatch(each)] == []
    assert [each for each in headers.values() if not FIELD_VALUE.fullmatch(each)] == []
    assert len({each.lower() for each in headers}) == len(headers)


@drawn
@given(strategies.headers)
def test_headers_are_none_that_mean_something(headers):
    """No custom header is one that a sender sets itself."""
    assert all(name.startswith("X-") for name in headers)
    assert not any(name.lower().startswith("x-superoffice") for name in headers)


@drawn
@given(
    st.one_of(
        strategies.values,
        strategies.objects,
        strategies.properties,
        strategies.loose_properties,
    )
)
def test_values_survive_the_wire(value):
    """A value is the same after it was written and read as JSON, in UTF-8."""
    assert values.equal(value, json.loads(json.dumps(value, ensure_ascii=False).encode()))


@drawn
@given(strategies.properties)
def test_properties_are_objects_of_objects(properties):
    """Properties have entries with a name, and each of them is an object that is not empty."""
    assert 1 <= len(properties) <= 3
    assert all(name and is_readable(name) for name in properties)
    assert all(isinstance(each, dict) and each for each in properties.values())


@drawn
@given(strategies.loose_properties)
def test_numbers_are_whole_and_small(properties):
    """Any implementation's numbers hold the ones that are drawn."""

    def numbers(value):
        if isinstance(value, dict | list):
            return [
                each
                for inner in (value.values() if isinstance(value, dict) else value)
                for each in numbers(inner)
            ]
        return [value] if isinstance(value, int | float) else []

    assert [each for each in numbers(properties) if each not in INT32] == []


@drawn
@given(strategies.url_paths, strategies.url_queries)
def test_urls_parse(path, query):
    """A path and a query make a URL whose parts are the same again, and which nobody has to normalise."""
    question = "&".join(f"{name}={value}" for name, value in query.items())
    url = f"http://127.0.0.1:8080/box/{path}" + (question and f"?{question}")

    assert urlsplit(url).path == f"/box/{path}"
    assert dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)) == query
    assert parse_url(url).url == url


@drawn
@given(strategies.emails)
def test_addresses_lead_nowhere(address):
    """Addresses are below a domain that is reserved for examples."""
    assert re.fullmatch(r"[a-z]+@[a-z]+\.example\.com", address)


@drawn
@given(strategies.primary_keys, strategies.stale_days)
def test_numbers_have_bounds(key, days):
    """Primary keys are no negative int32, and stale conditions are days old."""
    assert 0 <= key < 2**31
    assert 2 <= days <= 4_000


@pytest.mark.parametrize("word", ["webhookid", "webhookids", "eventname"])
def test_no_key_names_a_webhook_or_an_event(word):
    """Hypothesis draws words of the modules that it finds, and these are among them."""
    with pytest.raises(NoSuchExample):
        find(strategies.keys, lambda key: fold(key) == word, settings=settings(max_examples=3000))
