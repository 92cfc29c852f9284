"""Sends one HTTP request to one target, and tells what came back."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from mock_server.deliveries.connections import Place, Stale, again, connected
from mock_server.deliveries.targets import TargetError, Targets

if TYPE_CHECKING:
    from ssl import SSLContext

    from urllib3.util import Url

# LastError keeps 4000 characters; what a target says beyond is not even read.
KEPT = 4000


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, if there was one, and the headers and body (or the failure) as text."""

    status: int | None
    text: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def post(
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    limit: float,
    targets: Targets,
    trust: SSLContext | None = None,
) -> Answer:
    """Posts a body to a URL; redirects are answers like any other."""
    try:
        url = _parsed(target)
        place = _place(url, targets, limit, trust)
        with suppress(Stale), again(place, limit) as connection:
            return _exchange(connection, url, headers, body)
        with connected(place, limit) as connection:
            return _exchange(connection, url, headers, body)
    except TargetError as error:
        return Answer(None, str(error)[:KEPT])
    except TimeoutError:
        return Answer(None, f"{target}: no answer within {limit:g} s")
    except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
        return Answer(None, f"{target}: {error or type(error).__name__}"[:KEPT])


@lru_cache(maxsize=1024)
def _parsed(target: str) -> Url:
    """A webhook is sent to where it was sent before."""
    return parse_url(target)


def _place(url: Url, targets: Targets, limit: float, trust: SSLContext | None) -> Place:
    port = url.port or (443 if url.scheme == "https" else 80)
    addresses = targets.addresses((url.host or "").strip("[]"), port, limit)
    return Place(url.scheme or "http", url.host or "", port, tuple(addresses), trust)


def _exchange(connection: Any, url: Url, headers: Mapping[str, str], body: bytes) -> Answer:
    named = {name: value.encode() for name, value in headers.items()}
    host = f"{url.host}:{url.port}" if url.port else f"{url.host}"
    connection.request(
        "POST", url.request_uri, body=body, headers={"Host": host, **named}, preload_content=False
    )
    response = connection.getresponse()
    answered = tuple(response.headers.items())
    lines = [f"HTTP/1.1 {response.status} {response.reason or ''}".rstrip()]
    lines += [f"{name}: {value}" for name, value in answered]
    content = b""
    with suppress(Exception):
        # The status has come; a body that breaks off does not undo it.
        content = response.read(KEPT, decode_content=False)
    if not response.closed:
        connection.close()
    text = "\n".join([*lines, "", content.decode(errors="replace")])
    return Answer(response.status, text.replace("\0", "�")[:KEPT], answered, content)
