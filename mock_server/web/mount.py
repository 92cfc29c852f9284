"""Finds `/api` or `/_mock` in a path: what comes before is the tenant, the rest is matched in any case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

from mock_server.web.agents import METHODS

Wsgi = Callable[..., Iterable[bytes]]

BASE = "/api/v1"
# What the mock tells about itself, and no SuperOffice has.
OWN = "/_mock/"
# Where the layers below find the tenant.
TENANT = "webhook-mock.tenant"
# What is to become of an answer that has to break off or to drip; it comes after everything else.
ENDING = "webhook-mock.ending"
# A snapshot may hold many webhooks.
OWN_LIMIT = 64 * 1024 * 1024
NAMED = "/_mock/tenants/"
PATIENCE = 8
_METHODS = {name.casefold(): name for name in METHODS}
_LAST = {"default": "default", "test": "Test", "lasterror": "LastError"}


def mounted(app: Wsgi, limit: int) -> Wsgi:
    """The application with its tenant in SCRIPT_NAME, as WSGI tells an application where it lives."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        prefix, path = split(environ.get("PATH_INFO", ""))
        environ["SCRIPT_NAME"] = prefix
        environ["PATH_INFO"] = path
        environ[TENANT] = decoded(prefix).strip("/") if prefix else ""
        # A body that nobody reads would cost the caller the connection, also when it is not asked for.
        environ["wsgi.input"] = BytesIO(received(environ, OWN_LIMIT if path.startswith(OWN) else limit))
        body = app(environ, start_response)
        return environ[ENDING](body) if ENDING in environ else body

    return answer


def received(environ: Mapping[str, Any], limit: int) -> bytes:
    """The bytes of the body, one more than the limit at most; Werkzeug's own stream costs far more."""
    length = environ.get("CONTENT_LENGTH")
    if length == "0" or (not length and not environ.get("wsgi.input_terminated")):
        return b""
    size = int(length) if length and length.isdigit() else limit + 1
    body: bytes = environ["wsgi.input"].read(min(size, limit + 1))
    if len(body) > limit:
        # Who sends more should still hear that it is too much.
        for _ in range(PATIENCE):
            if not environ["wsgi.input"].read(limit):
                break
    return body


def split(path: str) -> tuple[str, str]:
    """The tenant's prefix, and the rest in the documented spelling."""
    lower = path.lower()
    if lower.startswith(OWN):
        return "", _own(path)
    start = lower.find(BASE)
    while start >= 0 and lower[start + len(BASE) : start + len(BASE) + 1] not in ("", "/"):
        start = lower.find(BASE, start + 1)
    if start >= 0:
        return path[:start].rstrip("/"), BASE + spelled(path[start + len(BASE) :])
    if lower.rstrip("/").endswith("/api"):
        return path.rstrip("/")[:-4].rstrip("/"), "/api"
    if (start := lower.rfind(OWN)) >= 0:
        return path[:start].rstrip("/"), _own(path[start:])
    return "", path


def _own(path: str) -> str:
    """A path below `/_mock` in lower case; the name of a tenant stays as it is."""
    lower = path.lower().rstrip("/")
    return NAMED + path[len(NAMED) :].rstrip("/") if lower.startswith(NAMED) else lower


def decoded(text: str) -> str:
    """A text of the WSGI environment, whose characters are bytes, as UTF-8."""
    return text if text.isascii() else text.encode("latin-1", "replace").decode(errors="replace")


def spelled(rest: str) -> str:
    """The path after `/api/v1` with its fixed words in their documented spelling; an event name stays."""
    words = rest.rstrip("/").split("/")
    first = words[1].lower() if len(words) > 1 else ""
    if first == "webhook":
        words[1] = "Webhook"
        if len(words) == 3 or (len(words) == 4 and words[3].lower() == "lasterror"):
            words[-1] = _LAST.get(words[-1].lower(), words[-1])
    elif first == "agents" and len(words) > 2 and words[2].lower() == "webhook":
        words[1:3] = "Agents", "Webhook"
        words[3:4] = [_METHODS.get(word.lower(), word) for word in words[3:4]]
    return "/".join(words)
