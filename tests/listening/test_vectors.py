"""The vectors are those of the program, and others than the program agree with them."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64decode, b64encode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.signature import verifies
from contract_tests.listening import vectors

FILE = Path(__file__).parent.parent.parent / "docs" / "signature-vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_bytes())["vectors"]
RIGHT = [each for each in VECTORS if each["verifies"]]


def named(vector: dict[str, Any]) -> str:
    return str(vector["id"])


def test_the_file_is_what_the_program_prints():
    """Running the module anew makes the file again, to the byte."""
    assert FILE.read_bytes() == vectors.text().encode("ascii")


def test_every_vector_has_a_name_of_its_own():
    """Ids are unique, and tell right from wrong."""
    assert len({each["id"] for each in VECTORS}) == len(VECTORS)
    assert [each["id"] for each in VECTORS if each["id"].startswith("not-") is each["verifies"]] == []


def test_the_two_forms_of_a_body_agree():
    """The text is that of the bytes, and missing only where there is none."""
    for each in VECTORS:
        raw = b64decode(each["body_base64"], validate=True)
        assert each["body"] is None or each["body"].encode() == raw, each["id"]
    assert [each["id"] for each in VECTORS if each["body"] is None] == ["invalid-utf-8"]


def test_the_plain_signature_tells_the_notations_apart():
    """It has characters that base64url writes otherwise."""
    plain = next(each for each in VECTORS if each["id"] == "ascii")["signature"]

    assert urlsafe_b64encode(b64decode(plain)).decode() != plain


@pytest.mark.parametrize("vector", VECTORS, ids=named)
def test_our_own_function_agrees(vector):
    """The signature verifies, or does not."""
    body = b64decode(vector["body_base64"])

    assert verifies(vector["secret"], body, vector["signature"]) is vector["verifies"]


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl on this machine")
def test_openssl_makes_the_right_signatures():
    """A program that shares no line with ours makes the same signatures from the same bytes."""
    for each in RIGHT:
        key = each["secret"].encode().hex()
        made = subprocess.run(
            ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"],
            input=b64decode(each["body_base64"]),
            capture_output=True,
            timeout=20,
            check=True,
        )
        assert b64encode(made.stdout).decode() == each["signature"], each["id"]
