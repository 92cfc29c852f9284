"""Metrics, the log of requests, and their ids."""

from __future__ import annotations

import json
import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.mock_server.waiting import until


def metrics(api):
    """Every sample by its name and labels."""
    answer = api.app.test_client().get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (each.name, *sorted(each.labels.items())): each.value
        for family in families
        for each in family.samples
    }


def requests_of(found, operation, status):
    """How many of a kind have been counted."""
    labels = (("operation", operation), ("status", status))
    return found.get(("webhook_mock_request_duration_seconds_count", *labels), 0)


def test_requests_are_counted(api):
    """By the operation that the document names, and by status."""
    api.new()
    api.read(1)
    api.read(1)
    api("GET", "/Webhook/99")
    api("POST", "/Agents/Webhook/GetAllWebhooks", {})
    api("GET", "/Nothing")
    found = metrics(api)

    assert requests_of(found, "v1Webhook_PostWebhook", "200") == 1
    assert requests_of(found, "v1Webhook_GetWebhook", "200") == 2
    assert requests_of(found, "v1Webhook_GetWebhook", "404") == 1
    assert requests_of(found, "v1WebhookAgent_GetAllWebhooks", "200") == 1
    assert requests_of(found, "other", "404") == 1
    largest = [each for each in found if ("le", "+Inf") in each and ("status", "404") in each]
    assert [found[each] for each in largest] == [1, 1]


def test_webhooks_and_deliveries_are_counted(make, receiver):
    """Webhooks by their State, attempts by what came of them, and what waits."""
    api = make(faults=["select-ignored"])
    api.new(TargetUrl=receiver.url, Events=["a.b"])
    api.new(State="Stopped")
    api("POST", "/Webhook/a.b/1")
    assert until(
        lambda: metrics(api).get(("webhook_mock_delivery_attempts_total", ("outcome", "success"))) == 1
    )
    found = until(lambda: (it := metrics(api))[("webhook_mock_queue_length",)] == 0 and it)

    assert found[("webhook_mock_webhooks", ("state", "Active"))] == 1
    assert found[("webhook_mock_webhooks", ("state", "Stopped"))] == 1
    assert found[("webhook_mock_fault", ("fault", "select-ignored"))] == 1


def test_faults_of_the_control_api_are_told(make):
    """Beside those of the command, as long as any tenant has them, and once each."""
    api = make(faults=["select-ignored"])

    def faults():
        found = metrics(api)
        return {each[1][1]: found[each] for each in found if each[0] == "webhook_mock_fault"}

    for tenant in ("/Cust1", "/Cust2"):
        assert api("PUT", f"{tenant}/_mock/faults/state-numbered").status_code == 200
    assert faults() == {"select-ignored": 1, "state-numbered": 1}
    api("DELETE", "/Cust1/_mock/faults")
    assert faults() == {"select-ignored": 1, "state-numbered": 1}
    api("DELETE", "/Cust2/_mock/faults")
    assert faults() == {"select-ignored": 1}


def test_every_operation_has_its_documented_name(api):
    """No route is counted under its address."""
    for rule in api.app.url_map.iter_rules():
        if "/Webhook" in rule.rule and not (rule.rule.count("Agents") and "GET" in rule.methods):
            path = (
                rule.rule.replace("<event_name>", "e")
                .replace("<primary_key>", "1")
                .replace("<webhook_id>", "1")
            )
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                api(method, path, {})
    names = {value for each in metrics(api) for name, value in each[1:] if name == "operation"}

    assert len(names) == 18
    assert all(name.startswith("v1Webhook") for name in names)


def lines(capsys):
    """What was written to standard error since the last look."""
    return capsys.readouterr().err.splitlines()


def test_a_line_for_each_request(make, capsys):
    """JSON says who asked for what, with which id, how it went and how long it took; nothing of the query."""
    api = make(log="json")
    answer = api("GET", "/Tenant%0A/api/v1/Webhook?token=secret", headers={"X-Request-Id": "mine-1"})
    (line,) = lines(capsys)
    told = json.loads(line)

    assert answer.headers["X-Request-Id"] == told["request_id"] == "mine-1"
    assert told["path"].endswith("/api/v1/Webhook")
    assert (told["method"], told["status"], told["client"]) == ("GET", answer.status_code, "127.0.0.1")
    assert told["ms"] >= 0
    assert "secret" not in line


def test_a_line_as_text(make, capsys):
    """One line, whatever the path holds."""
    api = make(log="text")
    api("GET", "/Webhook/a%0Ab%1B%5B31m%20c")
    (line,) = lines(capsys)

    assert " GET /api/v1/Webhook/a?b?[31m?c 400 " in line
    assert line.isprintable()


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "ø", "a\tb"])
def test_ids_that_could_spoil_something_are_replaced(make, sent):
    """Then, and when there is none, the mock makes one."""
    api = make(log="json")
    first, second = (api("GET", "/Webhook", headers={"X-Request-Id": sent}) for _ in range(2))

    assert first.headers["X-Request-Id"] not in (sent, second.headers["X-Request-Id"])
    assert len(first.headers["X-Request-Id"]) == 32


def test_without_a_log_nothing_is_told(api, capsys, caplog):
    """Nor is there an id in the answer."""
    with caplog.at_level(logging.DEBUG):
        answer = api("GET", "/Webhook", headers={"X-Request-Id": "mine"})

    assert "X-Request-Id" not in answer.headers
    assert lines(capsys) == []
