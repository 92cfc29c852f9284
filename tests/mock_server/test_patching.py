"""PATCH in both forms, and the conditions of a request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

START = datetime(2026, 11, 21, 13, 0, 0, tzinfo=UTC)
EVENTS = ["a.b", "c.d", "e.f"]


@pytest.mark.parametrize(
    ("operation", "member", "expected"),
    [
        ({"op": "replace", "path": "/Name", "value": "new"}, "Name", "new"),
        ({"op": "ADD", "path": "nAmE", "value": "new"}, "Name", "new"),
        ({"Op": "replace", "Path": "/State", "Value": "stopped"}, "State", "Stopped"),
        ({"op": "remove", "path": "/Name"}, "Name", None),
        ({"op": "remove", "path": "/Events"}, "Events", []),
        ({"op": "remove", "path": "/State"}, "State", "Active"),
        ({"op": "add", "path": "/Events/-", "value": "g.h"}, "Events", [*EVENTS, "g.h"]),
        ({"op": "add", "path": "events/3", "value": "g.h"}, "Events", [*EVENTS, "g.h"]),
        ({"op": "add", "path": "/Events/1", "value": "g.h"}, "Events", ["a.b", "g.h", "c.d", "e.f"]),
        ({"op": "replace", "path": "/Events/2", "value": "g.h"}, "Events", ["a.b", "c.d", "g.h"]),
        ({"op": "remove", "path": "/Events/0"}, "Events", ["c.d", "e.f"]),
        ({"op": "add", "path": "/Headers/X-New", "value": "1"}, "Headers", {"X-Old": "o", "X-New": "1"}),
        ({"op": "add", "path": "/Headers/x-old", "value": "1"}, "Headers", {"X-Old": "o", "x-old": "1"}),
        ({"op": "replace", "path": "/headers/x-old", "value": "1"}, "Headers", {"X-Old": "1"}),
        ({"op": "remove", "path": "/Headers/X-Old"}, "Headers", {}),
        (
            {"op": "add", "path": "/Properties/a~1b~01", "value": 1},
            "Properties",
            {"k": {"l": [1]}, "a/b~1": 1},
        ),
        ({"op": "add", "path": "/Properties/k/l/-", "value": None}, "Properties", {"k": {"l": [1, None]}}),
        ({"op": "add", "path": "/Properties/", "value": 1}, "Properties", {"k": {"l": [1]}, "": 1}),
        ({"op": "replace", "path": "/WebhookId", "value": 9}, "WebhookId", 1),
        ({"op": "remove", "path": "/Registered"}, "Registered", "2026-11-21T13:00:00"),
    ],
    ids=str,
)
def test_json_patch(make, operation, member, expected):
    """Each operation at each kind of place."""
    api = make(clock=lambda: START)
    api.new(Events=EVENTS, Headers={"X-Old": "o"}, Properties={"k": {"l": [1]}})
    answer = api.patch(1, [operation])

    assert answer.status_code == 200, answer.text
    assert answer.json[member] == api.read(1)[member] == expected


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"op": "move", "path": "/Name", "from": "/Secret"}, 400),
        ({"op": "copy", "path": "/Name", "from": "/Secret"}, 400),
        ({"op": "replace", "path": "/Nam", "value": ""}, 400),
        ({"op": "replace", "path": "/_Links", "value": {}}, 400),
        ({"op": "replace", "path": "", "value": {}}, 400),
        ({"op": "replace", "path": "/", "value": {}}, 400),
        ({"op": "replace", "path": 1, "value": {}}, 400),
        ({"op": "replace", "path": "/Name"}, 400),
        ({"op": "replace", "path": "/Name~2", "value": ""}, 400),
        ({"op": "replace", "path": "/Name/x", "value": ""}, 400),
        ({"op": "replace", "path": "/State", "value": "Gone"}, 400),
        ({"op": "replace", "path": "/TargetUrl", "value": ""}, 400),
        ({"op": "remove", "path": "/TargetUrl"}, 400),
        ({"op": "add", "path": "/Events/9", "value": "x"}, 400),
        ({"op": "add", "path": "/Events/-1", "value": "x"}, 400),
        ({"op": "add", "path": "/Events/01", "value": "x"}, 400),
        ({"op": "add", "path": "/Events/-", "value": 1}, 400),
        ({"op": "replace", "path": "/Events/-", "value": "x"}, 400),
        ({"op": "remove", "path": "/Events/3"}, 400),
        ({"op": "remove", "path": "/Headers/None"}, 400),
        ({"op": "add", "path": "/Headers/a b", "value": "x"}, 400),
        ({"op": "add", "path": "/Properties/a/b", "value": "x"}, 400),
        ({"path": "/Name", "value": ""}, 400),
        (7, 400),
        ({"op": "test", "path": "/Name", "value": "other"}, 409),
        ({"op": "test", "path": "/Events/7", "value": "other"}, 409),
        ({"op": "test", "path": "/Events/0/x", "value": "other"}, 409),
        ({"op": "test", "path": "/Headers/None", "value": None}, 409),
        ({"op": "test", "path": "/State", "value": "Gone"}, 409),
        ({"op": "test", "path": "/Properties", "value": {"n": True}}, 409),
    ],
    ids=str,
)
def test_refused_operations_change_nothing(api, operation, status):
    """Whatever is refused, nothing of the whole patch is stored."""
    before = api.new(Events=EVENTS, Properties={"n": 1})
    answer = api.patch(1, [{"op": "replace", "path": "/Name", "value": "half"}, operation])

    assert answer.status_code == status, answer.text
    assert api.read(1) == before


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/State", "value": 1},
        {"op": "test", "path": "STATE", "value": "active"},
        {"op": "test", "path": "/Events/2", "value": "e.f"},
        {"op": "test", "path": "/Properties", "value": {"n": 1.0}},
        {"op": "test", "path": "/RegisteredAssociate/name", "value": "tje0"},
        {"op": "test", "path": "/UpdatedAssociate", "value": None},
    ],
    ids=str,
)
def test_a_patch_of_tests_saves_nothing(api, operation):
    """Tests that hold answer 200 and leave Updated alone."""
    before = api.new(Events=EVENTS, Properties={"n": 1})

    assert api.patch(1, [operation]).json == before


@pytest.mark.parametrize(
    ("changes", "member", "expected"),
    [
        ({"name": "new"}, "Name", "new"),
        ({"Name": None}, "Name", None),
        ({"Events": ["x.y"]}, "Events", ["x.y"]),
        ({"Events": "x.y"}, "Events", ["a.b", "x.y"]),
        ({"Events": None}, "Events", []),
        ({"Headers": {"B": "2"}}, "Headers", {"A": "1", "B": "2"}),
        ({"Headers": {"A": None, "C": None}}, "Headers", {}),
        ({"Headers": None}, "Headers", {}),
        ({"Properties": {"p": {"q": {"r": None, "s": 2}}}}, "Properties", {"p": {"q": {"s": 2}}}),
        ({"Properties": {"new": {"a": None, "b": 1}}}, "Properties", {"p": {"q": {"r": 1}}, "new": {"b": 1}}),
        ({"Properties": {"p": [None]}}, "Properties", {"p": [None]}),
        ({"Properties": {"a/b~c": 1}}, "Properties", {"p": {"q": {"r": 1}}, "a/b~c": 1}),
        ({"ErrorAssociates": {"Id": 5}}, "ErrorAssociates", [{"Id": 5}]),
        ({"_Links": {"Self": "x"}}, "Name", "A hook"),
    ],
    ids=str,
)
def test_merge_patch(api, changes, member, expected):
    """RFC 7396, but what meets an array of the webhook is appended to it."""
    api.new(Events=["a.b"], Headers={"A": "1"}, Properties={"p": {"q": {"r": 1}}})
    answer = api.patch(1, changes)

    assert answer.status_code == 200, answer.text
    assert answer.json[member] == api.read(1)[member] == expected


@pytest.mark.parametrize("changes", [{"Nam": 1}, {"Events": {"a": 1}}, {"Name": {}}, 7, "x", None])
def test_refused_merges(api, changes):
    """What cannot be merged is refused."""
    api.new()

    assert api.patch(1, changes, data=b"null" if changes is None else None).status_code == 400


@pytest.mark.parametrize("changes", [[], {}])
def test_empty_patches_save_nothing(api, changes):
    """An empty patch answers the webhook as it is."""
    before = api.new()

    assert api.patch(1, changes, content_type="application/json").json == before


def test_the_shape_of_a_body_decides(api):
    """Either form is taken under either media type."""
    api.new()
    merge = api.patch(1, {"Name": "m"}, content_type="application/json-patch+json")
    steps = [{"op": "add", "path": "Secret", "value": "s"}]

    assert merge.json["Name"] == "m"
    assert api.patch(1, steps, content_type="application/merge-patch+json").json["Secret"] == "s"


def test_refusals_come_in_order(api):
    """First what is malformed, then who is missing, then what has changed, then what conflicts."""
    api.new()
    stale = {"If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}
    conflict = [{"op": "test", "path": "/Name", "value": "other"}]
    malformed = [{"op": "leap", "path": "/Name"}]

    assert api.patch(9, malformed, headers=stale).status_code == 400
    assert api.patch(9, conflict, headers=stale).status_code == 404
    assert api.patch(1, conflict, headers=stale).status_code == 412
    assert api.patch(1, conflict).status_code == 409


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Sat, 21 Nov 2026 13:00:10 GMT", 200),
        ("Sat, 21 Nov 2026 13:00:09 GMT", 412),
        ("Sat, 21 Nov 2026 14:00:10 +0100", 200),
        ("Saturday, 21-Nov-26 13:00:09 GMT", 412),
        ("Sat Nov 21 13:00:09 2026", 412),
        ("2026-11-21T13:00:09Z", 200),
        ("yesterday", 200),
        ("Sat, 32 Nov 2026 99:00:09 GMT", 200),
        ("", 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_unmodified_since(make, method, header, status):
    """Whole seconds count, the same second is unchanged, and what is no date is ignored."""
    times = iter([START, START + timedelta(seconds=10.5), START + timedelta(hours=1)])
    api = make(clock=lambda: next(times))
    hook = api.new()
    api.patch(1, {"Name": "changed"})
    body = {"PUT": hook, "PATCH": {"Name": "x"}}.get(method)
    answer = api(method, "/Webhook/1", body, {"If-Unmodified-Since": header})

    assert answer.status_code == (204 if (method, status) == ("DELETE", 200) else status), answer.text


def test_modified_since(make):
    """GET answers 304 without a body while nothing has changed."""
    api = make(clock=lambda: START)
    api.new()
    same, later = (
        api("GET", "/Webhook/1", headers={"If-Modified-Since": date})
        for date in ("Sat, 21 Nov 2026 13:00:00 GMT", "Sat, 21 Nov 2026 12:59:59 GMT")
    )

    assert (same.status_code, same.data) == (304, b"")
    assert later.status_code == 200


def test_an_active_hook_begins_anew(api):
    """Setting State back to Active forgives the consecutive errors."""
    from mock_server.web.app import service_of

    api.new(State="TooManyErrors")
    with service_of(api.app).store.writing() as rows:
        rows.count("", 1, "refused")

    assert api.read(1)["ConsecutiveErrors"] == 1
    assert api.patch(1, {"State": "Active"}).json["ConsecutiveErrors"] == 0
    assert (api.read(1)["ConsecutiveErrors"], api.read(1)["TotalErrors"]) == (0, 1)
