"""The document: valid, complete, true to the printed samples, and precise enough to be fuzzed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate

from openapi import document
from openapi.document import load

OPERATIONS = {
    "v1Webhook_DefaultWebhook": "GET /Webhook/default",
    "v1Webhook_GetAllWebhooks": "GET /Webhook",
    "v1Webhook_PostWebhook": "POST /Webhook",
    "v1Webhook_GetWebhook": "GET /Webhook/{id}",
    "v1Webhook_PutWebhook": "PUT /Webhook/{id}",
    "v1Webhook_PatchWebhook": "PATCH /Webhook/{id}",
    "v1Webhook_DeleteWebhook": "DELETE /Webhook/{id}",
    "v1Webhook_TestWebhook": "POST /Webhook/Test",
    "v1Webhook_SignalEvent": "POST /Webhook/{eventName}/{primaryKey}",
    "v1Webhook_GetLastError": "GET /Webhook/{webhookId}/LastError",
    "v1WebhookAgent_CreateDefaultWebhook": "POST /Agents/Webhook/CreateDefaultWebhook",
    "v1WebhookAgent_SaveWebhook": "POST /Agents/Webhook/SaveWebhook",
    "v1WebhookAgent_DeleteWebhook": "POST /Agents/Webhook/DeleteWebhook",
    "v1WebhookAgent_GetWebhook": "POST /Agents/Webhook/GetWebhook",
    "v1WebhookAgent_GetAllWebhooks": "POST /Agents/Webhook/GetAllWebhooks",
    "v1WebhookAgent_TestWebhook": "POST /Agents/Webhook/TestWebhook",
    "v1WebhookAgent_SignalEvent": "POST /Agents/Webhook/SignalEvent",
    "v1WebhookAgent_GetLastError": "POST /Agents/Webhook/GetLastError",
}
SELECTING = {
    "v1Webhook_PostWebhook",
    "v1Webhook_GetWebhook",
    "v1Webhook_PutWebhook",
    "v1Webhook_PatchWebhook",
    "v1WebhookAgent_GetWebhook",
    "v1WebhookAgent_GetAllWebhooks",
    "v1WebhookAgent_TestWebhook",
    "v1WebhookAgent_SignalEvent",
    "v1WebhookAgent_GetLastError",
}
JSON_AND_XML = {
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/json-patch+json",
    "application/merge-patch+json",
}
FORM = "application/x-www-form-urlencoded"

# The printed samples: where each stands, and some of what it says, copied from the page.
POST = "v1Webhook_PostWebhook"
PATCH = "v1Webhook_PatchWebhook"
LIST = "v1WebhookAgent_GetAllWebhooks"
SIGNAL = "v1WebhookAgent_SignalEvent"
SAMPLES = {
    "PostRequestS0": (POST, "request", {"WebhookId": 983, "Type": "ratione", "Events": ["nostrum", "nihil"]}),
    "PostResponseS0": (POST, "200", {"WebhookId": 421, "Registered": "2001-10-29T14:34:02.9327773+01:00"}),
    "PostRequestS2": (POST, "request", {"WebhookId": 794, "Name": "Howell Group", "Secret": "ea"}),
    "PostResponseS2": (POST, "200", {"WebhookId": 681, "Headers": {"Headers1": "aperiam", "Headers2": "et"}}),
    "GetAllRequestS1": (
        LIST,
        "request",
        {"NameFilter": "Johns Inc and Sons", "EventFilter": "qui", "StatusFilter": "Active"},
    ),
    "PatchResponseS3": (PATCH, "200", {"WebhookId": 109, "ErrorsEmail": "junius_mosciski@lebsack.uk"}),
    "SignalRequestS4": (
        SIGNAL,
        "request",
        {"EventName": "Murazik, Heaney and Maggio", "PrimaryKey": 952, "Data": {"fieldName": {}}},
    ),
}
ILLUSTRATIONS = {
    "PatchRequestS3": [{"op": "add", "path": "similique", "value": {}}] * 2,
    "PatchDepartmentJsonPatchS3": [{"op": "replace", "path": "/Department", "value": "foo"}],
    "PatchDepartmentMergePatchS3": {"Department": "foo"},
}


def difference(name: str, instance: Any) -> str | None:
    return load().difference(f"#/components/schemas/{name}", instance)


def example(name: str) -> Any:
    return load().at(f"#/components/examples/{name}/value")


def schema_at(operation_id: str, place: str) -> str:
    """The reference to the JSON schema of an operation's request body or of one of its answers."""
    raw = load().operations[operation_id].raw
    part = raw["requestBody"] if place == "request" else raw["responses"][place]
    return f"{part['$ref']}/content/application~1json/schema"


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from references(child)


def resolved(node: Any) -> Any:
    return load().resolve(node)


def test_document_is_openapi_3_1():
    """The document is valid OpenAPI 3.1."""
    assert load().raw["openapi"].startswith("3.1.")
    validate(load().raw)


def test_document_is_small():
    """Whoever starts the mock waits for this file to be parsed, so it stays below 90 kilobytes."""
    assert len((files("openapi") / document.FILE).read_bytes()) < 90_000


def test_operations_are_the_eighteen():
    """The document has the eighteen official operations, each under its official id, and no others."""
    assert {id_: operation.label for id_, operation in load().operations.items()} == OPERATIONS


def test_tags_follow_the_paths():
    """Operations below /Agents have the agent's tag, the others that of the resource."""
    for operation in load().operations.values():
        assert operation.raw["tags"] == [
            "WebhookAgent" if operation.path.startswith("/Agents/") else "Webhook"
        ]


def test_references_resolve():
    """Every reference points at something in the document."""
    found = set(references(load().raw))

    assert found
    for reference in found:
        load().at(reference)


def test_select_is_where_the_pages_list_it():
    """Exactly the nine operations whose pages list it have $select."""
    select = {"$ref": "#/components/parameters/Select"}

    assert {id_ for id_, found in load().operations.items() if select in found.raw["parameters"]} == SELECTING


def test_statuses():
    """Each operation documents its success, the common refusals, and no error of the server."""
    for id_, operation in load().operations.items():
        statuses = set(operation.raw["responses"])

        assert statuses >= {"400", "401"}, id_
        assert not any(status.startswith("5") for status in statuses), id_
        assert statuses >= {"413", "415"} or "requestBody" not in operation.raw, id_
        assert ("409" in statuses) == (id_ == PATCH), id_
        assert ("304" in statuses) == (id_ == "v1Webhook_GetWebhook"), id_
        assert ("412" in statuses) == (operation.path == "/Webhook/{id}"), id_
        assert "404" in statuses or "{" not in operation.path, id_


def test_no_content_is_the_answer_of_four():
    """Deleting and signalling answer 204 without a body; everything else answers 200 with one."""
    for id_, operation in load().operations.items():
        silent = id_.endswith(("_DeleteWebhook", "_SignalEvent"))
        answer = resolved(operation.raw["responses"][str(operation.success)])

        assert operation.success == (204 if silent else 200), id_
        assert ("content" in answer) != silent, id_


def test_media_types():
    """Bodies come in the media types that the pages list; a PATCH, whose list is blank, in the JSON ones."""
    for id_, operation in load().operations.items():
        answer = resolved(operation.raw["responses"][str(operation.success)])
        assert set(answer.get("content", JSON_AND_XML)) == JSON_AND_XML, id_
        if id_ == PATCH:
            assert set(resolved(operation.raw["requestBody"])["content"]) == {
                media for media in JSON_AND_XML if media.endswith("json")
            }
        elif "requestBody" in operation.raw:
            assert set(resolved(operation.raw["requestBody"])["content"]) == JSON_AND_XML | {FORM}, id_


def test_links_lead_somewhere():
    """Every link names an operation, parameters that it has, and a body only where it takes one."""
    for name, link in load().raw["components"]["links"].items():
        target = load().operations[link["operationId"]].raw
        known = {resolved(parameter)["name"] for parameter in target["parameters"]}

        assert set(link.get("parameters", ())) <= known, name
        assert "requestBody" not in link or "requestBody" in target, name


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_fits_its_place(name):
    """Every printed sample is valid where the page prints it."""
    operation_id, place, _ = SAMPLES[name]

    assert load().difference(schema_at(operation_id, place), example(name)) is None


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_is_the_printed_one(name):
    """The samples of the document have the values of the page."""
    *_, printed = SAMPLES[name]

    assert {member: example(name).get(member) for member in printed} == printed


def test_list_sample():
    """The printed list holds one webhook, number 3, and is valid as a list."""
    (webhook,) = example("GetAllResponseS1")

    assert (webhook["WebhookId"], webhook["Events"]) == (3, ["ticket.created", "ticket.changed"])
    assert load().difference(schema_at(LIST, "200"), [webhook]) is None


def test_every_sample_is_looked_at():
    """The document keeps the printed samples and two of our own, and this module knows them all."""
    ours = {"JsonPatchOurs", "MergePatchOurs"}

    assert set(load().raw["components"]["examples"]) == {*SAMPLES, *ILLUSTRATIONS, "GetAllResponseS1", *ours}


@pytest.mark.parametrize("name", ILLUSTRATIONS)
def test_illustrations_name_members_of_other_resources(name):
    """The patches that the page prints are kept as they are, and no webhook has what they change."""
    assert example(name) == ILLUSTRATIONS[name]
    assert load().difference(schema_at(PATCH, "request"), example(name)) is not None


@pytest.mark.parametrize("name", ["JsonPatchOurs", "MergePatchOurs"])
def test_our_patches_are_valid(name):
    """The patches that stand in for the printed ones are valid."""
    assert load().difference(schema_at(PATCH, "request"), example(name)) is None


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
        assert difference("WholeWebhook", {name: default[name] for name in default if name != member})
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
        ("2024-04-18T14:34:02.92427051Z", False),
        ("18.04.2024 14:34", False),
        (1713443642, False),
    ],
)
def test_timestamps(moment, valid):
    """A moment has seconds, up to seven digits of a fraction, and an offset or none."""
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
