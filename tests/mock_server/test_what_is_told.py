"""What different events tell different hooks: records, lists, names of one's own, and scripts."""

from __future__ import annotations

import json
import time

import pytest

from tests.mock_server.waiting import until

DATA = {"name": "New", "contact_id": 7, "deleted": True, "more": {"a": None}}


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("contact.created", {"FieldValues": DATA}),
        ("Sale.Changed", {"FieldValues": DATA}),
        ("contact.deleted", {"Values": {"contact_id": 7}}),
        ("list.category.changed", {"FieldValues": {}}),
        ("sale.sold", {}),
        ("contact.softdeleted", {}),
        ("quote.sent", {}),
        ("y_table.deleted", {}),
        ("button.clicked", {}),
        ("created", {}),
        ("test", {}),
    ],
)
def test_what_a_url_hook_is_told(api, receiver, name, more):
    """Values of Data only where the documentation shows them; its names are Changes everywhere."""
    api.new(Events=[name], TargetUrl=receiver.url)
    api("POST", f"/Webhook/{name}/7", DATA)
    body = json.loads(receiver.wait()[0].body)

    assert {key: value for key, value in body.items() if key in ("Values", "FieldValues")} == more
    assert sorted(body["Changes"]) == sorted(DATA)
    if "Values" in more:
        assert list(body)[:4] == ["EventId", "Timestamp", "Changes", "Values"]
    if "FieldValues" in more:
        assert list(body)[-1] == "FieldValues"


def test_deleted_without_ids(api, receiver):
    """No Values rather than empty ones."""
    api.new(Events=["contact.deleted"], TargetUrl=receiver.url)
    api("POST", "/Webhook/contact.deleted/7", {"name": "x"})

    assert "Values" not in json.loads(receiver.wait()[0].body)


def test_a_script_is_called(api, receiver):
    """No request is sent; the call is counted, and its variables are in the log."""
    properties = {"mine": [1], "Event": "x"}
    api.new(Events=["a.b"], Type="CRMScript", TargetUrl="my-script", Properties=properties, Name="script")
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    api("POST", "/Cust7/api/v1/Webhook", {"Events": ["a.b"], "Type": "crmscript", "TargetUrl": "x"})
    api("POST", "/Webhook/a.b/7", DATA)
    api("POST", "/Webhook/a.b/8")
    calls = until(lambda: len(found := api("GET", "/_mock/deliveries?hook=1").json) == 2 and found)
    call = calls[0]
    told = json.loads(call["Request"]["Body"])

    assert (call["Type"], call["Target"], call["Status"], call["Success"]) == (
        "CRMScript",
        "my-script",
        None,
        True,
    )
    assert told == {
        "ChangedByAssociateId": 1,
        "ContextIdentifier": "Default",
        "Entity": "a",
        "Event": "a.b",
        "Changes.name": "New",
        "Changes.contact_id": 7,
        "Changes.deleted": True,
        "Changes.more": {"a": None},
        "PrimaryKey": 7,
        "mine": [1],
        "EventId": call["EventId"],
        "Timestamp": told["Timestamp"],
    }
    assert until(lambda: api.read(1)["TotalCalls"] == 2)
    assert not [key for key in json.loads(receiver.wait(2)[0].body) if key.startswith("Changes.")]
    assert api("GET", "/Cust7/_mock/deliveries").json == []


def test_stopped_scripts_are_not_called(api):
    """As with any hook."""
    api.new(Events=["a.b"], Type="crmscript", TargetUrl="my-script", State="Stopped")
    api("POST", "/Webhook/a.b/7")
    time.sleep(0.1)

    assert api("GET", "/_mock/deliveries").json == []
