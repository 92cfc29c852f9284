"""Mail about failing webhooks: when, to whom, and over a real connection."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import time

import pytest
from aiosmtpd.controller import Controller

from mock_server import Settings, create_app
from mock_server.deliveries.mails import address
from mock_server.errors import MailServerError
from tests.mock_server.waiting import disabled, until

FAST = (0, 0.01, 0.01)
BOTH = {"NotifyVia": "Email, InApp", "NotifyWhen": "FirstFailure, Disabling"}


def _mails(api, tenant=""):
    return api("GET", f"{tenant}/_mock/mails").json


def _fail(api, receiver, **members):
    receiver.answers = lambda _: 500
    api.new(Name="bjørn", Events=["a.b"], TargetUrl=receiver.url, **members)
    api("POST", "/Webhook/a.b/0")
    return disabled(api)


def test_an_old_caller_hears_of_the_end(make, receiver):
    """ErrorsEmail alone means mail on disabling."""
    api = make(attempt_delays=FAST)
    _fail(api, receiver, ErrorsEmail="me@example.com")
    (mail,) = until(lambda: _mails(api))

    assert (mail["To"], mail["Reason"], mail["WebhookId"]) == (["me@example.com"], "Disabling", 1)
    assert (mail["Sent"], mail["Error"]) == (False, None)
    assert "bjørn" in mail["Subject"]
    assert json.loads(receiver.got[0].body)["EventId"] in mail["Text"]
    assert "HTTP/1.1 500 Internal Server Error" in mail["Text"]
    assert _mails(api, "/Other") == []
    assert api("GET", "/_mock/mails?limit=0").json == []


@pytest.mark.parametrize(
    ("members", "reasons"),
    [
        ({"ErrorEmails": ["a@x.test", "b@x.test"], **BOTH}, ["FirstFailure", "Disabling"]),
        ({"ErrorEmails": ["a@x.test"], "NotifyVia": "Email", "NotifyWhen": "FirstFailure"}, ["FirstFailure"]),
        ({"ErrorEmails": ["a@x.test"], "NotifyVia": "InApp", "NotifyWhen": "Disabling"}, []),
        ({"ErrorEmails": ["a@x.test"], "NotifyVia": "Email", "NotifyWhen": "None"}, []),
        (BOTH, []),
    ],
)
def test_who_asked_for_what(make, receiver, members, reasons):
    """NotifyVia and NotifyWhen decide, and there has to be an address."""
    api = make(attempt_delays=FAST)
    _fail(api, receiver, **members)
    until(lambda: len(_mails(api)) == len(reasons))
    time.sleep(0.05)

    assert [mail["Reason"] for mail in _mails(api)] == reasons
    assert all(mail["To"] == members["ErrorEmails"] for mail in _mails(api))


def test_a_first_failure_that_is_the_last(make, receiver):
    """410 sends one mail, and not two."""
    api = make(attempt_delays=FAST)
    receiver.answers = lambda _: 410
    api.new(Events=["a.b"], TargetUrl=receiver.url, ErrorsEmail="me@example.com", **BOTH)
    api("POST", "/Webhook/a.b/0")
    until(lambda: _mails(api))
    time.sleep(0.05)

    assert [mail["Reason"] for mail in _mails(api)] == ["Disabling"]


def test_a_stop_by_hand_is_no_failure(api):
    """Whoever stops a webhook knows it."""
    api.new(ErrorsEmail="me@example.com", **BOTH)
    api.patch(1, {"State": "TooManyErrors"})

    assert _mails(api) == []


class PostOffice:
    """What a mail server does with what it is told: it keeps it."""

    def __init__(self):
        self.envelopes = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.envelopes.append(envelope)
        return "250 fine"


@pytest.fixture(name="post_office")
def _post_office():
    """A mail server on a free port, and what was handed to it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    controller = Controller(PostOffice(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port, controller.handler.envelopes
    controller.stop()


def test_mail_goes_to_the_server(make, receiver, post_office):
    """With --smtp it is handed over, and shown as sent; what is not ASCII arrives as it was written."""
    port, envelopes = post_office
    api = make(attempt_delays=FAST, smtp=f"127.0.0.1:{port}")
    both = ["me@example.com", "you@example.com"]
    _fail(api, receiver, ErrorEmails=both)
    (shown,) = until(lambda: _mails(api))
    (envelope,) = envelopes
    letter = email.message_from_bytes(envelope.content, policy=email.policy.default)

    assert (shown["Sent"], shown["Error"]) == (True, None)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("webhook-mock@localhost", both)
    assert (letter["To"], letter["Subject"]) == (", ".join(both), shown["Subject"])
    assert "bjørn" in letter["Subject"]
    assert letter.get_content().splitlines() == shown["Text"].splitlines()
    assert f"EventId: {receiver.got[0].headers['X-SuperOffice-EventId']}" in letter.get_content()


def test_a_server_that_refuses(make, receiver, post_office):
    """What the server says about it is told in the list of mails."""
    port, envelopes = post_office
    api = make(attempt_delays=FAST, smtp=f"127.0.0.1:{port}")
    _fail(api, receiver, ErrorsEmail="nobody@example.com")
    (mail,) = until(lambda: _mails(api))

    assert mail["Sent"] is False
    assert "no such mailbox" in mail["Error"]
    assert envelopes == []


@pytest.mark.parametrize("receiver_of_mail", ["me@example.com", "a\r\nBcc: you@example.com", "<"])
def test_a_server_that_is_not_there(make, receiver, receiver_of_mail):
    """Nothing but the list of mails knows of it; line breaks in an address do no harm."""
    api = make(attempt_delays=FAST, smtp="127.0.0.1:1")
    _fail(api, receiver, ErrorsEmail=receiver_of_mail)
    (mail,) = until(lambda: _mails(api))

    assert mail["Sent"] is False
    assert mail["Error"]


def test_a_silent_server_holds_up_nobody(make, receiver):
    """Mail is sent beside deliveries, not between them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api = make(attempt_delays=FAST, smtp=f"127.0.0.1:{listener.getsockname()[1]}")
        start = time.monotonic()
        _fail(api, receiver, ErrorsEmail="me@example.com", **BOTH)

        assert len(receiver.got) == 9
        assert time.monotonic() - start < 2


def test_addresses_of_servers():
    """Host and port; port 25 when there is none."""
    assert address("localhost:1025") == ("localhost", 1025)
    assert address("[::1]:1025") == ("::1", 1025)
    assert address("mail.test") == ("mail.test", 25)
    for text in ("", ":25", "host:", "host:0", "host:x"):
        with pytest.raises(MailServerError):
            create_app(Settings(smtp=text))
