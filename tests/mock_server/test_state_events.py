"""State events: who is told when a webhook is started, stopped or disabled, and what."""

from __future__ import annotations

import json
import time

import pytest

from tests.mock_server.waiting import disabled

VERBS = ("started", "stopped", "errors")


@pytest.fixture(name="watched")
def _watched(make, receiver):
    """A mock with webhook 1 and a watcher of its states, which sends to the receiver."""
    api = make(attempt_delays=(0, 0.01, 0.01))
    api.new(Name="watched", Events=["a.b", "c.d"], TargetUrl="http://127.0.0.1:1/")
    api.new(Name="watcher", Events=[f"webhook1.{verb}" for verb in VERBS], TargetUrl=receiver.url, Secret="s")
    api.new(Name="other", Events=[f"webhook2.{verb}" for verb in VERBS], TargetUrl=receiver.url)
    return api


def _state(api, state, way):
    hook = {**api.read(1), "State": state}
    if way == "patch":
        return api.patch(1, [{"op": "replace", "path": "State", "value": state}])
    if way == "put":
        return api("PUT", "/Webhook/1", hook)
    return api("POST", "/Agents/Webhook/SaveWebhook", hook)


@pytest.mark.parametrize("way", ["patch", "put", "save"])
def test_callers_change_the_state(watched, receiver, way):
    """Each change is told once; saving the same State again is no change."""
    for state in ("Stopped", "Stopped", "Active", "Active"):
        assert _state(watched, state, way).status_code == 200
        time.sleep(0.1)
    stopped, started = receiver.wait(2)
    time.sleep(0.1)
    body = json.loads(stopped.body)

    assert len(receiver.got) == 2
    assert stopped.headers["X-SuperOffice-Event"] == "webhook1.stopped"
    assert started.headers["X-SuperOffice-Event"] == "webhook1.started"
    assert stopped.headers["X-SuperOffice-Signature"]
    assert list(body) == [
        *("EventId", "Timestamp", "Changes", "Event", "PrimaryKey"),
        *("ContextIdentifier", "ChangedByAssociateId", "WebhookName", "FieldValues"),
    ]
    assert (body["Event"], body["PrimaryKey"], body["Changes"]) == ("webhook.stopped", 1, [])
    assert (body["ChangedByAssociateId"], body["WebhookName"]) == (0, "watcher")
    assert body["FieldValues"] == {
        "events": 2,
        "registered": body["FieldValues"]["registered"],
        "registered_associate_id": 1,
        "state": 2,
        "updated": body["FieldValues"]["updated"],
        "updated_associate_id": 1,
    }
    assert json.loads(started.body)["FieldValues"]["state"] == 1


@pytest.mark.parametrize("gone", [False, True])
def test_errors_change_the_state(watched, receiver, receiving, gone):
    """Nine failures and HTTP 410 are told alike."""
    with receiving() as target:
        target.answers = lambda _: 410 if gone else 500
        watched.patch(1, {"TargetUrl": target.url})
        watched("POST", "/Webhook/a.b/0")
        (got,) = receiver.wait()
        disabled(watched)

    assert got.headers["X-SuperOffice-Event"] == "webhook1.errors"
    assert json.loads(got.body)["Event"] == "webhook.errors"
    assert json.loads(got.body)["FieldValues"]["state"] == 3
    assert len(target.got) == (1 if gone else 9)


def test_a_refused_change_is_not_told(watched, receiver):
    """Neither is one that was not stored, nor the making of a webhook."""
    changes = [
        {"op": "replace", "path": "State", "value": "Stopped"},
        {"op": "test", "path": "Name", "value": "x"},
    ]
    assert watched.patch(1, changes).status_code == 409
    watched.new(Events=["webhook5.started"], TargetUrl=receiver.url)
    watched.new(Events=["a.b"])
    time.sleep(0.2)

    assert not receiver.got


def test_a_webhook_hears_of_its_own_start(api, receiver):
    """It is Active by then; of its own stop it hears nothing."""
    api.new(Events=["webhook1.started", "webhook1.stopped"], TargetUrl=receiver.url)
    api.patch(1, {"State": "Stopped"})
    time.sleep(0.1)
    api.patch(1, {"State": "Active"})
    receiver.wait()
    time.sleep(0.1)

    assert [got.headers["X-SuperOffice-Event"] for got in receiver.got] == ["webhook1.started"]
