"""Mail about failing webhooks: when, to whom, and over a real connection."""

from __future__ import annotations

import json
import socket
import time
from contextlib import contextmanager
from threading import Thread

import pytest

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


@contextmanager
def _post_office():
    """A mail server that keeps what it is told."""
    told = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=_serve, args=(listener, told), daemon=True).start()
        yield listener.getsockname()[1], told


def _serve(listener, told):
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb", buffering=0) as lines:
        lines.write(b"220 here\r\n")
        letter = False
        while line := lines.readline():
            told.append(line.decode().rstrip())
            word = told[-1][:4].upper()
            if letter and word != ".":
                continue
            letter = word == "DATA"
            lines.write({"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}.get(word, b"250 fine\r\n"))


def test_mail_goes_to_the_server(make, receiver):
    """With --smtp it is handed over, and shown as sent."""
    with _post_office() as (port, told):
        api = make(attempt_delays=FAST, smtp=f"127.0.0.1:{port}")
        _fail(api, receiver, ErrorsEmail="me@example.com")
        (mail,) = until(lambda: _mails(api))

    assert (mail["Sent"], mail["Error"]) == (True, None)
    assert any(line.upper().startswith("RCPT TO:<ME@EXAMPLE.COM>") for line in told)
    assert "To: me@example.com" in told
    assert any(line.startswith("EventId: ") for line in told)


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
