"""Who may steer the mock: everybody on loopback, whoever has the token, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from mock_server.problems import Forbidden, Problem, Unauthorized
from mock_server.settings import Settings
from mock_server.web.credentials import Credentials

OPTION = "--control-token of webhook-mock, or WEBHOOK_MOCK_CONTROL_TOKEN in its environment"


def demand(settings: Settings, environ: Mapping[str, Any]) -> None:
    """Refuses a request that may not steer the mock."""
    if environ.get("HTTP_SEC_FETCH_SITE") == "cross-site":
        raise Forbidden("/_mock: expected a request of this site or a program, got one of another page")
    if settings.control_token:
        _demand_token(settings.control_token, environ.get("HTTP_AUTHORIZATION", ""))
    elif not settings.control:
        raise Forbidden(f"/_mock is off, because the mock does not listen on loopback; {OPTION} turns it on")


def demand_look(settings: Settings, credentials: Credentials, environ: Mapping[str, Any]) -> None:
    """The same for looks, which the credentials of the Webhook API open, too."""
    try:
        demand(settings, environ)
    except Problem:
        if not environ.get("HTTP_AUTHORIZATION"):
            raise
        credentials.user(environ)


def _demand_token(token: str, header: str) -> None:
    scheme, _, value = header.partition(" ")
    if scheme.casefold() != "bearer" or not compare_digest(value.strip().encode(), token.encode()):
        raise Unauthorized(
            f"/_mock: expected Authorization: Bearer and the token of {OPTION}, got "
            + (f"a {scheme!r} value that is not it" if header else "none"),
            {"WWW-Authenticate": "Bearer"},
        )
