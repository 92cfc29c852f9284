"""A run goes elsewhere only when told, and makes sure first that it can clean up there."""

from __future__ import annotations

import json
import re
from base64 import b64decode

import pytest

from contract_tests.kit.address import is_loopback, not_allowed
from contract_tests.kit.receiver import Receiver
from contract_tests.kit.run import Run
from contract_tests.kit.target import Target, basic
from contract_tests.test_authentication import forged
from tests.kit.servers import Answer, Heard

from .tenants import finished, tenant


def elsewhere(url: str) -> str:
    """The same server under an address that is not among the loopback ones, although it leads there."""
    return url.replace("127.0.0.1", "0.0.0.0")  # noqa: S104  # nothing is bound to it


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104  # nothing is bound to it
        ("10.0.0.1", False),
        ("::2", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("", False),
    ],
)
def test_loopback(host, loopback):
    """Names that only look like this machine are not."""
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("url", "allowed", "fine"),
    [
        (None, [], True),
        ("http://127.0.0.1:1/T", [], True),
        ("https://crm.example.com/T", [], False),
        ("https://crm.example.com/T", ["CRM.example.com"], True),
        ("https://crm.example.com/T", ["example.com", "crm.example.org"], False),
        ("https://user@crm.example.com@other.example.com/", ["crm.example.com"], False),
        ("http://[2001:db8::1]/", ["2001:db8::1"], True),
        ("http://[2001:db8::1]/", ["[2001:db8::1]"], True),
    ],
)
def test_hosts_are_allowed_by_name(url, allowed, fine):
    """Only the whole name counts, in any letter case."""
    assert (not_allowed(url, allowed) == "") is fine


@pytest.mark.parametrize("command", ["check", "clean"])
def test_another_host_has_to_be_allowed(command):
    """Without the option nothing is sent, and the line says which option it is and why."""
    with tenant() as place:
        status, output, errors = finished(command, "--target", elsewhere(place.url))

    assert (status, output, len(errors.splitlines())) == (2, "", 1)
    assert "--allow-host 0.0.0.0" in errors
    assert "webhooks would be made, changed and removed there" in errors
    assert place.recorder.heard == []


# ---- the canary


def heard(place) -> list[str]:
    """The requests so far, without their hosts and ids."""
    return [re.sub(r"\d+$", "N", f"{method} {path}") for method, path, _, _ in place.recorder.heard]


def test_the_first_webhook_is_read_and_removed_before_others_are_made():
    """POST, GET, DELETE, and a look at the list; only then the rest."""
    with tenant() as place:
        options = ("--allow-host", "0.0.0.0", "-k", "webhook.post.ok")  # noqa: S104
        status, output, errors = finished("check", "--target", elsewhere(place.url), *options)
        left = place.hooks()

    assert (status, left) == (0, []), output + errors
    assert heard(place)[:6] == [
        "POST /api/v1/Agents/Webhook/GetAllWebhooks",
        "POST /api/v1/Webhook",
        "GET /api/v1/Webhook/N",
        "DELETE /api/v1/Webhook/N",
        "POST /api/v1/Agents/Webhook/GetAllWebhooks",
        "POST /api/v1/Webhook",
    ]


def test_a_target_that_only_stops_will_do():
    """Where nothing deletes, the first webhook is read from the list and stopped."""
    with tenant(offer="core") as place:
        options = ("--allow-host", "0.0.0.0", "-k", "webhook.post.ok")  # noqa: S104
        status, output, errors = finished("check", "--target", elsewhere(place.url), *options)
        states = {each["State"] for each in place.hooks()}

    assert (status, states) == (0, {"Stopped"}), output + errors


def broken_step(method: str, answer: Answer):
    """Disturbs every request of a method."""

    def disturb(heard: Heard, _number: int) -> Answer | None:
        return answer if heard[0] == method else None

    return disturb


def no_deletion(heard: Heard, _number: int) -> Answer | None:
    """Refuses each way to remove or stop a webhook."""
    method, path, _, _ = heard
    removes = method in {"DELETE", "PATCH"} or path.lower().partition("?")[0].endswith("/deletewebhook")
    return (403, {}, b"{}") if removes else None


def unreadable(heard: Heard, _number: int) -> Answer | None:
    """Shows nothing of what is there."""
    return (500, {}, b"") if heard[0] == "GET" or heard[1].lower().endswith("getallwebhooks") else None


def no_id(heard: Heard, _number: int) -> Answer | None:
    """Answers a POST without making anything."""
    return (200, {}, b'{"Name": "x"}') if heard[:2] == ("POST", "/api/v1/Webhook") else None


@pytest.mark.parametrize(
    ("disturb", "step", "behind"),
    [
        (
            no_deletion,
            "cannot be removed: DELETE /Webhook/1 is answered 403",
            r"webhook 1 \(wct\w+\) is left",
        ),
        (
            broken_step("DELETE", (204, {}, b"")),
            "was not removed: DELETE /Webhook/1 is answered 204",
            "webhook 1",
        ),
        (unreadable, "cannot be read back", "nothing is left behind"),
        (no_id, "has no new WebhookId", "nothing is left behind"),
    ],
    ids=["no deletion", "forgets to delete", "unreadable", "no id"],
)
def test_a_run_stops_where_the_first_webhook_fails(disturb, step, behind):
    """On another host nothing more is made; the line says which step failed and what is left behind."""
    with tenant(disturb=disturb) as place:
        options = ("--allow-host", "0.0.0.0")  # noqa: S104  # nothing is bound to it
        status, output, errors = finished("check", "--target", elsewhere(place.url), *options)
        left = place.hooks()

    assert (status, output, len(errors.splitlines())) == (3, "", 1), errors
    assert step in errors
    assert re.search(behind, errors), errors
    assert heard(place).count("POST /api/v1/Webhook") == 1
    assert bool(left) is ("webhook 1" in behind)


def test_a_target_of_this_machine_is_judged_all_the_same():
    """DELETE that forgets to delete is a broken promise there, and what it leaves behind another."""
    with tenant(disturb=broken_step("DELETE", (204, {}, b""))) as place:
        status, output, errors = finished("check", "--target", place.url, "-k", "webhook.delete")

    assert status == 1, errors
    assert "DELETE Webhook/{id} answers 204, and the webhook is gone." in output
    assert "is answered 204, and it is as before" in output


def test_what_is_kept_against_its_word_is_the_targets_fault():
    """Every clause is kept, and yet the run fails: the answer to DELETE was a lie."""
    with tenant(disturb=broken_step("DELETE", (204, {}, b""))) as place:
        status, output, _ = finished("check", "--target", place.url, "-k", "webhook.post.ok")

    assert status == 1
    assert "the target keeps what it said to have removed" in output


def test_what_cannot_be_removed_leaves_the_run_incomplete(tmp_path):
    """A refusal to delete is no lie; the run is incomplete, and its report says what is left."""
    file = tmp_path / "report.json"
    with tenant(disturb=no_deletion) as place:
        options = ("-k", "webhook.post.ok", "--json", str(file))
        status, output, _ = finished("check", "--target", place.url, *options)
        left = [each["WebhookId"] for each in place.hooks()]

    report = json.loads(file.read_text(encoding="utf-8"))
    assert status == 3
    assert "not all that the run has made could be removed" in output
    assert [each["id"] for each in report["left_behind"]] == left
    assert report["clean_up"].startswith(f"webhook-contract clean --target={place.url} --tag=wct")


def test_elsewhere_no_user_is_given_a_wrong_password():
    """A server may lock out whoever has a wrong password too often."""
    with Receiver().listening() as receiver:
        run = Run(Target("https://crm.example.com", basic("me", "secret")), receiver, "tag")

        names = [b64decode(each["Authorization"][6:]).partition(b":")[0] for each in forged(run).values()]

    assert names == [b"nobody-tag"]
