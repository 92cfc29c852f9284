"""The lines of a failure run in a shell, and send again what had been sent."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator

import pytest

from contract_tests.kit import curl
from contract_tests.kit.exchange import Delivery, Request
from contract_tests.kit.receiver import Receiver
from contract_tests.kit.target import basic, scheme

from .servers import exchange

SAMPLE = basic("tje0", "Tje0")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Takes whatever the lines send."""
    with Receiver().listening() as listening:
        yield listening


def shell(*lines: str, **variables: str) -> str:
    """What the lines print when a shell runs them one after the other."""
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        capture_output=True,
        env={"PATH": os.environ["PATH"], **variables},
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def arrives(receiver: Receiver, request: Request, **variables: str) -> Delivery:
    """What arrives when the line of the request is run."""
    box = request.url.removeprefix(receiver.url).partition("?")[0]
    before = len(receiver.all(box))
    shell(curl.line(request), **variables)
    (arrived,) = receiver.all(box)[before:]
    return arrived


# ---- one line


@pytest.mark.parametrize(
    "body",
    [
        b'{"Name": "plain"}',
        b'{"Name": "it\'s \\"quoted\\""}',
        b'{"Name": "$HOME `id` $(id) ${PATH} \\\\ \\n !! %s %d"}',
        '{"Name": "blåbær 株式会社 🔑"}'.encode(),
        b'{\n  "Name":\t"on lines"\r\n}\n',
        b'{"Name": "\xff\xfe not UTF-8"}',
        b"\x00\x01\x7f\x80 % ' \" \\",
        b"'",
        b"",
        b" ",
        b"-",
        b"@nobody",
        "no\u00a0break, no\u200bwidth".encode(),
    ],
    ids=repr,
)
def test_the_body_arrives_byte_for_byte(receiver, body):
    """Quotes, line ends, and bytes that are no text reach the server as they were."""
    request = Request("PATCH", "/box", f"{receiver.url}/box", JSON, body)

    assert arrives(receiver, request).body == body


@pytest.mark.parametrize(
    ("method", "body"),
    [("GET", None), ("HEAD", None), ("POST", None), ("PUT", b"{}"), ("PATCH", b"[]"), ("DELETE", None)],
)
def test_the_method_arrives(receiver, method, body):
    """A line sends the method of the request, and a body only when there was one."""
    arrived = arrives(receiver, Request(method, "/box", f"{receiver.url}/box", {}, body))

    assert arrived.method == method
    assert arrived.body == (body or b"")


@pytest.mark.parametrize(
    "path",
    [
        "/Webhook?$select=name,department,category/id",
        "/Webhook/1%2F2?a=%20b&b=c%25",
        "/Webhook/%F0%9F%94%91",
        "/Agents/Webhook/GetWebhook?webhookId=7&$select=`id`$(id)",
        "/it's;here&there|*",
    ],
)
def test_the_url_arrives(receiver, path):
    """Nothing in a URL means anything to the shell."""
    assert arrives(receiver, Request("GET", path, receiver.url + path, {})).path == path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("If-Unmodified-Since", "Thu, 18 Apr 2024 12:00:00 GMT"),
        ("SO-Culture", 'it\'s $HOME "quoted" `id` \\'),
        ("Content-Type", "application/json-patch+json"),
        ("Accept-Language", "*"),
    ],
)
def test_headers_arrive(receiver, name, value):
    """A header of the request is a header of the line, to the letter."""
    request = Request("POST", "/box", f"{receiver.url}/box", {name: value}, b"{}")

    assert arrives(receiver, request).headers[name] == value


@pytest.mark.parametrize("name", ["User-Agent", "X-Contract-Clause", "Accept-Encoding", "Connection"])
def test_headers_of_the_suite_are_left_out(name):
    """What the suite adds to every request is of no use to a person."""
    assert "suite" not in curl.line(Request("GET", "/box", "http://127.0.0.1:9/box", {name: "suite"}))


BODIES = [b"x" * 8_000, b"x" * 8_001, b"[" * 20_000, b'{"a": "\xff' * 1_200]


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_a_long_body_is_sent_whole(receiver, body):
    """A body that is too long for a screen is packed, and arrives as it was."""
    request = Request("POST", "/box", f"{receiver.url}/box", {}, body)

    assert len(curl.line(request)) < 10_000
    assert arrives(receiver, request).body == body


@pytest.mark.parametrize(
    "body", [random.Random(1).randbytes(8_001), b'{"Secret": "s3cret"}' + b" " * 8_000], ids=len
)
def test_a_long_body_may_be_only_named(body):
    """What does not get short, or what holds a secret, is named by its length."""
    line = curl.line(Request("POST", "/box", "http://127.0.0.1:9/box", {}, body))

    assert line.endswith(f"--data-binary @body-of-{len(body)}-bytes")


# ---- credentials

SECRETS = [
    scheme("Bearer", "s3cret-token"),
    scheme("SoTicket", "7T:s3cret"),
    basic("ada", "s3cret"),
    basic("tje0", "s3cret"),
    {"authorization": "Basic s3cret"},
    {"SO-AppToken": "s3cret"},
    {"so-apptoken": "s3cret"},
]


@pytest.mark.parametrize("headers", SECRETS, ids=str)
def test_credentials_are_never_written(headers):
    """In place of a credential the line has a variable."""
    ((name, value),) = headers.items()
    variable = "APP_TOKEN" if "app" in name.lower() else "TOKEN"
    line = curl.line(Request("GET", "/box", "http://127.0.0.1:9/box", headers))

    assert value not in line
    assert value.rpartition(" ")[2] not in line
    scheme = value.rpartition(" ")[0]
    assert f'-H "{name}: {scheme}{scheme and " "}${variable}"' in line


def test_the_variable_stands_for_the_credential(receiver):
    """With the credential in the variable the line sends what was sent, blanks and signs included."""
    request = Request("GET", "/box", f"{receiver.url}/box", scheme("Bearer", "a $b `c` 'd'"))
    arrived = arrives(receiver, request, TOKEN="a $b `c` 'd'")

    assert arrived.headers["Authorization"] == "Bearer a $b `c` 'd'"


def test_the_credentials_of_the_documentation_are_no_secret(receiver):
    """The user that the documentation prints is printed, so that such a line runs as it is."""
    request = Request("GET", "/box", f"{receiver.url}/box", SAMPLE)

    assert "$" not in curl.line(request)
    assert arrives(receiver, request).headers["Authorization"] == "Basic dGplMDpUamUw"


@pytest.mark.parametrize("headers", SECRETS, ids=str)
def test_scripts_have_no_credentials_either(headers):
    """A script hides credentials in each of its lines."""
    ((_, value),) = headers.items()
    sent = {**headers, **JSON}
    lines = curl.script(
        [
            exchange(sent=b"{}", sent_headers=sent, body=b'{"WebhookId": 7}'),
            exchange("PATCH", "/Webhook/7", sent=b"[]", sent_headers=sent),
        ]
    )

    assert not any(value in line for line in lines)


# ---- bodies for people


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"Name":"x","Events":[]}', '{\n  "Name": "x",\n  "Events": []\n}'),
        (b'"bl\\u00e5"', '"blå"'),
        (b"", ""),
        (b"<html>", "<html>"),
        (b"caf\xe9", "caf\\xe9"),
        (b"[" * 5_000, "[" * 5_000),
    ],
)
def test_a_body_is_shown_as_people_read_it(body, text):
    """JSON is indented, other text is left as it is, other bytes are escaped."""
    assert curl.pretty(body) == text


def test_a_long_body_is_cut():
    """Of a long body the beginning and the length are shown."""
    shown = curl.pretty(b"x" * 20_000)

    assert len(shown) < 8_100
    assert shown.endswith("… (20000 bytes)")


# ---- what curl does unasked


@pytest.mark.parametrize("name", ["If-Unmodified-Since", "X-Empty"])
def test_a_header_without_a_value_is_sent(receiver, name):
    """A header that was sent empty is sent empty again."""
    request = Request("POST", "/empty", f"{receiver.url}/empty-{name}", JSON | {name: ""}, b"{}")
    assert arrives(receiver, request).headers[name] == ""


def test_the_accepted_type_is_sent(receiver):
    """Accept is part of what was asked for."""
    request = Request("POST", "/accept", f"{receiver.url}/accept", JSON | {"Accept": "nothing/at-all"}, b"{}")
    assert arrives(receiver, request).headers["Accept"] == "nothing/at-all"


def test_a_body_without_a_type_stays_without(receiver):
    """A body that nothing was said of is not made a form."""
    request = Request("POST", "/untyped", f"{receiver.url}/untyped", {}, b"{}")
    assert "Content-Type" not in arrives(receiver, request).headers


@pytest.mark.parametrize("path", ["/a[1-2]", "/a{b,c}", "/up/../down"])
def test_a_path_is_not_tidied(receiver, path):
    """Brackets, braces and dots in a path are sent as they are."""
    request = Request("POST", path, receiver.url + path, JSON, b"{}")
    assert arrives(receiver, request).path == path
