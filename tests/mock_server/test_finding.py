"""The lists and their filters, `$select`, and the agents."""

from __future__ import annotations

import pytest

TARGET = "http://localhost:9/"


@pytest.fixture(name="full")
def _full(api):
    api.new(Name="Ærlig", Events=["contact.created", "sale.changed"])
    api.new(Name="ærlig", Events=["contact.created"], State="Stopped")
    api.new(Name="100%_!", Events=["contact.createdx", "Sale.Changed"])
    return api


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, [1, 2, 3]),
        ({"nameFilter": ""}, [1, 2, 3]),
        ({"nameFilter": "ÆRLIG"}, [1, 2]),
        ({"NAMEFILTER": "ærli"}, []),
        ({"nameFilter": "100%_!"}, [3]),
        ({"eventFilter": "Contact.Created"}, [1, 2]),
        ({"eventFilter": "contact.%"}, []),
        ({"eventFilter": "sale.changed"}, [1, 3]),
        ({"eventFilter": "contact.created,sale.changed"}, []),
        ({"statusFilter": "stopped"}, [2]),
        ({"statusFilter": "1"}, [1, 3]),
        ({"statusFilter": "Unknown"}, [1, 2, 3]),
        ({"statusFilter": "TooManyErrors"}, []),
        ({"nameFilter": "ærlig", "eventFilter": "contact.created", "statusFilter": "Active"}, [1]),
    ],
    ids=str,
)
def test_filters(full, filters, ids):
    """REST and agent filter alike, and list by id."""
    rest = full("GET", "/Webhook", query_string=filters).json
    agent = full("POST", "/Agents/Webhook/GetAllWebhooks", filters).json

    assert [hook["WebhookId"] for hook in rest] == [hook["WebhookId"] for hook in agent] == ids
    assert all("_Links" not in hook for hook in rest)


def test_unknown_states_are_no_filter(api):
    """A state that nobody knows is refused."""
    assert api("GET", "/Webhook?statusFilter=Gone").status_code == 400
    assert api("POST", "/Agents/Webhook/GetAllWebhooks", {"StatusFilter": 7}).status_code == 400


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_no_filter_at_all(full, body):
    """The agent's list takes an empty body, null and an empty object."""
    answer = full("POST", "/Agents/Webhook/GetAllWebhooks", data=body, content_type="application/json")

    assert len(answer.json) == 3


@pytest.mark.parametrize(
    ("select", "kept"),
    [
        ("name", {"Name"}),
        ("NAME, webhookId", {"Name", "WebhookId"}),
        ("department,category/id", set()),
        ("_links/self", {"_Links"}),
        ("registeredAssociate/Name", {"RegisteredAssociate"}),
    ],
)
def test_select(api, select, kept):
    """Unselected members stay and become null; unknown names mean nothing."""
    api.new()
    whole, chosen = api.read(1), api("GET", "/Webhook/1", query_string={"$SELECT": select}).json

    assert chosen.keys() == whole.keys()
    assert {name for name, value in chosen.items() if value is not None} == kept


def test_nested_selection(api):
    """A path selects one member of a member, unless the whole was selected, too."""
    api.new()
    part = api("GET", "/Webhook/1?$select=RegisteredAssociate/name").json["RegisteredAssociate"]
    whole = api("GET", "/Webhook/1?$select=registeredassociate,RegisteredAssociate/name").json

    assert {name for name, value in part.items() if value is not None} == {"Name"}
    assert whole["RegisteredAssociate"]["AssociateId"] == 1


def test_an_empty_selection_selects_everything(api):
    """Nothing said is everything."""
    api.new()

    assert api("GET", "/Webhook/1?$select=").json == api.read(1)


def test_agents_have_no_links_and_answer_null(api):
    """A missing webhook is null with 200, and gone ones can be deleted again."""
    saved = api("POST", "/Agents/Webhook/SaveWebhook", {"targetUrl": TARGET, "webhookId": None})
    path = "/Agents/Webhook/GetWebhook?WEBHOOKID=1&$select=name"

    assert saved.json["WebhookId"] == 1
    assert "_Links" not in saved.json
    assert api("POST", path, data=b"null").json["TargetUrl"] is None
    for _ in range(2):
        assert api("POST", "/Agents/Webhook/DeleteWebhook?webhookId=1", data=b"null").status_code == 204
    answer = api("POST", path)
    assert (answer.status_code, answer.data) == (200, b"null")


def test_agents_save_replaces(api):
    """SaveWebhook with an id is a whole replacement, and an unknown id is refused."""
    api.new(Secret="s")
    answer = api("POST", "/Agents/Webhook/SaveWebhook", {"WebhookId": 1, "TargetUrl": TARGET, "Name": "n"})

    assert (answer.json["Secret"], answer.json["Name"]) == ("", "n")
    assert (
        api("POST", "/Agents/Webhook/SaveWebhook", {"WebhookId": 7, "TargetUrl": TARGET}).status_code == 404
    )


def test_agents_need_their_parameters(api):
    """A missing or malformed parameter is a 400."""
    for path in ("GetWebhook", "DeleteWebhook?webhookId=", "GetWebhook?webhookId=x", "GetLastError"):
        assert api("POST", f"/Agents/Webhook/{path}").status_code == 400, path


def test_last_errors_are_empty_at_first(api):
    """REST refuses an unknown id, the agent answers an empty text."""
    api.new()

    assert api("GET", "/Webhook/1/LastError").json == ""
    assert api("GET", "/Webhook/2/lasterror").status_code == 404
    assert api("POST", "/Agents/Webhook/GetLastError", {"webhookId": 2}).json == ""


def test_descriptions(api):
    """GET describes an agent's method without calling it; the API lists its operations without a login."""
    assert api("GET", "/Agents/Webhook/SaveWebhook").json["Method"] == "POST"
    assert api("GET", "/Agents/Webhook/Nothing").status_code == 404
    assert len(api("GET", "/api/v1").json) == 18
    assert api("GET", "/Cust7/api/").json["Application"] == "webhook-mock"
    assert api("GET", "/api//v1").status_code == 404
