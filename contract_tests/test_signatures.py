"""How a delivery is signed: which key, as of when, and when not at all."""

from __future__ import annotations

import time

import pytest

from contract_tests.kit import arrange, expect, repeats, signature
from contract_tests.kit.arming import armed
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.run import Run
from contract_tests.kit.telling import KEY, Told, tell
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
    heard = repeats.deliveries(run, arrange.mailbox(told.hook), 2, since=told.since)
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
