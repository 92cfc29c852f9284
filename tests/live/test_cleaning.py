"""`clean` removes what runs have left and nothing else; `plan` contacts nobody."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from contract_tests.kit import tag

from .tenants import ask, finished, tenant

LONG_AGO, JUST_NOW = tag.fresh(time.time() - 7_200), tag.fresh()


def test_a_tag_is_unmistakable():
    """It can be found again in any text and letter case, and says when its run began."""
    mark = tag.fresh(1_800_000_000)

    assert tag.find(f"http://127.0.0.1:9/{mark.upper()}/7") == mark
    assert tag.find(f"{mark}-hook-1") == mark
    assert tag.began(mark) == datetime.fromtimestamp(1_800_000_000, UTC)
    assert tag.fresh(1_800_000_000) != mark


@pytest.mark.parametrize(
    "text", ["", None, 7, "wct", "wct0123456789abcdef"[:18], "webhook contract", "wctwctwct"]
)
def test_other_texts_have_no_tag(text):
    """What only looks like a tag is none."""
    assert tag.find(text) is None
    wrong = tag.fresh(0)
    assert tag.find(wrong[:-1] + ("0" if wrong[-1] != "0" else "1")) is None


def saved(place, name: str, url: str) -> int:
    """The id of a new webhook."""
    body = {"Name": name, "TargetUrl": url, "Events": ["a.b"], "Type": "webhook"}
    return ask(place.server, "POST", "/Webhook", body)["WebhookId"]


@pytest.fixture
def place():
    """A tenant with webhooks of two runs, and others that look a little like them."""
    with tenant() as tenancy:
        for mark in (LONG_AGO, JUST_NOW):
            saved(tenancy, f"{mark}-hook-1", "http://127.0.0.1:9/x")
            saved(tenancy, "changed", f"http://127.0.0.1:9/{mark}/2")
        saved(tenancy, "wct0123abcd-hook-1", "http://127.0.0.1:9/wct0123abcd/1")
        saved(tenancy, "theirs", "http://127.0.0.1:9/wct/1")
        yield tenancy


def names(place) -> list[str]:
    return [each["Name"] for each in place.hooks()]


THEIRS = ["wct0123abcd-hook-1", "theirs"]


def test_runs_that_may_still_go_on_are_left_alone(place):
    """Only what is older than an hour is removed, and the rest is counted."""
    status, output, errors = finished("clean", "--target", place.url)

    assert status == 0, errors
    assert names(place) == [f"{JUST_NOW}-hook-1", "changed", *THEIRS]
    assert "2 of 2 webhooks are removed; 2 of younger runs were left alone" in output
    changed = [path for method, path, _, _ in place.recorder.heard if method != "POST"]
    assert changed == ["/api/v1/Webhook/2", "/api/v1/Webhook/1"]


def test_everything_goes_when_it_is_asked_for(place):
    """With no age to reach all runs are cleaned up after; others' webhooks stay."""
    assert finished("clean", "--target", place.url, "--older-than", "0")[0] == 0
    assert names(place) == THEIRS


def test_one_run_is_cleaned_up_after(place):
    """A tag chooses a run, however young it is."""
    assert finished("clean", "--target", place.url, "--tag", JUST_NOW)[0] == 0
    assert names(place) == [f"{LONG_AGO}-hook-1", "changed", *THEIRS]


def test_a_dry_run_only_lists(place):
    """It says what would go, and sends nothing but the question for the list."""
    before = place.hooks()
    status, output, _ = finished("clean", "--target", place.url, "--older-than", "0", "--dry-run")

    assert (status, place.hooks()) == (0, before)
    assert "4 webhooks would be removed" in output
    assert [path for _, path, _, _ in place.recorder.heard] == ["/api/v1/Agents/Webhook/GetAllWebhooks"]


def test_webhooks_that_stay_are_told():
    """A target that refuses to remove is 3, one that only says so is 1."""
    for status, expected in ((403, 3), (204, 1)):
        with tenant(disturb=lambda heard, _, status=status: refusing(heard, status)) as place:
            saved(place, f"{LONG_AGO}-hook-1", "http://127.0.0.1:9/x")
            said = finished("clean", "--target", place.url)

        assert said[0] == expected
        assert f"is left: DELETE /Webhook/1 is answered {status}" in said[1]


def refusing(heard, status: int):
    """Answers each try to remove or stop a webhook so."""
    removes = heard[0] in {"DELETE", "PATCH"} or "deletewebhook" in heard[1].lower()
    return (status, {}, b"") if removes else None


@pytest.mark.parametrize(
    ("options", "status", "named"),
    [
        ((), 2, "--target"),
        (("--target", "ftp://x"), 2, "ftp://x"),
        (("--target", "http://127.0.0.1:9", "--tag", "wct0"), 2, "wct0"),
        (("--target", "http://127.0.0.1:9", "--user", "u", "--token-env", "T"), 2, "--token-env"),
        (("--target", "http://127.0.0.1:9", "--token-env", "NO_SUCH_TOKEN"), 3, "NO_SUCH_TOKEN"),
        (("--target", "http://127.0.0.1:9"), 3, "http://127.0.0.1:9"),
    ],
)
def test_a_clean_up_that_cannot_be_is_one_line(options, status, named):
    """Wrong usage is 2, a silent target 3."""
    said = finished("clean", *options)

    assert (said[0], said[1], len(said[2].splitlines())) == (status, "", 1)
    assert named in said[2]


def test_wrong_credentials_are_told():
    """A list that is refused is no empty list."""
    with tenant(quirks=("wrong_credentials_401",)) as place:
        options = ("--user", "tje0", "--password", "wrong")
        status, _, errors = finished("clean", "--target", place.url, *options)

    assert status == 3
    assert "401" in errors


# ---- plan


def test_a_plan_contacts_nobody():
    """It counts what a run does, says how that was found, and asks the target nothing."""
    with tenant() as place:
        options = ("-k", "webhook.post.ok", "--rate", "2", "--json", "-")
        status, output, errors = finished("plan", "--target", place.url, *options)
        planned = json.loads(output)
        assert place.recorder.heard == []
        report = finished("check", "--target", place.url, "-k", "webhook.post.ok")[1]

    assert status == 0, errors
    assert "embedded mock" in planned["how"]
    assert f"{planned['requests']} requests" in report
    assert planned["requests"] == len(place.recorder.heard) == sum(planned["by_operation"].values())
    assert (
        planned["made"]
        == planned["removed"]
        == sum((method, path) == ("POST", "/api/v1/Webhook") for method, path, _, _ in place.recorder.heard)
        + sum("SaveWebhook" in path for _, path, _, _ in place.recorder.heard)
        - 1
    )
    assert planned["seconds_at_100_ms_an_answer"] >= planned["requests"] / 2


def test_a_plan_for_people_names_what_has_to_be_allowed():
    """Hosts that would be refused are named, and yet the plan is made."""
    status, output, errors = finished(
        "plan", "--target", "https://crm.example.com/T", "-k", "webhook.post.ok"
    )

    assert status == 0, errors
    assert "PATCH /Webhook/{id}" in output
    assert "--allow-host crm.example.com" in output
