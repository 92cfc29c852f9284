"""Creating, reading, replacing and deleting webhooks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

TARGET = "http://localhost:9/"
MOMENT = datetime(2026, 11, 21, 13, 0, 0, 999999, tzinfo=UTC)


def test_ids_ascend_and_never_come_back(api):
    """A deleted id is not given again."""
    first, second = api.new(), api.new()
    api("DELETE", f"/Webhook/{second['WebhookId']}")

    assert (first["WebhookId"], second["WebhookId"], api.new()["WebhookId"]) == (1, 2, 3)


def test_ids_survive_a_restart(make, tmp_path):
    """A database in a file remembers the last id, also of a webhook that is gone."""
    url = f"sqlite:///{tmp_path / 'hooks.db'}"
    before = make(database=url)
    before("DELETE", f"/Webhook/{before.new()['WebhookId']}")

    assert make(database=url).new()["WebhookId"] == 2


def test_a_new_webhook_has_stamps_and_an_author(make):
    """Registered is whole seconds of UTC, Updated is the zero date, and the caller is named."""
    hook = make(clock=lambda: MOMENT).new(Registered="2001-01-01T00:00:00", UpdatedAssociate={"Name": "x"})

    assert hook["Registered"] == "2026-11-21T13:00:00"
    assert hook["Updated"] == "0001-01-01T00:00:00"
    assert hook["RegisteredAssociate"]["Name"] == "tje0"
    assert hook["UpdatedAssociate"] is None


def test_names_match_in_any_case_and_unknown_ones_are_ignored(api):
    """The official client writes camel case."""
    answer = api("POST", "/Webhook", {"nAME": "x", "targetUrl": TARGET, "bogus": 1})

    assert (answer.json["Name"], answer.json["TargetUrl"]) == ("x", TARGET)
    assert "bogus" not in answer.json


def test_numbers_stand_for_names_of_enums(api):
    """State and the flags are taken as numbers, and answered as names."""
    hook = api.new(State=2, NotifyVia=3, NotifyWhen="disabling,firstfailure")

    assert (hook["State"], hook["NotifyVia"], hook["NotifyWhen"]) == (
        "Stopped",
        "Email, InApp",
        "FirstFailure, Disabling",
    )


def test_empty_members_are_empty_and_not_null(api):
    """A saved webhook has empty Headers, Properties, Events and Secret where nothing was sent."""
    hook = api.new(Headers=None, State=None, Type="")

    assert (hook["Headers"], hook["Properties"], hook["Events"], hook["Secret"]) == ({}, {}, [], "")
    assert (hook["State"], hook["Type"]) == ("Active", "webhook")


def test_unknown_becomes_active(api):
    """A webhook is never created in the state Unknown."""
    assert api.new(State="unknown")["State"] == "Active"


def test_older_callers_are_told_by_mail(api):
    """ErrorsEmail alone means what it meant before 12.0, and ErrorEmails alone is shown to older readers."""
    old, young = api.new(ErrorsEmail="a@b.c"), api.new(ErrorEmails=["d@e.f", "g@h.i"])

    assert (old["ErrorEmails"], old["NotifyVia"], old["NotifyWhen"]) == (["a@b.c"], "Email", "Disabling")
    assert young["ErrorsEmail"] == "d@e.f"


def test_a_replaced_webhook_keeps_only_its_identity(api):
    """PUT resets what it does not send; the path's id wins over the body's."""
    hook = api.new(Secret="s", Description="d")
    answer = api("PUT", f"/Webhook/{hook['WebhookId']}", {"WebhookId": 99, "TargetUrl": TARGET}).json

    assert answer["WebhookId"] == hook["WebhookId"]
    assert (answer["Secret"], answer["Description"], answer["Name"]) == ("", None, None)
    assert answer["Registered"] == hook["Registered"]
    assert answer["UpdatedAssociate"]["Name"] == "tje0"


def test_links_are_built_from_the_request(api):
    """Self and Archive have the host and the prefix of the request, whatever a proxy adds."""
    headers = {"Host": "crm.example.com", "X-Forwarded-Host": "elsewhere", "X-Forwarded-Proto": "https"}
    hook = api("POST", "/Cust7/api/v1/Webhook", {"TargetUrl": TARGET}, headers)

    assert hook.json["_Links"] == {
        "Self": "http://crm.example.com/Cust7/api/v1/Webhook/1",
        "Archive": "http://crm.example.com/Cust7/api/v1/Webhook",
    }


def test_tenants_do_not_see_each_other(api):
    """Each prefix counts its own ids."""
    api.new()
    other = api("POST", "/deep/Cust7/api/v1/Webhook", {"TargetUrl": TARGET}).json

    assert other["WebhookId"] == 1
    assert [hook["Name"] for hook in api("GET", "/Webhook").json] == ["A hook"]
    assert api("GET", "/Cust7/api/v1/Webhook").json == []


def test_paths_match_in_any_case(api):
    """The fixed words of a path do not have to be spelled as documented."""
    assert api("GET", "/Cust7/API/V1/webhook/DEFAULT").status_code == 200
    assert api("POST", "/api/v1/agents/WEBHOOK/createdefaultwebhook/").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_ids_are_not_found(api, method):
    """REST says 404 with the documented error object."""
    answer = api(method, "/Webhook/7", {"TargetUrl": TARGET} if method == "PUT" else None)

    assert answer.status_code == 404
    assert answer.json["ErrorType"] == "SoNotFoundException"
    assert answer.json["Message"] == answer.json["ErrorMessage"] == "Webhook with id 7 not found"


@pytest.mark.parametrize("webhook_id", ["abc", "1.5", "99999999999", "٣", "1e3", "%00", "' or 1=1"])
def test_ids_are_whole_numbers(api, webhook_id):
    """What cannot be an id is refused before anything is looked for."""
    assert api("GET", f"/Webhook/{webhook_id}").status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"Name": 1},
        {"Name": "x" * 401},
        {"Name": "a\0b"},
        {"Events": "contact.created"},
        {"Events": ["a b"]},
        {"Events": ["a,b"]},
        {"Events": [""]},
        {"Events": ["x" * 4001]},
        {"TargetUrl": " "},
        {"TargetUrl": None},
        {"TargetUrl": "ftp://example.com/"},
        {"TargetUrl": "http://exa mple.com/"},
        {"TargetUrl": "http://[::1/"},
        {"TargetUrl": "http://h:70000/"},
        {"Secret": "x" * 401},
        {"State": "Sleeping"},
        {"State": 4},
        {"State": True},
        {"Headers": {"a b": "x"}},
        {"Headers": {"": "x"}},
        {"Headers": {"A": "x\r\nB: y"}},
        {"Headers": {"A": 1}},
        {"Headers": []},
        {"Properties": [1]},
        {"Properties": {"a\0": 1}},
        {"WebhookId": "1"},
        {"WebhookId": 2**31},
        {"WebhookId": True},
        {"Registered": "yesterday"},
        {"NotifyVia": 4},
        {"ErrorEmails": [None]},
        {"ErrorAssociates": [{"Id": "1"}]},
    ],
    ids=str,
)
def test_wrong_values_are_refused(api, wrong):
    """A refused POST is a 400 that names the member, and stores nothing."""
    answer = api("POST", "/Webhook", {"TargetUrl": TARGET, **wrong})

    assert answer.status_code == 400
    assert answer.json["ErrorType"] == "ArgumentException"
    assert next(iter(wrong)) in answer.json["Message"]
    assert api("GET", "/Webhook").json == []


def test_the_sizes_are_those_of_the_document(api):
    """Values of exactly the greatest length are kept."""
    assert api.new(Name="ø" * 400, Type="t" * 100, Secret="s" * 400)["Name"] == "ø" * 400


def test_entities_have_an_end(make):
    """A webhook that would be too big is refused."""
    api = make(entity_limit=2000)

    assert api("POST", "/Webhook", {"TargetUrl": TARGET, "Properties": {"a": "x" * 2000}}).status_code == 400


def test_the_zero_entity_is_the_documented_one(api):
    """CreateDefaultWebhook and GET default agree."""
    default = api("GET", "/Webhook/default").json

    assert default == api("POST", "/Agents/Webhook/CreateDefaultWebhook", data=b"null").json
    assert default["Events"] == ["contact.created", "contact.deleted"]
    assert (default["WebhookId"], default["Headers"], default["State"]) == (0, None, "Active")


@pytest.mark.parametrize("zone", ["NO", "us-ny", "UTC", "261", "Europe/Oslo", "no such zone", ""])
@pytest.mark.parametrize("tag", ["", ", includeTZOffset", ",includetzoffset"])
def test_stamps_are_utc_in_every_zone(api, zone, tag):
    """Zones by code, number or name convert no stamp of a webhook; includeTZOffset adds Z to both."""
    hook = api.new()
    shown = api("GET", f"/Webhook/{hook['WebhookId']}", headers={"SO-TimeZone": f"{zone}{tag}"}).json
    mark = "Z" if tag else ""

    assert shown["Registered"] == hook["Registered"] + mark
    assert shown["Updated"] == f"0001-01-01T00:00:00{mark}"
