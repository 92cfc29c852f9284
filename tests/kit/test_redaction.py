"""What a report may not tell: credentials, and what others have stored on the target."""

from __future__ import annotations

import pytest

from contract_tests.kit import redaction
from contract_tests.kit.redaction import REDACTED
from contract_tests.kit.target import basic, scheme


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (scheme("Bearer", "8A:s3cret"), "the token 8A:s3cret is bad"),
        (scheme("Bearer", "8A:s3cret"), "Authorization: Bearer 8A:s3cret"),
        (scheme("SoTicket", "7T:s3cret"), '{"ticket":"7T:s3cret"}'),
        (scheme("Bearer", 'a"s3cret'), '{"token": "a\\"s3cret"}'),
        (scheme("Bearer", "a s3cret/b"), "/login?token=a%20s3cret%2Fb"),
        (basic("ada", "s3cret"), "ada:s3cret may not"),
        (basic("ada", "s3cret"), "password s3cret"),
        (basic("ada", "x"), "is x right?"),
        ({"SO-AppToken": "s3cret"}, "app s3cret"),
        ({"Cookie": "XSRF-TOKEN=s3cret"}, "XSRF-TOKEN=s3cret"),
        ({"X-XSRF-TOKEN": "s3cret"}, "was s3cret"),
    ],
)
def test_credentials_are_hidden_in_every_form(headers, said):
    """A text that repeats a credential, as it is, escaped or decoded, loses it."""
    hidden = redaction.hiding(redaction.secrets(headers))(said)

    assert REDACTED in hidden
    assert "s3cret" not in hidden
    assert hidden != "is x right?"


def test_a_short_secret_is_no_part_of_words():
    """A secret of a few letters is hidden where it stands alone, so that texts stay readable."""
    hide = redaction.hiding(redaction.secrets(basic("ada", "in")))

    assert hide("a string in it") == f"a string {REDACTED} it"


def test_the_credentials_of_the_documentation_are_no_secret():
    """The user that the samples print can be printed."""
    assert redaction.secrets(basic("tje0", "Tje0")) == frozenset()


@pytest.mark.parametrize("url", ["http://ada:s3cret@host:8080/x", "http://ada:s%33cret@host:8080/x"])
def test_a_user_in_an_address_is_hidden(url):
    """An address is told without user and password, wherever it is quoted."""
    hide = redaction.hiding(redaction.secrets({}, url), url)

    assert redaction.without_user(url) == "http://host:8080/x"
    assert "cret" not in hide(f"at {url}: bad password s3cret")


@pytest.mark.parametrize(
    "text",
    [
        '{"Name": "x", "Secret": "theirs"}',
        '{"secret":"theirs"}',
        "[{'Name': 'x', 'Secret': 'theirs'}]",
        '{"Headers": {"X-Key": "theirs", "Y": "theirs"}}',
        "{'Headers': {'X-Key': 'theirs'}}",
        '{"Secret": "with \\" theirs"}',
    ],
)
def test_what_others_have_stored_is_hidden(text):
    """Secrets and headers of webhooks of others are hidden, in JSON and as Python shows them."""
    hide = redaction.hiding(())

    assert "theirs" not in hide(text)
    assert REDACTED in hide(text)


@pytest.mark.parametrize(
    "text", ['{"Secret": "mine"}', '{"Headers": {"X": "mine"}}', '{"Secret": null}', '{"Secret": ""}']
)
def test_what_the_run_has_sent_is_shown(text):
    """The run's own throw-away values stay, since a failure may be about them."""
    assert redaction.hiding((), sent='{"Secret": "mine"}')(text) == text


@pytest.mark.parametrize("name", ["Authorization", "SO-AppToken", "cookie", "Set-Cookie", "X-XSRF-TOKEN"])
def test_headers_that_hold_secrets_are_never_shown(name):
    """Whoever sent it, the value of such a header is left out."""
    assert redaction.header(name, "anything", str) == (name, REDACTED)
    assert redaction.header("Content-Type", "text/plain", str) == ("Content-Type", "text/plain")
