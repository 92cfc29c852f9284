"""Requests and deliveries as commands that repeat them; whatever they hold, a shell reads it as data."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from shlex import quote
from typing import Any
from urllib import parse

from mock_server.control.hiding import CREDENTIALS, HIDDEN, hidden
from mock_server.control.journal import Exchange
from mock_server.deliveries.log import BODY, Entry
from mock_server.settings import Settings
from mock_server.upstream.violations import header

# What curl writes itself, or what is said otherwise.
OWN = frozenset(
    {
        "host",
        "content-length",
        "connection",
        "accept-encoding",
        "content-encoding",
        "transfer-encoding",
        "expect",
    }
)
# Longer arguments are refused by some systems.
LONGEST = 96 * 1024
# What a proxy has no value for: a shell puts in whatever its user has there.
VARIABLE = header("Authorization", "")
# What curl would take for a pattern in a URL.
GLOBS = re.compile(r"[\[\]{}]")


def of_delivery(entry: Entry) -> str | None:
    """The command that sends it again; None where nothing was sent, or not all of it is known."""
    if not entry.request_headers or len(entry.request_body) >= BODY:
        return None
    return command("POST", entry.target, entry.request_headers.items(), entry.request_body)


def of_exchange(exchange: Exchange, settings: Settings) -> str | None:
    """The command that asks it again, with the credentials that the mock takes where its own are not told.

    A proxy takes none: they are left to variables.
    """
    if len(body := exchange.public(exchange.body)) > LONGEST:
        return None
    options: list[str] = []
    headers = []
    for name, value in exchange.headers.items():
        if hidden(name, value) == value:
            headers.append((name, value))
        elif settings.upstream and name.casefold() in CREDENTIALS:
            options.append(header(name, value))
        elif name.casefold() == "authorization" and exchange.code != 401:
            options.append(_user(settings))
        else:
            headers.append((name, HIDDEN))
    return command(exchange.method, url(exchange.environ), headers, body, options)


def of_call(address: str, value: Mapping[str, Any] | None, settings: Settings) -> str:
    """A command that posts a value to the Webhook API, or without one gets what is there."""
    user = [_user(settings)] if settings.authentication else []
    # What opens a real server is for its user to say.
    options = [VARIABLE] if settings.upstream else user
    if value is None:
        return command("GET", address, [], b"", options)
    headers = [("Content-Type", "application/json")]
    return command("POST", address, headers, json.dumps(value).encode(), options)


def _user(settings: Settings) -> str:
    return f"-u {quote(f'{settings.user}:{settings.password}')}"


def url(environ: Mapping[str, Any]) -> str:
    """Where a request went, as its client has written it."""
    path = parse.quote(
        (environ["SCRIPT_NAME"] + environ["PATH_INFO"]).encode("latin-1", "replace"), safe="/:@!$&'()*+,;=~"
    )
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    return f"{origin(environ)}{path}{query}"


def origin(environ: Mapping[str, Any]) -> str:
    """Scheme, host and port as a client has written them."""
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ['wsgi.url_scheme']}://{host}"


def command(
    method: str, address: str, headers: Iterable[tuple[str, str]], body: bytes, options: Sequence[str] = ()
) -> str:
    """A command for a POSIX shell, with a line for each header and each of the options, which are quoted."""
    globs = ["-g"] if GLOBS.search(address) else []
    lines = [f"curl -sS {' '.join(['-i', *globs])} -X {quote(method)} {quote(_printable(address))}"]
    lines += options
    lines += [f"-H {quote(_header(name, value))}" for name, value in headers if name.casefold() not in OWN]
    before, said = _body(body)
    return before + " \\\n  ".join([*lines, *said])


def _header(name: str, value: str) -> str:
    return f"{name}: {_printable(value)}" if value else f"{name};"


def _body(body: bytes) -> tuple[str, list[str]]:
    """What has to run first, and the option; bytes that a terminal might obey are coded."""
    if not body:
        return "", []
    text = body.decode(errors="replace")
    if text.encode() == body and _printable(text) == text:
        return "", [f"--data-raw {quote(text)}"]
    return f"printf %s {b64encode(body).decode()} | base64 -d | ", ["--data-binary @-"]


def _printable(text: str) -> str:
    return "".join(each for each in text if each.isprintable() or each in "\n\t")
