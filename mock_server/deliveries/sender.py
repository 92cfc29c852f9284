"""Sends one HTTP request to one target, and tells what came back."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from mock_server.deliveries.deadlines import Deadlines
from mock_server.deliveries.targets import TargetError, Targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ssl import SSLContext

    from urllib3.util import Url

# LastError keeps 4000 characters; what a target says beyond is not even read.
KEPT = 4000
DEADLINES = Deadlines()


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
        url = parse_url(target)
        addresses = targets.addresses((url.host or "").strip("[]"), _port(url), limit)
        with _connected(url, addresses, limit, trust) as connection:
            return _exchange(connection, url, headers, body)
    except TargetError as error:
        return Answer(None, str(error)[:KEPT])
    except TimeoutError:
        return Answer(None, f"{target}: no answer within {limit:g} s")
    except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
        return Answer(None, f"{target}: {error or type(error).__name__}"[:KEPT])


def _port(url: Url) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


@contextmanager
def _connected(url: Url, addresses: list[str], limit: float, trust: SSLContext | None) -> Iterator[Any]:
    """A connection to the first address that takes one, cut when the time is over."""
    connection = _connect(url, addresses, limit, trust)
    # A target that sends a byte now and then would never run into the time limit of the socket.
    deadline = DEADLINES.set(connection.sock, limit)
    try:
        yield connection
    except Exception:
        if deadline.is_over:
            raise TimeoutError from None
        raise
    finally:
        DEADLINES.lift(deadline)
        connection.close()


def _connect(url: Url, addresses: list[str], limit: float, trust: SSLContext | None) -> Any:
    failure: Exception | None = None
    for address in addresses:
        connection = _connection(url, address, limit, trust)
        try:
            connection.connect()
        except (OSError, HTTPError) as error:  # the next address may do better
            connection.close()
            failure = TimeoutError() if "timed out" in str(error) else error
        else:
            return connection
    raise failure or OSError("no address")


def _connection(url: Url, address: str, limit: float, trust: SSLContext | None) -> Any:
    if url.scheme == "https":
        return HTTPSConnection(
            address,
            _port(url),
            timeout=limit,
            server_hostname=url.host,
            assert_hostname=url.host,
            ssl_context=trust,
        )
    return HTTPConnection(address, _port(url), timeout=limit)


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
    text = "\n".join([*lines, "", content.decode(errors="replace")])
    return Answer(response.status, text.replace("\0", "�")[:KEPT], answered, content)
