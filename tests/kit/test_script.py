"""The script of a failure makes what it needs, and names what it has made by variables."""

from __future__ import annotations

import json

import pytest

from contract_tests.kit import curl
from contract_tests.kit.exchange import Exchange, Request

from .servers import Answering, Heard, answering, exchange
from .test_curl import JSON, shell


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
