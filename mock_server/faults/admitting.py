"""Wrong ways to let somebody in."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from mock_server.faults.fault import Change, Fault
from mock_server.faults.wire import (
    AGENT,
    BREAKDOWN,
    Answer,
    Environ,
    Wsgi,
    answering,
    asking,
    asks,
    body_of,
    call,
    instead,
    send,
    with_body,
    wrapping,
)

SIGNAL = asks(f"POST {AGENT}/SignalEvent")
LIST = asks(f"POST {AGENT}/GetAllWebhooks")
DELETE = asks("DELETE /Webhook/{id}", f"POST {AGENT}/DeleteWebhook")
USER, PASSWORD = "tje0", "Tje0"
SESSION = {"HTTP_X_XSRF_TOKEN": "1", "HTTP_COOKIE": "XSRF-TOKEN=1"}
SCHEMES = ("Basic ", "SoTicket ", "Bearer ")


def _open(environ: Environ) -> Environ:
    return {} if environ.get("HTTP_AUTHORIZATION") else SESSION


def _schemes_as_written(environ: Environ) -> Environ:
    header = environ.get("HTTP_AUTHORIZATION", "")
    return {} if header.startswith(SCHEMES) else {"HTTP_AUTHORIZATION": ""}


def _forbidden(_: Environ, answer: Answer) -> Answer:
    return replace(answer, status=403) if answer.status == 401 else answer


def _password(fits: Callable[[str], bool]) -> Change:
    """A known user is let in with other passwords, too."""

    def change(environ: Environ) -> Environ:
        scheme, _, told = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        try:
            user, _, password = base64.b64decode(told).decode().partition(":")
        except ValueError:
            return {}
        right = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return {"HTTP_AUTHORIZATION": f"{scheme} {right}"} if user == USER and fits(password) else {}

    return asking(_any, change)


def _done_all_the_same(app: Wsgi) -> Wsgi:
    """What is refused for its credentials is done nevertheless."""

    def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
        sent = body_of(environ)
        answer = call(app, with_body(environ, sent))
        if answer.status == 401:
            call(app, with_body({**environ, "HTTP_AUTHORIZATION": "", **SESSION}, sent))
        return send(answer, start_response)

    return wrong


def _garbled(environ: Environ) -> bool:
    return "!" in environ.get("HTTP_AUTHORIZATION", "")


def _broken(answer: Answer) -> bool:
    return answer.status == 401


def _any(_: Environ) -> bool:
    return True


FAULTS = (
    Fault(
        "signal-open",
        "auth.required",
        "SignalEvent takes requests without credentials",
        asking(SIGNAL, _open),
    ),
    Fault(
        "list-open", "auth.required", "GetAllWebhooks takes requests without credentials", asking(LIST, _open)
    ),
    Fault(
        "credentials-forbidden",
        "auth.required",
        "a request without credentials is answered with 403",
        answering(_any, _forbidden),
    ),
    Fault(
        "schemes-as-written",
        "auth.any-case",
        "the name of the scheme counts in its documented letter case only",
        asking(_any, _schemes_as_written),
    ),
    Fault(
        "delete-open",
        "auth.required-elsewhere",
        "webhooks are deleted without credentials",
        asking(DELETE, _open),
    ),
    Fault(
        "password-unchecked",
        "auth.wrong",
        "a user is let in with any password",
        _password(lambda _: True),
    ),
    Fault(
        "password-longer",
        "auth.wrong",
        "a user is let in with a password that begins with the right one",
        _password(lambda password: password.startswith(PASSWORD)),
    ),
    Fault(
        "password-any-case",
        "auth.wrong",
        "the password counts in any letter case",
        _password(lambda password: password.casefold() == PASSWORD.casefold()),
    ),
    Fault(
        "credentials-too-late",
        "auth.refused-changes-nothing",
        "what is refused for its credentials is done all the same",
        wrapping(_done_all_the_same),
    ),
    Fault(
        "credentials-500",
        "robust.hostile-credentials",
        "credentials that are not base64 are a server error",
        answering(_garbled, instead(500, _broken, BREAKDOWN)),
    ),
)
