"""Who may steer the mock: everybody on loopback, whoever has the token, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from mock_server.problems import Forbidden, Problem, Unauthorized, shown
from mock_server.settings import Settings
from mock_server.web.credentials import Credentials

OPTION = "--control-token of webhook-mock, or WEBHOOK_MOCK_CONTROL_TOKEN in its environment"
# Addresses, names of one word, and names below what nobody can register (RFC 6761, RFC 6762, and ICANN for
# `internal`): whoever owns another name could let it lead to this machine (DNS rebinding).
LOCAL = re.compile(
    r"(?:\[[0-9a-f:.%]+\]|[0-9.]+|[^.:]*|.*\.(?:localhost|test|local|internal|invalid|home\.arpa))\.?(?::[0-9]*)?",
    re.IGNORECASE,
)


def demand(settings: Settings, environ: Mapping[str, Any]) -> None:
    """Refuses a request that may not steer the mock."""
    if environ.get("HTTP_SEC_FETCH_SITE") == "cross-site":
        raise Forbidden("/_mock: expected a request of this site or a program, got one of another page")
    if settings.control_token:
        _demand_token(settings.control_token, environ.get("HTTP_AUTHORIZATION", ""))
    elif not settings.control:
        raise Forbidden(f"/_mock is off, because the mock does not listen on loopback; {OPTION} turns it on")
    else:
        _demand_local(environ)


def demand_page(settings: Settings, environ: Mapping[str, Any]) -> None:
    """The same for the page itself, to which a link of any site may lead."""
    is_followed = environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
    demand(settings, {**environ, "HTTP_SEC_FETCH_SITE": "none"} if is_followed else environ)


def demand_look(settings: Settings, credentials: Credentials, environ: Mapping[str, Any]) -> None:
    """The same for looks, which the credentials of the Webhook API open, too."""
    try:
        demand(settings, environ)
    except Problem:
        if not environ.get("HTTP_AUTHORIZATION"):
            raise
        credentials.user(environ)


def _demand_local(environ: Mapping[str, Any]) -> None:
    """Refuses what a page of somebody else in a browser of this machine could send."""
    host, origin = environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN")
    if not LOCAL.fullmatch(host):
        raise Forbidden(
            f"Host: expected an address, localhost or another name of this machine, got {shown(host)}; "
            f"{OPTION} opens /_mock under every name"
        )
    if origin and origin.partition("://")[2].casefold() != host.casefold():
        raise Forbidden(f"Origin: expected a page of this mock or a program, got a page of {shown(origin)}")


def _demand_token(token: str, header: str) -> None:
    scheme, _, value = header.partition(" ")
    if scheme.casefold() != "bearer" or not compare_digest(value.strip().encode(), token.encode()):
        raise Unauthorized(
            f"/_mock: expected Authorization: Bearer and the token of {OPTION}, got "
            + (f"a {scheme!r} value that is not it" if header else "none"),
            {"WWW-Authenticate": "Bearer"},
        )
