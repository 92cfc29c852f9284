"""The schemas of the document: what they take, what they refuse, and what a stock fuzzer makes of them."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from openapi.document import load
from tests.test_document import PATCH, difference


@pytest.mark.parametrize("schema", ["Webhook", "WebhookWithLinks", "WebhookInput"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"State": "Nope"},
        {"State": 1},
        {"WebhookId": "x"},
        {"WebhookId": 2**31},
        {"Events": "contact.created"},
        {"Events": [1]},
        {"Name": 5},
        {"Headers": {"X-One": 1}},
        {"Properties": []},
        {"Registered": "yesterday"},
        {"RegisteredAssociate": {"Type": "Nobody"}},
        {"UpdatedAssociate": {"FieldProperties": {"Name": {"FieldLength": "long"}}}},
        {"NotifyVia": "Pigeon"},
        {"ErrorAssociates": [{"ChildItems": [{"Id": "x"}]}]},
        [],
        "text",
    ],
    ids=repr,
)
def test_wrong_webhook_is_refused(schema, wrong):
    """A member of the wrong type is found wherever a webhook stands."""
    assert difference(schema, wrong) is not None


REACHABLE = {"TargetUrl": "https://www.example.com/"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"Name": "n" * 401},
        {"Secret": "s" * 401},
        {"Type": "t" * 101},
        {"ErrorsEmail": "e" * 240},
        {"TargetUrl": "https://www.example.com/" + "u" * 4000},
        {"TargetUrl": "www.example.com"},
        {"TargetUrl": "ftp://www.example.com/"},
        {"TargetUrl": "https://www.example.com:65536/"},
        {"TargetUrl": "https://www.example.com/", "Type": "crmscript"},
        {"Events": ["contact.created,sale.changed"]},
        {"Events": ["contact..created"]},
        {"Headers": {"X One": "1"}},
        {"Headers": {"X-One": "1\r\nX-Two: 2"}},
    ],
    ids=lambda wrong: repr(wrong)[:40],
)
def test_impossible_webhook_is_not_requested(wrong):
    """What no database column or HTTP message can hold is no valid request."""
    assert difference("WebhookInput", REACHABLE | wrong) is not None


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"TargetUrl": "http://127.0.0.1:60999/in?hook=1"},
        {"TargetUrl": "my script", "Type": "crmscript"},
        {"Events": ["test", "webhook12.errors", "list.110.created", "y_table.changed"]},
        {"NotifyVia": 3, "NotifyWhen": "FirstFailure, Disabling"},
        {"Properties": {"a": 1, "b": [None], "c": {"d": "e"}}},
    ],
    ids=repr,
)
def test_possible_webhook_is_requested(request_):
    """Every documented way to fill in a webhook is a valid request."""
    assert difference("WebhookInput", REACHABLE | request_) is None


def test_a_request_names_a_target():
    """A webhook without a target is no valid request."""
    assert difference("WebhookInput", {}) is not None


def test_selected_answer_may_hold_nulls():
    """Where $select can null a member, null is valid for each."""
    members = load().schema("Webhook")["properties"]

    assert difference("WebhookWithLinks", dict.fromkeys([*members, "_Links"])) is None


def test_answer_without_select_is_whole():
    """Where there is no $select, each of the thirteen members that all versions have is there."""
    default = {
        "WebhookId": 0,
        "Name": None,
        "Events": ["contact.created", "contact.deleted"],
        "TargetUrl": None,
        "Secret": None,
        "State": "Active",
        "Type": "webhook",
        "Headers": None,
        "Properties": None,
        "Registered": "0001-01-01T00:00:00",
        "RegisteredAssociate": None,
        "Updated": "0001-01-01T00:00:00",
        "UpdatedAssociate": None,
    }
    newer = {"ErrorEmails": ["a@example.com"], "NotifyVia": "Email, InApp", "TotalCalls": 3, "Unheard": 1}

    assert difference("WholeWebhook", default) is None
    assert difference("WholeWebhook", default | newer) is None
    for member in default:
        is_needed = member in {"WebhookId", "State", "Registered", "Updated"}
        without = {name: default[name] for name in default if name != member}
        assert bool(difference("WholeWebhook", without)) is is_needed
    assert difference("WholeWebhook", default | {"WebhookId": None})


@pytest.mark.parametrize(
    ("moment", "valid"),
    [
        ("0001-01-01T00:00:00", True),
        ("0001-01-01T00:00:00Z", True),
        ("2002-08-07T14:52:00", True),
        ("2002-03-31T18:00:00+02:00", True),
        ("2024-04-18T14:34:02.9242705+02:00", True),
        ("2021-09-05T14:34:02.94332", True),
        ("2024-04-18", False),
        ("2024-13-18T14:34:02", False),
        ("2024-04-18T24:34:02Z", False),
        ("2024-04-18T14:34:02.924270512Z", True),
        ("2024-04-18T14:34:02.9242705124Z", False),
        ("2024-04-18T14:34:02+0200", True),
        ("2024-04-18T14:34:02+02", False),
        ("18.04.2024 14:34", False),
        (1713443642, False),
    ],
)
def test_timestamps(moment, valid):
    """A moment has seconds, up to nine digits of a fraction, and an offset or none."""
    assert (difference("Timestamp", moment) is None) == valid


@pytest.mark.parametrize(
    ("refusal", "valid"),
    [
        ({"Error": True, "ErrorType": "T", "ErrorMessage": "m", "ErrorSource": "s"}, True),
        ({"Error": True, "ErrorType": "T", "Message": "m", "ErrorSource": "s"}, True),
        ({"Error": True, "ErrorType": "T", "Message": "m", "ErrorMessage": "m", "ErrorSource": "s"}, True),
        ({"Message": "m", "MessageDetail": "d"}, True),
        ({"Error": True, "ErrorType": "T", "ErrorSource": "s"}, False),
        ({"Error": False, "ErrorType": "T", "Message": "m", "ErrorSource": "s"}, False),
        ({"Message": 1, "MessageDetail": "d"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_refusals(refusal, valid):
    """A refusal has one of the three shapes that the documents show."""
    assert (difference("Error", refusal) is None) == valid


@pytest.mark.parametrize(
    ("operation", "valid"),
    [
        ({"op": "replace", "path": "/Name", "value": "n"}, True),
        ({"op": "replace", "path": "name", "value": None}, True),
        ({"op": "add", "path": "/Events/-", "value": "sale.sold"}, True),
        ({"op": "add", "path": "headers/X-One", "value": "1"}, True),
        ({"op": "add", "path": "/Properties/any", "value": [1]}, True),
        ({"op": "test", "path": "/State", "value": "Active"}, True),
        ({"op": "remove", "path": "/Secret"}, True),
        ({"op": "move", "from": "/Name", "path": "/Secret"}, False),
        ({"op": "copy", "from": "/Name", "path": "/Secret"}, False),
        ({"op": "replace", "path": "/Name"}, False),
        ({"op": "remove", "path": "/Secret", "value": "s"}, False),
        ({"op": "replace", "path": "/WebhookId", "value": 1}, False),
        ({"op": "replace", "path": "/Events", "value": "sale.sold"}, False),
        ({"op": "replace", "path": "/Events/-", "value": "sale.sold"}, False),
        ({"op": "replace", "path": "/State", "value": "Nope"}, False),
        ({"op": "replace", "path": "/TargetUrl", "value": "nowhere"}, False),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_patch_operations(operation, valid):
    """An operation is valid only with a path that a webhook has and a value that fits there."""
    assert (difference("JsonPatch", [operation]) is None) == valid


def test_merge_patch_takes_what_a_client_may_set():
    """Server-set members are in no patch; every member of a merge patch is one of the webhook."""
    set_by_clients = set(load().schema("MergePatch")["properties"])

    assert set_by_clients < set(load().schema("Webhook")["properties"])
    assert not set_by_clients & {"WebhookId", "Registered", "Updated", "TotalCalls", "LastError"}
    assert difference("MergePatch", {}) is None
    assert difference("MergePatch", {"WebhookId": 1}) is not None


def test_stock_fuzzer_makes_valid_patches():
    """Stock schemathesis, told nothing but the document, makes JSON Patches that name webhook members."""
    config = schemathesis.Config.from_dict({"base-url": "http://127.0.0.1:1/api/v1"})
    stock = schemathesis.openapi.from_dict(load().raw, config=config)
    patches = stock.find_operation_by_id(PATCH).as_strategy()
    members = {member.lower() for member in load().schema("MergePatch")["properties"]}
    seen = set()

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=patches)
    def generate(case):
        if isinstance(case.body, list):
            assert difference("JsonPatch", case.body) is None
            for operation in case.body:
                assert operation["path"].strip("/").split("/")[0].lower() in members
                assert ("value" in operation) == (operation["op"] != "remove")
                seen.add(operation["op"])
        else:
            assert difference("MergePatch", case.body) is None

    generate()
    assert {"add", "replace"} <= seen <= {"add", "replace", "remove", "test"}


DELIVERY = {
    "EventId": "06f4a4d5-3f5c-4f3c-9a44-0d5f3ff9a6a1",
    "Timestamp": "2026-11-21T13:00:00.1234567Z",
    "Changes": ["name"],
    "Event": "contact.changed",
    "PrimaryKey": 7,
    "Entity": "contact",
    "ContextIdentifier": "Default",
    "ChangedByAssociateId": 1,
    "WebhookName": "Orders",
}


def test_deliveries():
    """A delivery has what every delivery has, and may have more, such as the hook's Properties."""
    assert difference("EventDelivery", DELIVERY) is None
    assert difference("EventDelivery", DELIVERY | {"FieldValues": {"deleted": 0}, "mine": [1]}) is None
    for member in DELIVERY:
        assert difference("EventDelivery", {name: DELIVERY[name] for name in DELIVERY if name != member})
    assert difference("EventDelivery", DELIVERY | {"Timestamp": "2026-11-21T13:00:00+01:00"})


def test_test_delivery():
    """The test delivery is about nothing: the event `test`, record 0, no changes."""
    ping = DELIVERY | {"Event": "test", "Entity": "test", "PrimaryKey": 0, "Changes": []}

    assert difference("TestDelivery", ping) is None
    for member in ("Event", "Entity", "PrimaryKey", "Changes"):
        assert difference("TestDelivery", ping | {member: DELIVERY[member]})


@pytest.mark.parametrize("event", ["webhook.started", "webhook12.stopped", "webhook12.errors"])
def test_state_delivery(event):
    """A change of state is delivered with or without the hook's number and Entity."""
    state = DELIVERY | {"Event": event}

    assert difference("StateEventDelivery", state) is None
    assert difference("StateEventDelivery", {name: state[name] for name in state if name != "Entity"}) is None
    assert difference("StateEventDelivery", DELIVERY)
