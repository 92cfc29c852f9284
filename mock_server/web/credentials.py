"""Who calls: Basic, SoTicket, Bearer, or a browser session with its XSRF token."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zlib import crc32

from werkzeug.http import parse_cookie

from mock_server.problems import Unauthorized
from mock_server.settings import Settings

User = tuple[int, str]

TICKETS = ("7T:",)
TOKENS = ("8A:", "7A:")
CHALLENGE = 'Basic realm="SuperOffice", SoTicket, Bearer'


class Credentials:
    """What the mock takes as proof of who calls."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Callers send the same header with every request.
        self._known = lru_cache(maxsize=64)(self._user)

    def user(self, environ: Mapping[str, Any]) -> User:
        """The user of a request, or a refusal."""
        header = environ.get("HTTP_AUTHORIZATION")
        if header:
            return self._known(header)
        if self._settings.authentication and not has_session(environ):
            raise self._refusal("no Authorization, and no X-XSRF-TOKEN that equals the cookie XSRF-TOKEN")
        return self._default()

    def _user(self, header: str) -> User:
        scheme, _, value = header.partition(" ")
        scheme, value = scheme.casefold(), value.strip()
        if scheme == "basic":
            return self._basic(value)
        if self._settings.authentication and not self._takes(scheme, value):
            raise self._refusal(f"a {scheme!r} value that is not one of them")
        return self._default()

    def _takes(self, scheme: str, value: str) -> bool:
        settings = self._settings
        if scheme == "soticket":
            return value == settings.ticket if settings.ticket else value.startswith(TICKETS)
        if scheme == "bearer":
            return value == settings.token if settings.token else value.startswith(TOKENS)
        return False

    def _basic(self, value: str) -> User:
        pair = decoded(value)
        if self._settings.authentication and pair != (self._settings.user, self._settings.password):
            raise self._refusal("a Basic user and password that are not these")
        return self._default() if pair is None else self._numbered(pair[0])

    def _default(self) -> User:
        """Tickets and tokens hide their user: the mock says it is the one of Basic."""
        return self._numbered(self._settings.user)

    def _numbered(self, name: str) -> User:
        return (1, name) if name == self._settings.user else (2 + crc32(name.encode()) % 1_000_000, name)

    def _refusal(self, came: str) -> Unauthorized:
        settings = self._settings
        ticket = f"SoTicket {settings.ticket or TICKETS[0] + '...'}"
        token = " or ".join(f"Bearer {text}" for text in ([settings.token] if settings.token else _samples()))
        return Unauthorized(
            f"expected Basic {settings.user}:{settings.password}, {ticket} or {token}, got {came}; "
            "--user, --password, --ticket, --token and --no-auth of webhook-mock change what it takes",
            {"WWW-Authenticate": CHALLENGE},
        )


def _samples() -> list[str]:
    return [f"{start}..." for start in TOKENS]


def decoded(value: str) -> tuple[str, str] | None:
    """User and password of RFC 7617, or None when it is not that."""
    try:
        raw = b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    user, colon, password = text.partition(":")
    return (user, password) if colon else None


def has_session(environ: Mapping[str, Any]) -> bool:
    """A browser shows that it has the session by sending the value of a cookie as a header, too."""
    token = environ.get("HTTP_X_XSRF_TOKEN")
    if not token:
        return False
    return bool(parse_cookie(environ.get("HTTP_COOKIE")).get("XSRF-TOKEN") == token)
