"""Lets a WSGI application see requests as they came: ASGI keeps targets and headers that WSGI would tidy."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from mock_server import gateway

Wsgi = Callable[..., Iterable[bytes]]
Asgi = Callable[..., Awaitable[None]]
Scope = dict[str, Any]

# Path and query, and the headers in their order, as they were sent; their characters are bytes.
TARGET = "webhook-mock.target"
HEADERS = "webhook-mock.headers"
_PLAIN = ("CONTENT_TYPE", "CONTENT_LENGTH")


def bridged(app: Wsgi, *, threads: int, limit: int, body_timeout: float) -> Asgi:
    """The application as ASGI: so many requests at once, each with hardly more bytes than the limit.

    The body of each has so many seconds to arrive.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="webhook-mock-request")

    async def answer(scope: Scope, receive: Any, send: Any) -> None:
        try:
            received = await asyncio.wait_for(_received(receive, limit), body_timeout)
        except TimeoutError:
            await _refuse(send, body_timeout)
            return
        environ = environment(scope, received)
        run = asyncio.get_running_loop().run_in_executor
        status, headers, body = await run(pool, _called, app, environ)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if not isinstance(body, list):
            # What drips waits between its pieces; what breaks off raises, and the connection ends.
            pieces = iter(body)
            while (piece := await run(pool, next, pieces, None)) is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            body = []
        await send({"type": "http.response.body", "body": b"".join(body)})

    return answer


async def _refuse(send: Any, seconds: float) -> None:
    body = gateway.late(seconds)
    headers = [(name.encode(), value.encode()) for name, value in gateway.closing(len(body))]
    await send({"type": "http.response.start", "status": 408, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _received(receive: Any, limit: int) -> bytes:
    """The body; of one beyond the limit enough to see that it is, and the rest is read for nothing."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionResetError("the client has gone")
        if len(body) <= limit:
            body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def environment(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333), and beside it what WSGI has no place for."""
    raw, query = scope["raw_path"], scope["query_string"].decode("latin-1")
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    target = raw.decode("latin-1")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        TARGET: f"{target}?{query}" if query else target,
        HEADERS: headers,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        key = key if key in _PLAIN else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _called(app: Wsgi, environ: dict[str, Any]) -> tuple[int, list[tuple[bytes, bytes]], Iterable[bytes]]:
    begun: list[Any] = []

    def start_response(*said: Any) -> None:
        begun[:] = said

    body = app(environ, start_response)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in begun[1]]
    return int(begun[0][:3]), headers, body
