"""Why a signature does not verify: each mistake that is known is found, and others are not made up."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode, urlsafe_b64encode

import pytest

from contract_tests.kit.signature import sign
from contract_tests.listening import diagnosis, mistakes
from contract_tests.listening.diagnosis import Trust, diagnose

SECRET = ' "pe\u0301sswörd" '
BODY = b'\xef\xbb\xbf{"Event" : "sale/created", "N\xc3\xa6me": "<\xe2\x9c\x93>", "A": 1}\r\n'
PLAIN = b'{"Event":"sale.created","PrimaryKey":1}'
RAW = b64decode(sign(SECRET, PLAIN))


def why(signature: str, body: bytes = PLAIN, secret: str = SECRET) -> str:
    """The reason why a signature does not verify."""
    finding = diagnose(secret, body, signature)
    assert finding.trust is Trust.REFUSED
    return finding.why


def keyed(key: bytes, body: bytes = PLAIN, algorithm: str = "sha256") -> str:
    return b64encode(hmac.digest(key, body, algorithm)).decode()


# ---- no signature, no secret


def test_a_right_signature_verifies():
    """There is nothing to say about it."""
    assert str(diagnose(SECRET, PLAIN, sign(SECRET, PLAIN))) == "verifies"


@pytest.mark.parametrize("secret", [None, ""])
@pytest.mark.parametrize(("signature", "says"), [(None, "not signed"), ("x", "signed, but")])
def test_without_a_secret_nothing_is_checked(secret, signature, says):
    """A delivery is neither good nor bad, whether it is signed or not."""
    finding = diagnose(secret, PLAIN, signature)

    assert finding.trust is Trust.UNCHECKED
    assert finding.why.startswith(says)


@pytest.mark.parametrize(
    ("signature", "says"), [(None, "no signature came"), ("", "is empty"), (" ", "is empty")]
)
def test_a_missing_signature_is_named(signature, says):
    """Missing and empty are told apart."""
    finding = diagnose(SECRET, PLAIN, signature)

    assert finding.trust is Trust.REFUSED
    assert says in finding.why


# ---- one mistake


@pytest.mark.parametrize("name", mistakes.KEYS)
def test_another_key_is_found(name):
    """Each way to spoil the secret is recognised."""
    secret = {
        "with the secret as Latin-1, where UTF-8 is documented": "pässwörd",
        "with the secret decoded from base64, where its text is the key": "c2VjcmV0+/==",
        "with the secret decoded from hexadecimal, where its text is the key": "00112233445566",
        "with the secret without the quotes around it": "'quoted'",
    }.get(name, SECRET)

    assert why(keyed(mistakes.KEYS[name](secret)), secret=secret) == f"it is made {name}"


@pytest.mark.parametrize("name", [each for each in mistakes.BODIES if "re-serialised" not in each])
def test_another_body_is_found(name):
    """Each way to spoil the bytes is recognised."""
    body = {
        "of the body with LF where it has CRLF": b"{\r\n}",
        "of the body with CRLF where it has LF": b"{\n}",
        "of the body as Latin-1": '{"Næme":1}'.encode(),
        "of the body with U+FFFD for what is no UTF-8": b'"\xff"',
        "of the body without the line end after it": PLAIN + b"\n",
    }.get(name, BODY)

    assert why(sign(SECRET, mistakes.BODIES[name](body)), body) == f"it is made {name}"


@pytest.mark.parametrize("rewrite", mistakes.REWRITINGS.values(), ids=mistakes.REWRITINGS)
def test_json_that_was_written_anew_is_found(rewrite):
    """Whatever the layout, the order and the escapes; several may come to the same bytes."""
    said = why(sign(SECRET, rewrite(BODY.removeprefix(mistakes.BOM))), BODY.removeprefix(mistakes.BOM))

    assert said.startswith("it is made of re-serialised JSON (")


@pytest.mark.parametrize("name", mistakes.DIGESTS)
def test_another_digest_is_found(name):
    """Other hashes, and hashes without HMAC, are recognised."""
    made = mistakes.DIGESTS[name](SECRET.encode(), PLAIN)

    assert why(b64encode(made).decode()) == f"it is made {name}"


@pytest.mark.parametrize(
    ("signature", "says"),
    [
        (RAW.hex(), "written in hexadecimal, where"),
        (RAW.hex().upper(), "written in hexadecimal, where"),
        (urlsafe_b64encode(b64decode(sign("a", PLAIN))).decode(), "base64url (- and _)"),
        (sign(SECRET, PLAIN).rstrip("="), "written in base64 without its padding"),
        (sign(SECRET, PLAIN)[:20], "its end is missing"),
        (RAW.hex()[:40], "in hexadecimal and in part"),
        (sign(SECRET, PLAIN).swapcase(), "in other letter case"),
        (f"sha256={sign(SECRET, PLAIN)}", "something around it"),
        (f"sha256={RAW.hex()}", "in hexadecimal with something around it"),
        (f'"{sign(SECRET, PLAIN)}"', "something around it"),
        (f"{sign(SECRET, PLAIN)}\n", "something around it"),
        (b64encode(RAW.hex().encode()).decode(), "base64 of its hexadecimal text"),
    ],
    ids=str,
)
def test_another_notation_is_found(signature, says):
    """Each way to write the right bytes wrongly is recognised."""
    assert says in why(signature, secret="a" if "url" in says else SECRET)


# ---- several mistakes, and none that is known


def test_two_mistakes_are_found():
    """Another digest in another notation, and another key with another body."""
    sha1 = hmac.digest(SECRET.encode(), PLAIN, "sha1").hex()

    assert why(sha1) == (
        "it is made with HMAC-SHA1, where HMAC-SHA256 is documented, "
        "and written in hexadecimal, where base64 is documented"
    )
    assert " and made of an empty body" in why(keyed(b"", b""))


@pytest.mark.parametrize("signature", [sign("another", PLAIN), sign(SECRET, PLAIN.replace(b"1", b"2"))])
def test_another_secret_and_another_body_are_not_told_apart(signature):
    """What no mistake explains may be either, and that is said."""
    assert why(signature) == diagnosis.UNKNOWN


@pytest.mark.parametrize(
    ("signature", "says"),
    [
        ("hello, world", "it is no base64"),
        ("é", "it is no base64"),
        (hmac.digest(b"another", PLAIN, "sha1").hex(), "20 bytes in hexadecimal, as SHA-1 makes them"),
        (keyed(b"another", algorithm="sha512"), "64 bytes in base64, as SHA-512 makes them"),
        (hmac.digest(b"another", PLAIN, "sha256").hex(), "32 bytes in hexadecimal, where"),
        ("Zm9v", "3 bytes in base64, where"),
    ],
)
def test_an_odd_form_is_named_whatever_it_was_made_of(signature, says):
    """What the text itself gives away is said before the rest is left open."""
    said = why(signature)

    assert says in said
    assert said.endswith(diagnosis.UNKNOWN)


@pytest.mark.parametrize("body", [b"", b"\x00", b"[" * 5_000, b"\xff\xfe", b"1" * 5_000, b'"\\ud800"'])
def test_any_body_can_be_looked_at(body):
    """Bytes that are no JSON, no text or too deep are no reason to fail."""
    assert why(sign("another", body), body).endswith(diagnosis.UNKNOWN)


def test_a_long_body_is_not_turned_over():
    """Mistakes with the key and the notation are found even so."""
    body = b"[" + b"1," * diagnosis.LONG + b"1]"

    assert "in hexadecimal" in why(b64decode(sign(SECRET, body)).hex(), body)


@pytest.mark.parametrize("signature", [None, "", "abc", sign("another", PLAIN), RAW.hex()])
def test_the_secret_is_never_in_a_reason(signature):
    """No finding has the secret in it."""
    assert "s3cret" not in str(diagnose("s3cret", PLAIN, signature))
