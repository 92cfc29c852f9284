"""What a delivery is made of: its signature, its headers, its body, and what happens when it fails."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

import pytest

from contract_tests.kit import arrange, expect, signature, values, ways
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import Blocked, ContractViolation, NotOffered

GUID = re.compile(r"\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)
HEADERS = {"X-Service-Key": "support_integration_v2", "X-Webhook-Version": "1.0", "x-lower": "a=b; c"}
PROPERTIES = {"fieldName": {"inner": "value"}, "Ærlig": {"språk": "norsk", "列": ["漢字", 1]}}
KEY = 952


@dataclass(frozen=True, slots=True)
class Told:
    """A webhook, the event it was told of, and since when."""

    hook: dict[str, Any]
    event: str
    since: float

    def delivery(self, run: Run) -> Delivery:
        """The delivery; Blocked when there is none."""
        return run.delivery(arrange.mailbox(self.hook), since=self.since)


def tell(run: Run, data: dict[str, Any] | None = None, **members: Any) -> Told:
    """Save a webhook and signal its event."""
    hook = arrange.saved(run, **members)
    since = time.monotonic()
    arrange.signalled(run, hook["Events"][0], KEY, data)
    return Told(hook, hook["Events"][0], since)


@armed
def told(run: Run) -> dict[str, Told]:
    """A plain webhook and a rich one, each told of an event."""
    return {
        "plain": tell(run),
        "rich": tell(
            run,
            {"name": "Ada", "category_idx": 7},
            Name=f"{run.fresh()} blåbær 株式会社",
            Headers=HEADERS,
            Properties=PROPERTIES,
            Secret="neque",
        ),
    }


both = pytest.mark.parametrize("kind", ["plain", "rich"])


# ---- the signature

SECRETS = {
    "short": "neque",
    "with blanks": "two words = one secret",
    "base64": "c2VjcmV0+/==",
    "64 bytes": "k" * 64,
    "65 bytes": "k" * 64 + "l",
    "long": "0123456789abcdef" * 12,
}
BEYOND_ASCII = {"latin": "pässwörd ½", "cjk": "秘密のかぎ", "emoji": "key 🔑", "long": "å" * 90}


@armed
def signed(run: Run) -> dict[str, Told]:
    """A webhook for each secret, told of an event."""
    return {secret: tell(run, Secret=secret) for secret in [*SECRETS.values(), *BEYOND_ASCII.values()]}


def is_signed(delivery: Delivery, secret: str) -> None:
    """The delivery carries the signature of its body under the secret."""
    __tracebackhide__ = True
    expect.header(delivery, signature.HEADER, signature.sign(secret, delivery.body))


@checks("delivery.signature")
@pytest.mark.parametrize("secret", SECRETS)
def test_the_signature_is_keyed_with_the_secret(run, signed, secret):
    is_signed(signed[SECRETS[secret]].delivery(run), SECRETS[secret])


@checks("delivery.signature-utf8-key")
@pytest.mark.parametrize("secret", BEYOND_ASCII)
def test_the_key_is_the_secret_in_utf8(run, signed, secret):
    is_signed(signed[BEYOND_ASCII[secret]].delivery(run), BEYOND_ASCII[secret])


PADDED = " blanks around "


@armed
def padded(run: Run) -> Told | None:
    """A webhook whose secret has blanks around it, told of an event; None where it is not kept so."""
    body = arrange.hook(run, Secret=PADDED)
    exchange = arrange.make(run, body)
    if not arrange.went_well(exchange):
        return None
    since = time.monotonic()
    hook = arrange.read(run, expect.webhook_id(exchange))
    arrange.signalled(run, body["Events"][0], KEY)
    return Told(body, body["Events"][0], since) if hook.get("Secret") == PADDED else None


@checks("delivery.signature-utf8-key")
def test_blanks_around_the_secret_are_part_of_the_key(run, padded):
    if padded is None:
        raise NotOffered("the target keeps no Secret with blanks around it")
    is_signed(padded.delivery(run), PADDED)


@checks("delivery.signature-raw-body")
def test_the_signature_is_over_the_bytes_that_were_sent(run, told):
    is_signed(told["rich"].delivery(run), "neque")


@armed
def rekeyed(run: Run) -> dict[str, Told]:
    """Webhooks that were told of an event under one secret, then got another, by either form of a patch."""
    forms = {
        "json-patch": [{"op": "replace", "path": "/Secret", "value": "second"}],
        "merge-patch": {"Secret": "second"},
    }
    after = {}
    for form, changes in forms.items():
        if form == "json-patch" and not run.offers(arrange.PATCH):
            continue
        first = tell(run, Secret="first")
        first.delivery(run)
        arrange.patched(run, first.hook["WebhookId"], changes)
        after[form] = Told(first.hook, first.event, time.monotonic())
        arrange.signalled(run, first.event, KEY)
    return after


@checks("delivery.signature-new-secret")
@pytest.mark.parametrize("form", ["json-patch", "merge-patch"])
def test_the_next_event_is_signed_with_the_new_secret(run, rekeyed, form):
    if form not in rekeyed:
        run.require(arrange.PATCH)
    told = rekeyed[form]
    heard = run.deliveries(arrange.mailbox(told.hook), 2, since=told.since)
    if len(heard) < 2:
        raise run.silence(Blocked("the event after the change of Secret was not delivered"))

    is_signed(heard[1], "second")


@armed
def unsigned(run: Run) -> dict[str, Told]:
    """Webhooks without a secret, or whose secret was removed, told of an event."""
    removed = arrange.saved(run, Secret="gone")
    arrange.patched(run, removed["WebhookId"], {"Secret": None})
    since = time.monotonic()
    arrange.signalled(run, removed["Events"][0])
    return {
        "absent": tell(run),
        "empty": tell(run, Secret=""),
        "null": tell(run, Secret=None),
        "removed": Told(removed, removed["Events"][0], since),
    }


@checks("delivery.unsigned-without-secret")
@pytest.mark.parametrize("secret", ["absent", "empty", "null", "removed"])
def test_there_is_no_signature_without_a_secret(run, unsigned, secret):
    delivery = unsigned[secret].delivery(run)

    came = delivery.headers.get(signature.HEADER)
    expect.that(not came, f"no {signature.HEADER}", came, delivery)


# ---- the body and the headers


@checks("delivery.json")
@both
def test_the_body_is_a_json_object(run, told, kind):
    expect.members(told[kind].delivery(run))


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
    expect.member(told[kind].delivery(run), "PrimaryKey", KEY)


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
    fine = isinstance(body.get("ContextIdentifier"), str) and type(body.get("ChangedByAssociateId")) is int
    expect.that(fine, "ContextIdentifier, a string, and ChangedByAssociateId, an integer", body, delivery)


# ---- what else is told


@armed
def stopped(run: Run) -> Told:
    """A webhook that listens for another one being stopped, which it then is."""
    watched = arrange.saved(run)
    event = f"webhook{watched['WebhookId']}.stopped"
    watcher = arrange.saved(run, Events=[event])
    since = time.monotonic()
    arrange.patched(run, watched["WebhookId"], {"State": "Stopped"})
    return Told(watcher, event, since)


@checks("delivery.state-event")
def test_a_webhook_can_listen_for_another_being_stopped(run, stopped):
    heard = run.deliveries(arrange.mailbox(stopped.hook), 1, since=stopped.since)
    if not heard:
        lacking = ContractViolation(f"a delivery of {stopped.event} within {run.wait:g} s", "none")
        raise run.silence(lacking)

    fine = heard[0].event.lower() in {stopped.event.lower(), "webhook.stopped"}
    expect.that(fine, f"the event {stopped.event}", heard[0].event, heard[0])
