"""The document: valid, complete, true to the printed samples, and precise enough to be fuzzed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
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
