"""The lines of a failure run in a shell, and send again what had been sent."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from contract_tests.kit import curl
from contract_tests.kit.exchange import Delivery, Exchange, Request
from contract_tests.kit.receiver import Receiver
from contract_tests.kit.target import basic, scheme

from .servers import Answering, Heard, answering, exchange

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


@pytest.mark.parametrize(("length", "is_short"), [(8_000, True), (8_001, False)])
def test_a_long_body_is_only_named(length, is_short):
    """A body that is too long for a screen is named by its length."""
    line = curl.line(Request("POST", "/box", "http://127.0.0.1:9/box", {}, b"x" * length))

    assert ("x" * length in line) is is_short
    assert (f"@body-of-{length}-bytes" in line) is not is_short


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


# ---- scripts


def numbering(first: int, text: str = '{{"Name": "x", "WebhookId": {id}}}'):
    """A server's way to answer: each POST of a webhook gets the next id."""
    made: list[int] = []

    def answer(heard: Heard) -> tuple[int, dict[str, str], bytes]:
        method, path, _, _ = heard
        if (method, path) == ("POST", "/api/v1/Webhook"):
            made.append(first + len(made))
            return 200, {}, text.format(id=made[-1]).encode()
        return 200, {}, b"{}"

    return answer


def repeated(server: Answering, *happened: Exchange) -> list[tuple[str, str]]:
    """Methods and paths that a server hears when a script of what happened elsewhere is run."""
    moved = [
        Exchange(
            Request(
                each.request.method, each.request.path, f"{server.url}/api/v1{each.request.path}", {}, b"{}"
            ),
            each.status,
            each.headers,
            each.body,
        )
        for each in happened
    ]
    shell(*curl.script(moved))
    return [(method, path.removeprefix("/api/v1")) for method, path, _, _ in server.heard]


@pytest.mark.parametrize(
    "text",
    [
        '{{"Name": "x", "WebhookId": {id}}}',
        '{{\n  "WebhookId" : {id},\n  "Name": "x"\n}}',
        '{{"WebhookId":{id}}}',
    ],
    ids=["plain", "on lines", "dense"],
)
def test_ids_are_captured(text):
    """A line that changes a webhook changes the one that the script has made, whatever its number is now."""
    with answering(numbering(41, text)) as server:
        heard = repeated(
            server,
            exchange(body=b'{"WebhookId": 7}'),
            exchange(body=b'{"WebhookId": 8}'),
            exchange("PATCH", "/Webhook/8"),
            exchange("PATCH", "/Webhook/7?$select=name"),
            exchange("GET", "/Webhook/7/LastError"),
        )

    assert heard == [
        ("POST", "/Webhook"),
        ("POST", "/Webhook"),
        ("PATCH", "/Webhook/42"),
        ("PATCH", "/Webhook/41?$select=name"),
        ("GET", "/Webhook/41/LastError"),
    ]


def test_other_numbers_are_left_alone():
    """A number that the script did not make, or that only begins like one, stays as it is."""
    with answering(numbering(41)) as server:
        heard = repeated(
            server,
            exchange(body=b'{"WebhookId": 7}'),
            exchange("PATCH", "/Webhook/70"),
            exchange("PATCH", "/Webhook/2147483000"),
            exchange("POST", "/Webhook/7.created/7"),
        )

    assert heard[1:] == [
        ("PATCH", "/Webhook/70"),
        ("PATCH", "/Webhook/2147483000"),
        ("POST", "/Webhook/7.created/7"),
    ]


@pytest.mark.parametrize(
    "happened",
    [
        exchange(status=400, body=b'{"WebhookId": 7}'),
        exchange("PATCH", "/Webhook/7", body=b'{"WebhookId": 7}'),
        exchange(body=b""),
        exchange(body=b"no JSON"),
        exchange(body=b'[{"WebhookId": 7}]'),
        exchange(body=b'{"WebhookId": "7"}'),
        exchange(body=b'{"WebhookId": 0}'),
        exchange(body=b'{"WebhookId": null}'),
    ],
    ids=lambda each: f"{each} {each.body.decode()}",
)
def test_only_a_new_webhook_has_an_id_to_capture(happened):
    """What made no webhook is a plain line."""
    assert curl.script([happened]) == (curl.line(happened.request),)


def test_no_exchanges_are_no_script():
    """Where nothing was sent there is nothing to repeat."""
    assert curl.script([]) == ()


# ---- what belongs to a failure


def test_a_script_begins_with_what_made_its_webhooks():
    """The exchanges of a check come after those that made the webhooks it names, each once."""
    made = {number: exchange(body=json.dumps({"WebhookId": number}).encode()) for number in (7, 8, 9)}
    patches = [
        exchange("PATCH", "/Webhook/9"),
        exchange("PATCH", "/Webhook/7"),
        exchange("GET", "/Webhook/9"),
    ]

    assert curl.relevant(patches, made) == [made[7], made[9], *patches]


def test_what_is_listed_is_not_repeated():
    """A webhook made within the check is not made twice."""
    made = exchange(body=b'{"WebhookId": 7}')
    patch = exchange("PATCH", "/Webhook/7")

    assert curl.relevant([made, patch], {7: made}) == [made, patch]


@pytest.mark.parametrize("path", ["/Webhook/8", "/Webhook/99999999999999999999", "/Webhook", "/Webhook/abc"])
def test_unknown_numbers_bring_nothing_along(path):
    """A path without one of our ids needs nothing before it."""
    patch = exchange("PATCH", path)

    assert curl.relevant([patch], {7: exchange()}) == [patch]


# ---- bodies for people


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"Name":"x","Events":[]}', '{\n  "Name": "x",\n  "Events": []\n}'),
        (b'"bl\\u00e5"', '"blå"'),
        (b"", ""),
        (b"<html>", "<html>"),
        (b"caf\xe9", "caf\\xe9"),
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


def test_a_captured_id_stands_wherever_the_id_was_sent():
    """An id that the script captures is a variable in paths, queries and bodies, and nowhere else."""
    made = exchange("POST", "/Webhook", body=b'{"WebhookId": 7}', status=201)
    asked = [
        exchange("PATCH", "/Webhook/7"),
        exchange("POST", "/Agents/Webhook/GetWebhook?webhookId=7"),
        exchange("PATCH", "/Webhook/77"),
    ]
    first, *lines = curl.script([made, *asked])

    assert first.startswith("ID1=$(")
    assert [line.count("${ID1}") for line in lines] == [1, 1, 0]


def test_a_captured_id_stands_in_a_body():
    """The id in a body is the variable, outside the quotes of the body."""
    request = Request("PUT", "/Webhook/7", "http://x/Webhook/7", JSON, b'{"WebhookId": 7, "Name": "7"}')
    assert """'{"WebhookId": '"${ID1}"', "Name": "7"}'""" in curl.line(request, {7: "ID1"})
