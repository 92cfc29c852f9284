"""A run is about the operations that it was asked about, and makes do with those that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests.kit import profiles
from contract_tests.kit.profiles import Asked
from contract_tests.offers import NoOffers, offers
from openapi import clauses, document
from tests.strangers import running
from tests.targets.runs import check

EVERY = frozenset(document.load().operations)
OURS = Path(document.__file__).with_name("api.yaml")


# ---- which operations


def test_the_profiles_are_parts_of_the_document():
    """core are the four seeds; REST and agents share nothing and are everything together."""
    parts = {name: profiles.operations(name) for name in profiles.PROFILES}

    assert {name: len(part) for name, part in parts.items()} == {
        "core": 4,
        "rest": 10,
        "agents": 8,
        "all": 18,
    }
    assert parts["rest"] | parts["agents"] == parts["all"] == EVERY
    assert not parts["rest"] & parts["agents"]


def test_everything_is_asked_about_all():
    """With all operations there is no clause that cannot be asked about."""
    assert Asked(EVERY).clauses == {*clauses.load()}


@pytest.mark.parametrize(
    ("profile", "clause", "is_asked"),
    [
        ("core", "webhook.get.ok", False),
        ("core", "delivery.signature", True),
        ("core", "auth.required", True),
        ("rest", "agent.signal.no-content", False),
        ("rest", "delivery.signature", True),
        ("rest", "auth.required", True),
        ("rest", "webhook.signal.ok", True),
        ("agents", "webhook.patch.ok", False),
        ("agents", "delivery.signature-new-secret", True),
        ("agents", "agent.list.filters-follow-changes", True),
        ("agents", "robust.malformed-body", True),
        ("agents", "robust.hostile-ids", False),
    ],
)
def test_a_clause_is_asked_about_where_something_shows_it(profile, clause, is_asked):
    """Deliveries can be seen with any way to signal; a page is about its own operation alone."""
    assert (clause in Asked(profiles.operations(profile)).clauses) is is_asked


# ---- a file of offers


@pytest.mark.parametrize(
    "text",
    [
        "v1Webhook_PostWebhook\nv1Webhook_GetWebhook\n",
        "# what we have\nv1Webhook_PostWebhook  # makes one\n\nv1Webhook_GetWebhook",
        "- v1Webhook_PostWebhook\n- v1Webhook_GetWebhook\n",
        '["v1Webhook_PostWebhook", "v1Webhook_GetWebhook"]',
    ],
    ids=["lines", "comments", "YAML", "JSON"],
)
def test_a_list_of_ids_is_read(text, tmp_path):
    """Lines, a list of YAML and one of JSON say the same."""
    file = tmp_path / "offers.txt"
    file.write_text(text, encoding="utf-8")

    asked = offers(file)

    assert asked.operations == {"v1Webhook_PostWebhook", "v1Webhook_GetWebhook"}
    assert asked.demanded == asked.operations
    assert "offers.txt" in asked.by


def test_our_own_document_offers_everything():
    """The document of this project has all operations."""
    assert offers(OURS).operations == EVERY


THEIRS = """
openapi: 3.0.1
paths:
  /tenant/api/v1/webhook/{hookId}:
    parameters: []
    patch: {operationId: Change}
    get: {}
  /v1/Agents/Webhook/SignalEvent: {post: {}}
  /v1/Agents/Contact/GetContact: {post: {}}
  /v1/Webhook/{event}/{key}: {post: {}}
"""


def test_another_document_is_matched_by_methods_and_paths(tmp_path):
    """Base, letter case, names of parameters and ids of operations are their own."""
    file = tmp_path / "theirs.yaml"
    file.write_text(THEIRS, encoding="utf-8")

    assert offers(file).operations == {
        "v1Webhook_PatchWebhook",
        "v1Webhook_GetWebhook",
        "v1Webhook_SignalEvent",
        "v1WebhookAgent_SignalEvent",
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("v1Webhook_PostWebhok", "v1Webhook_PostWebhook"),
        ("", "no operation"),
        ("openapi: 3.0.1\npaths: {/pets: {get: {}}}", "no operation"),
    ],
    ids=["misspelled", "empty", "another API"],
)
def test_a_file_without_offers_is_refused(text, named, tmp_path):
    """What is no operation is named, with the nearest one that is."""
    file = tmp_path / "offers.txt"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(NoOffers, match=named):
        offers(file)


# ---- runs

DEMANDED = "webhook.put.ok"


@pytest.mark.parametrize(
    ("offer", "word"),
    [
        ("core", "signature-new-secret"),
        ("rest", "signature-new-secret"),
        ("rest", "auth.required"),
        ("agents", "signature-new-secret"),
        ("agents", "robust.malformed-body"),
    ],
)
def test_set_ups_use_what_is_offered(offer, word):
    """With a part of the operations alone a clause is answered that any part can show."""
    with running(offer=offer, quirks=["wrong_credentials_401"]) as url:
        ran = check("--target", url, "--profile", offer, "-k", word, "--user", "tje0", "--password", "Tje0")

    assert ran.status == 0, ran.out
    assert set(ran.verdicts.values()) == {"kept"}
    assert ran.report["left_behind"] == []


@pytest.mark.parametrize(("offer", "stopped"), [("core", True), ("all", False)])
def test_webhooks_that_nothing_deletes_are_counted(offer, stopped):
    """Where there is no operation that deletes, the report tells how many webhooks stay, Stopped."""
    with running(offer=offer) as url:
        ran = check("--target", url, "--only", "core", "-k", "webhook.post.ok")

    assert (ran.report["stopped"] > 1, "the target has no DELETE" in ran.out) == (stopped, stopped)
    assert ran.report["left_behind"] == []


def test_webhooks_are_changed_by_saving_where_there_are_agents_alone():
    """A clause that needs a change is shown with SaveWebhook."""
    with running(offer="agents") as url:
        ran = check("--target", url, "--profile", "agents", "-k", "filters-follow-changes")

    assert ran.verdicts == {"agent.list.filters-follow-changes": "kept"}, ran.out


def test_what_a_profile_asks_for_has_to_be_there():
    """A missing operation is broken, in words that say who asks and what came; the run fails."""
    with running(offer="core") as url:
        ran = check("--target", url, "--profile", "rest", "-k", DEMANDED)

    assert ran.status == 1
    assert ran.report["missing"][-1] == "PUT /Webhook/{id}"
    told = ran.reasons("broken")[DEMANDED]
    assert "PUT /Webhook/{id}, which the profile rest asks for" in told
    assert "404 to a webhook that exists" in told
    assert any("curl" in line for line in ran.report["clauses"][0]["failure"]["script"])


@pytest.mark.parametrize("options", [(), ("--only", "rest"), ("--only", "all")], ids=" ".join)
def test_nobody_insists_on_what_was_not_asked_for(options):
    """Without a profile a missing operation is not offered, which is no failure."""
    with running(offer="core") as url:
        ran = check("--target", url, "-k", DEMANDED, *options)

    assert ran.status == 0
    assert ran.verdicts == {DEMANDED: "not offered"}
    assert "PUT /Webhook/{id}" in ran.reasons("not offered")[DEMANDED]


@pytest.mark.parametrize("quirk", ["unheard_of_400", "unheard_of_403", "unheard_of_501"])
def test_what_is_missing_may_be_said_in_other_words(quirk):
    """A dispatcher or a gateway has a status of its own for what it does not know."""
    with running(offer="core", quirks=[quirk]) as url:
        ran = check("--target", url, "-k", "agent.delete.ok")

    assert ran.verdicts == {"agent.delete.ok": "not offered"}


@pytest.mark.parametrize("quirk", ["unheard_of_400", "unheard_of_403", "unheard_of_501"])
def test_agents_alone_may_stand_behind_a_gateway(quirk):
    """Who refuses every other address has nothing against the credentials."""
    with running(offer="agents", quirks=[quirk]) as url:
        ran = check("--target", url, "-k", "agent.save.ok")

    assert ran.verdicts == {"agent.save.ok": "kept"}, ran.err


def test_a_file_insists_too(tmp_path):
    """A missing operation of --offers fails the run, and the file is named."""
    file = tmp_path / "ours.txt"
    file.write_text("v1Webhook_PostWebhook\nv1Webhook_PutWebhook", encoding="utf-8")
    with running(offer="core") as url:
        ran = check("--target", url, "--offers", str(file), "-k", DEMANDED)

    assert ran.status == 1
    assert "the file ours.txt asks for" in ran.reasons("broken")[DEMANDED]


@pytest.mark.parametrize(
    "options",
    [("--profile", "core", "--only", "core"), ("--profile", "no-such"), ("--offers", "no-such")],
    ids=" ".join,
)
def test_wrong_usage_is_one_line(options):
    """Two ways to say it, or an unknown one, end with 2."""
    ran = check("--target", "http://127.0.0.1:9", *options)

    assert (ran.status, ran.err.count("\n")) == (2, 1)
