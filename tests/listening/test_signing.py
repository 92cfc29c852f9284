"""The commands sign and verify: standard input, exit statuses, and secrets that are never shown."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from contract_tests.cli import main
from contract_tests.kit.signature import sign

from .calls import call as process

BODY = '{"Name": "blåbær"}\r\n'.encode()
SECRET = "pässwörd s3cret"


def call(*arguments: str, body: bytes = b"", **variables: str) -> Result:
    """One call of a command, in this process."""
    return CliRunner().invoke(main, arguments, input=body, env=variables)


@pytest.mark.parametrize("body", [BODY, b"\xff\x00"], ids=["text", "bytes"])
def test_a_body_is_signed_as_it_is(body):
    """The bytes of standard input are signed, whatever they are."""
    done = process("sign", "--secret", SECRET, body=body)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{sign(SECRET, body)}\n", "")


def test_the_whole_header_can_be_printed():
    """With a secret from the environment."""
    done = call("sign", "--secret-env", "KEY", "--header", body=BODY, KEY=SECRET)

    assert done.stdout == f"X-SuperOffice-Signature: {sign(SECRET, BODY)}\n"


@pytest.mark.parametrize(
    ("signature", "status", "says"),
    [
        (sign(SECRET, BODY), 0, "verifies\n"),
        (
            sign(SECRET, BODY.strip()),
            1,
            "does not verify: it is made of the body without the line end after it\n",
        ),
        ("", 1, "does not verify: the signature is empty\n"),
    ],
    ids=["right", "wrong", "empty"],
)
def test_a_signature_is_verified(signature, status, says):
    """The exit status is the verdict, and the line has the reason."""
    done = call("verify", "--secret-env", "KEY", "--signature", signature, body=BODY, KEY=SECRET)

    assert (done.exit_code, done.stdout, done.stderr) == (status, says, "")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["sign"], "--secret or --secret-env"),
        (["sign", "--secret", "s3cret", "--secret-env", "KEY"], "one of"),
        (["sign", "--secret-env", "NO_SUCH_KEY"], "NO_SUCH_KEY"),
        (["sign", "--secret", ""], "empty"),
        (["sign", "--secret", "s3cret\udcff"], "UTF-8"),
        (["verify", "--secret", "s3cret"], "--signature"),
        (["verify", "--signature", "x"], "--secret"),
        (["listen", "--secret", ""], "empty"),
        (["listen", "--status", "700"], "700"),
        (["verify-receiver", "--secret", "s3cret"], "URL"),
        (["verify-receiver", "http://127.0.0.1:9"], "--secret"),
        (["verify-receiver", "ftp://127.0.0.1", "--secret", "s3cret"], "ftp://127.0.0.1"),
        (["verify-receiver", "http://192.0.2.1", "--secret", "s3cret"], "--allow-host 192.0.2.1"),
        (
            ["verify-receiver", "http://127.0.0.1:9", "--secret", "s3cret", "--json", "/no/such/file"],
            "/no/such",
        ),
    ],
    ids=repr,
)
def test_wrong_usage_is_one_line(arguments, named):
    """It ends with 2, names what is wrong, and never has a secret in it."""
    done = call(*arguments, KEY="s3cret")

    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert named in done.stderr
    assert "s3cret" not in done.stderr
