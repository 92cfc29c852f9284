"""How a delivery is signed: which key, as of when, and when not at all."""

from __future__ import annotations

import time

import pytest

from contract_tests.kit import arrange, expect, repeats, signature, ways
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.run import Run
from contract_tests.kit.telling import KEY, Told, is_told, tell, tell_if_kept, tell_if_taken
from contract_tests.kit.verdicts import Blocked, NotOffered

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
def signed(run: Run) -> dict[str, Told | None]:
    """A webhook for each secret that is taken, told of an event."""
    return {secret: tell_if_taken(run, secret) for secret in [*SECRETS.values(), *BEYOND_ASCII.values()]}


def offered(told: Told | None) -> Told:
    """The webhook with such a secret; NotOffered where there is none."""
    if told is None:
        raise NotOffered("the target refuses such a Secret")
    return told


@checks("agent.signal.notifies")
@pytest.mark.parametrize("secret", [*SECRETS.values(), *BEYOND_ASCII.values()])
def test_a_webhook_is_told_whatever_its_secret_is(run, signed, secret):
    told = offered(signed[secret])
    is_told(run, arrange.mailbox(told.hook), 1, told.since, f"a webhook with the Secret {secret!r}")


def is_signed(delivery: Delivery, secret: str) -> None:
    """The delivery carries the signature of its body under the secret."""
    __tracebackhide__ = True
    expect.header(delivery, signature.HEADER, signature.sign(secret, delivery.body))


@checks("delivery.signature")
@pytest.mark.parametrize("secret", SECRETS)
def test_the_signature_is_keyed_with_the_secret(run, signed, secret):
    is_signed(offered(signed[SECRETS[secret]]).delivery(run), SECRETS[secret])


@checks("delivery.signature-utf8-key")
@pytest.mark.parametrize("secret", BEYOND_ASCII)
def test_the_key_is_the_secret_in_utf8(run, signed, secret):
    is_signed(offered(signed[BEYOND_ASCII[secret]]).delivery(run), BEYOND_ASCII[secret])


# What a server may refuse, or keep as another Secret.
ODD = {"padded": " blanks around ", "decomposed": "cafe\u0301"}


@armed
def oddly_signed(run: Run) -> dict[str, Told | None]:
    """A webhook for each odd secret, told of an event."""
    return {kind: tell_if_kept(run, secret) for kind, secret in ODD.items()}


@checks("delivery.signature-utf8-key")
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_secret_is_the_key_as_it_is_kept(run, oddly_signed, kind):
    told = oddly_signed[kind]
    if told is None:
        raise NotOffered(f"the target does not keep the Secret {ODD[kind]!a}")
    is_signed(told.delivery(run), ODD[kind])


@armed
def rekeyed(run: Run) -> dict[str, Told | None]:
    """Webhooks that were told of an event under one secret, then got another, by whatever changes one."""
    forms = {
        "json-patch": [{"op": "replace", "path": "/Secret", "value": "second"}],
        "merge-patch": {"Secret": "second"},
    }
    after: dict[str, Told | None] = {}
    for form, changes in forms.items():
        if form == "json-patch" and not run.offers(arrange.PATCH):
            continue
        first = tell(run, Secret="first")
        first.delivery(run)
        arrange.patched(run, first.hook["WebhookId"], changes)
        after[form] = Told(first.hook, first.event, time.monotonic())
        arrange.signalled(run, first.event, KEY)
    return after | {operation: replaced(run, operation) for operation in filter(run.offers, ways.REPLACES)}


def replaced(run: Run, operation: str) -> Told | None:
    """The same by an operation that replaces; None where it refuses a body like the one that was saved."""
    body = arrange.hook(run, Secret="first")
    first = tell(run, **body)
    first.delivery(run)
    exchange = ways.REPLACES[operation](run, first.hook["WebhookId"], body | {"Secret": "second"})
    if not arrange.went_well(exchange):
        return None
    again = Told(first.hook, first.event, time.monotonic())
    arrange.signalled(run, first.event, KEY)
    return again


@checks("agent.signal.notifies")
@pytest.mark.parametrize("form", ["json-patch", "merge-patch"])
def test_a_webhook_is_told_with_a_new_secret_too(run, rekeyed, form):
    if form not in rekeyed:
        run.require(arrange.PATCH)
    told = rekeyed[form]
    is_told(run, arrange.mailbox(told.hook), 2, told.since, "a webhook that has a new Secret")


@checks("delivery.signature-new-secret")
@pytest.mark.parametrize("way", ["json-patch", "merge-patch", *ways.REPLACES])
def test_the_next_event_is_signed_with_the_new_secret(run, rekeyed, way):
    if way not in rekeyed:
        run.require(way if way in ways.REPLACES else arrange.PATCH)
    told = rekeyed[way]
    if told is None:
        raise NotOffered("the target refuses to replace a webhook by a body like the one it was saved from")
    heard = repeats.deliveries(run, arrange.mailbox(told.hook), 2, since=told.since)
    if len(heard) < 2:
        raise run.silence(Blocked("the event after the change of Secret was not delivered"))

    is_signed(heard[1], "second")


@armed
def unsigned(run: Run) -> dict[str, Told | None]:
    """Webhooks without a secret, or whose secret was removed, told of an event."""
    removed = arrange.saved(run, Secret="gone")
    arrange.patched(run, removed["WebhookId"], {"Secret": None})
    since = time.monotonic()
    arrange.signalled(run, removed["Events"][0])
    return {
        "absent": tell(run),
        "empty": tell_if_taken(run, ""),
        "null": tell(run, Secret=None),
        "removed": Told(removed, removed["Events"][0], since),
    }


@checks("agent.signal.notifies")
@pytest.mark.parametrize("secret", ["empty", "null", "removed"])
def test_a_webhook_is_told_without_a_secret(run, unsigned, secret):
    told = offered(unsigned[secret])
    is_told(run, arrange.mailbox(told.hook), 1, told.since, f"a webhook whose Secret is {secret}")


@checks("delivery.unsigned-without-secret")
@pytest.mark.parametrize("secret", ["absent", "empty", "null", "removed"])
def test_there_is_no_signature_without_a_secret(run, unsigned, secret):
    delivery = offered(unsigned[secret]).delivery(run)

    came = delivery.headers.get(signature.HEADER)
    expect.that(not came, f"no {signature.HEADER}", came, delivery)
