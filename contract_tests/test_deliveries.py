"""What a delivery is made of: its headers and its body."""

from __future__ import annotations

import re
import time

import pytest

from contract_tests.kit import arrange, expect, signature, values, ways
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.run import Run
from contract_tests.kit.telling import HIGHEST_KEY, KEY, Told, is_told, tell

GUID = re.compile(r"\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)
HEADERS = {"X-Service-Key": "support_integration_v2", "X-Webhook-Version": "1.0", "x-lower": "a=b; c"}
PROPERTIES = {"fieldName": {"inner": "value"}, "Ærlig": {"språk": "norsk", "列": ["漢字", 1]}}


@armed
def told(run: Run) -> dict[str, Told]:
    """A plain webhook and a rich one, each told of an event."""
    return {
        "plain": tell(run),
        "rich": tell(
            run,
            {"name": "Ada", "category_idx": 7},
            HIGHEST_KEY,
            Name=f"{run.fresh()} blåbær 株式会社",
            Headers=HEADERS,
            Properties=PROPERTIES,
            Secret="neque",
        ),
    }


KEYS = {"plain": KEY, "rich": HIGHEST_KEY}
both = pytest.mark.parametrize("kind", ["plain", "rich"])


@checks("agent.signal.notifies")
@both
def test_a_webhook_is_told_whatever_it_holds(run, told, kind):
    is_told(run, arrange.mailbox(told[kind].hook), 1, told[kind].since, f"a {kind} webhook")


@checks("delivery.json")
@both
def test_the_body_is_a_json_object(run, told, kind):
    expect.members(told[kind].delivery(run))


@checks("delivery.signature-raw-body")
def test_the_signature_is_over_the_bytes_that_were_sent(run, told):
    delivery = told["rich"].delivery(run)

    expect.header(delivery, signature.HEADER, signature.sign("neque", delivery.body))


@checks("delivery.custom-headers")
@pytest.mark.parametrize("name", HEADERS)
def test_the_headers_of_the_webhook_are_sent(run, told, name):
    expect.header(told["rich"].delivery(run), name, HEADERS[name])


@checks("delivery.properties")
@pytest.mark.parametrize("name", PROPERTIES)
def test_the_properties_of_the_webhook_are_in_the_body(run, told, name):
    delivery = told["rich"].delivery(run)

    body = expect.members(delivery)
    fine = any(values.equal(each, PROPERTIES[name]) for each in values.anywhere(name, body))
    expect.that(fine, f"{name} {PROPERTIES[name]} in the body", body, delivery)


@checks("delivery.content-type")
@both
def test_the_content_type_is_json(run, told, kind):
    delivery = told[kind].delivery(run)

    media_type = delivery.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    expect.that(media_type == "application/json", "application/json", media_type, delivery)


@checks("delivery.user-agent")
def test_the_sender_names_itself(run, told):
    delivery = told["plain"].delivery(run)

    agent = delivery.headers.get("User-Agent", "")
    expect.that(agent.startswith("NetServer-Webhook/"), "User-Agent: NetServer-Webhook/…", agent, delivery)


@checks("delivery.event-header")
@both
def test_a_header_names_the_event(run, told, kind):
    expect.header(told[kind].delivery(run), "X-SuperOffice-Event", told[kind].event)


@checks("delivery.event-id")
@both
def test_event_ids_are_guids(run, told, kind):
    delivery = told[kind].delivery(run)

    for came in expect.event_ids(delivery):
        expect.that(bool(GUID.fullmatch(str(came))), "a GUID as EventId", came, delivery)


@checks("delivery.event-id-agrees")
@both
def test_header_and_body_have_one_event_id(run, told, kind):
    delivery = told[kind].delivery(run)

    ids = [str(each).strip("{}").lower() for each in expect.event_ids(delivery)]
    expect.that(ids[0] == ids[1], "one EventId in header and body", ids, delivery)


@checks("delivery.event-id-new")
def test_two_events_have_two_ids(run, told):
    ids = [expect.event_id(told[kind].delivery(run)) for kind in ("plain", "rich")]

    expect.that(ids[0] != ids[1], "two EventIds", ids, told["rich"].delivery(run))


@checks("delivery.event")
@both
def test_the_body_names_the_event(run, told, kind):
    expect.member(told[kind].delivery(run), "Event", told[kind].event)


@checks("delivery.entity")
def test_the_body_names_the_entity(run, told):
    expect.member(told["plain"].delivery(run), "Entity", told["plain"].event.partition(".")[0])


@checks("delivery.primary-key")
@both
def test_the_body_has_the_primary_key(run, told, kind):
    expect.member(told[kind].delivery(run), "PrimaryKey", KEYS[kind])


@armed
def keyless(run: Run) -> Told:
    """A webhook told of an event with the key 0, which is for none."""
    return tell(run, key=0)


@checks("agent.signal.notifies")
def test_a_webhook_is_told_of_an_event_without_a_key(run, keyless):
    is_told(run, arrange.mailbox(keyless.hook), 1, keyless.since, "a webhook of an event with the key 0")


@checks("delivery.primary-key")
def test_the_key_0_is_in_the_body_too(run, keyless):
    expect.member(keyless.delivery(run), "PrimaryKey", 0)


@armed
def told_by_path(run: Run) -> Told:
    """A webhook whose event is signalled with the key in the path of the request."""
    run.require("v1Webhook_SignalEvent")
    hook = arrange.saved(run)
    since = time.monotonic()
    arrange.arranging(arrange.succeeded)(ways.signal_in_path(run, hook["Events"][0], KEY, {}))
    return Told(hook, hook["Events"][0], since)


@checks("delivery.primary-key")
def test_a_key_in_the_path_is_an_integer_in_the_body(run, told_by_path):
    expect.member(told_by_path.delivery(run), "PrimaryKey", KEY)


@checks("delivery.changes")
@both
def test_changes_is_an_array_of_strings(run, told, kind):
    delivery = told[kind].delivery(run)

    came = expect.members(delivery).get("Changes")
    fine = isinstance(came, list) and all(isinstance(each, str) for each in came)
    expect.that(fine and (kind == "rich" or came == []), "Changes, an array of strings", came, delivery)


@checks("delivery.webhook-name")
@both
def test_the_body_has_the_name_of_the_webhook(run, told, kind):
    expect.member(told[kind].delivery(run), "WebhookName", told[kind].hook["Name"])


@checks("delivery.timestamp")
def test_the_body_has_the_time_of_the_event(run, told):
    delivery = told["plain"].delivery(run)

    clock = arrange.signalled(run, f"{run.entity()}.asked")
    skew = clock.server_time - clock.received
    expect.now(delivery, "Timestamp", expect.members(delivery), delivery.received + skew)


@checks("delivery.context")
def test_the_body_tells_the_context(run, told):
    delivery = told["plain"].delivery(run)

    body = expect.members(delivery)
    who = values.whole(body.get("ChangedByAssociateId"))
    fine = isinstance(body.get("ContextIdentifier"), str) and type(who) is int
    expect.that(fine, "ContextIdentifier, a string, and ChangedByAssociateId, an integer", body, delivery)
