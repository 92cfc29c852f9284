"""What is told of violations: by the control API, in lines, in numbers, and in the exit status."""

from __future__ import annotations

import json
import signal

import pytest

from openapi.control import load
from tests.upstream.servers import proxying, raw

BROKEN = b'{"WebhookId": "one"}'
JSON = "Content-Type: application/json"


def test_a_violation_is_told(server, proxy):
    """With everything that one needs to see it again; and its request is in the journal."""
    server.says(BROKEN, JSON)
    proxy.ask("GET", "/Cust1/api/v1/Webhook/1?a=%20")

    (found,) = proxy.violations("/Cust1")
    (request,) = proxy.ask("GET", "/Cust1/_mock/requests", headers={}).json
    assert load().difference(load().success_reference("findViolations"), [found]) is None
    assert found["request"] == request["id"]
    assert found["fault"] == "server"
    assert found["operation"] == request["operation"] == "v1Webhook_GetWebhook"
    assert (found["place"], found["pointer"]) == ("answer body", "/WebhookId")
    assert (found["expected"], found["got"]) == ("integer or null", "'one'")
    assert found["documented"].startswith("openapi/api.yaml#/components/schemas/NullableInt32/type")
    assert found["target"] == "/Cust1/api/v1/Webhook/1?a=%20"
    assert f"'{server.url}/Cust1/api/v1/Webhook/1?a=%20'" in found["curl"]
    assert proxy.violations() == []


def test_violations_are_found_and_forgotten(server, proxy):
    """By fault, operation, request and id, the latest of them; and DELETE forgets them."""
    server.says(BROKEN, JSON)
    for _ in range(3):
        proxy.ask("GET", "/Cust2/api/v1/Webhook/1", headers={})
    found = proxy.violations("/Cust2")
    assert [each["fault"] for each in found] == ["client", "server"] * 3

    def ids(query):
        return [each["id"] for each in proxy.violations("/Cust2", query)]

    every = [each["id"] for each in found]
    assert ids("?fault=server") == every[1::2]
    assert ids("?limit=1") == every[-1:]
    assert ids("?limit=0") == []
    assert ids(f"?after={every[3]}") == every[4:]
    assert ids(f"?request={found[2]['request']}") == every[2:4]
    assert ids("?operation=v1Webhook_GetWebhook") == every
    assert ids("?operation=v1Webhook_PutWebhook") == []
    assert ids("?since=2099-01-01T00:00:00Z") == []
    for query in ("?fault=nobody", "?operation=x", "?after=x", "?unheard=1"):
        assert proxy.ask("GET", f"/Cust2/_mock/violations{query}", headers={}).status == 400
    assert proxy.ask("DELETE", "/Cust2/_mock/violations", headers={}).status == 204
    assert ids("") == []


def test_a_mock_has_none(mocked):
    """The operation is there, and there is nothing to tell."""
    mock, _ = mocked
    mock.ask("GET", "/api/v1/Webhook", headers={})
    assert mock.violations() == []


def test_metrics_count(server, proxy):
    """Whose fault, for all tenants together; operations are told apart as those of a mock."""

    def number(line):
        text = proxy.ask("GET", "/metrics", headers={}).body.decode()
        return next(
            (float(each.rpartition(" ")[2]) for each in text.splitlines() if each.startswith(line)), 0
        )

    server.says(BROKEN, JSON)
    names = (
        'webhook_mock_upstream_violations_total{fault="server"}',
        "webhook_mock_upstream_exchanges_total",
        'webhook_mock_request_duration_seconds_count{operation="v1Webhook_GetWebhook",status="200"}',
    )
    before = [number(name) for name in names]
    proxy.ask("GET", "/Cust3/api/v1/Webhook/1")
    proxy.violations("/Cust3")
    assert [number(name) - old for name, old in zip(names, before, strict=True)] == [1, 1, 1]


def test_the_journal_shows_no_secrets(server, proxy):
    """What webhooks of a real server hold is not shown; a coded answer is shown as it was before."""
    server.says(b'{"WebhookId": 1, "Secret": "s3cr3t", "Headers": {"A": "t0ken"}}', JSON)
    proxy.ask("POST", "/Cust4/api/v1/Webhook", {"TargetUrl": "http://h/", "Secret": "s3cr3t"})
    text = proxy.ask("GET", "/Cust4/_mock/requests", headers={}).body.decode()
    assert "***" in text
    assert not [word for word in ("s3cr3t", "t0ken", "dGpl") if word in text]


@pytest.mark.parametrize(
    ("options", "asked", "answer", "status"),
    [
        ((), {}, BROKEN, 1),
        (("--violations", "none"), {}, BROKEN, 0),
        ((), {}, b"{}", 0),
        (("--violations", "all"), {}, b"{}", 1),
        ((), None, b"{}", 0),
        (("--violations", "all"), None, b"{}", 0),
    ],
)
def test_the_exit_status(options, asked, answer, status):
    """1 for what counts; `asked` are the headers, of which the client's fault is that there are none."""
    with raw() as server, proxying(server.url, *options) as proxy:
        server.says(answer, JSON)
        proxy.ask("GET", "/api/v1/Webhook/1", headers=asked)
        proxy.ask("DELETE", "/_mock/violations", headers={})
        assert proxy.stop(signal.SIGINT if status else signal.SIGTERM) == status
    assert f"1 exchanges with {server.url}" in proxy.out
    assert ("/WebhookId: expected integer or null, got 'one'" in proxy.out) == (answer == BROKEN)


@pytest.mark.parametrize("form", ["json", "text"])
def test_lines_of_the_log(form):
    """One for each violation beside those of requests, and answers are not marked."""
    with raw() as server, proxying(server.url, "--log", form) as proxy:
        server.says(BROKEN, JSON)
        answer = proxy.ask("GET", "/api/v1/Webhook/1")
        proxy.stop()
    lines = [each for each in proxy.err.splitlines() if "violation" in each]

    assert answer.values("x-request-id") == []
    (line,) = lines
    if form == "json":
        assert json.loads(line)["violation"]["pointer"] == "/WebhookId"
    else:
        assert "server violation: GET /api/v1/Webhook/1 200: answer body /WebhookId: expected" in line
