"""Serves an application over HTTP, in one process, until a signal asks it to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from threading import Thread, main_thread
from typing import TYPE_CHECKING, Any, cast

from mock_server.errors import PortError
from mock_server.gateway import Entry, Wsgi, entered
from mock_server.health import is_healthy

if TYPE_CHECKING:
    from mock_server.certificates import Certificate
    from mock_server.web.bridge import Asgi

BACKLOG = 1024
# Connections at most, and as many threads, which start when they are needed: a client that does not send the
# body it has announced holds one of each, and nobody waits for it.
CONNECTIONS = 1024
NUDGE = signal.SIGURG  # nobody minds it
NUDGE_SECONDS = 0.1


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 lets the system pick a free one, which nobody can take in between."""
    if not host:
        raise PortError("--host: an address is expected, such as 127.0.0.1; 0.0.0.0 is all of them")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise PortError(
            f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}"
        ) from None
    # Connections inherit it: an answer in two segments would otherwise wait 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def is_loopback(listener: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    from ipaddress import ip_address

    return ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def serve(
    app: Wsgi | Asgi,
    listener: socket.socket,
    certificate: Certificate | None = None,
    *,
    body_timeout: float = 30.0,
    ready: Callable[[], None],
    asgi: bool = False,
) -> None:
    """Answers requests until SIGTERM or SIGINT; those that run are answered to the end."""
    Thread(target=_announce, args=(listener, certificate is not None, ready), daemon=True).start()
    if not asgi:  # an event loop has a way of its own to be woken
        _stay_awake()
    entry: Any = app if asgi else entered(cast("Wsgi", app), body_timeout)
    _run(entry, listener, certificate, asgi=asgi)


def _run(
    entry: Entry | Asgi, listener: socket.socket, certificate: Certificate | None, *, asgi: bool
) -> None:
    """Runs Granian's worker here instead of in a child.

    One process holds the one database in memory, takes half the memory of two, starts without a fork, and
    leaves no orphan behind when it is killed.
    """
    from granian import net
    from granian.constants import HTTPModes, Interfaces, RuntimeModes, SSLProtocols
    from granian.server import mp

    server: Any = mp.MPServer(
        "mock_server",
        interface=Interfaces.ASGINL if asgi else Interfaces.WSGI,
        http=HTTPModes.http1,
        runtime_mode=RuntimeModes.mt,
        blocking_threads=1 if asgi else CONNECTIONS,
        backpressure=CONNECTIONS,
        backlog=BACKLOG,
        websockets=False,
        log_enabled=False,
        ssl_cert=certificate.chain if certificate else None,
        ssl_key=certificate.key if certificate else None,
        # Its own default is 1.3, which clients of some age do not speak.
        ssl_protocol_min=SSLProtocols.tls12,
    )
    holder: Any = net.SocketHolder  # type: ignore[attr-defined]  # its stub is behind
    server._shd = holder(listener.fileno(), False, BACKLOG)
    server._sso = None
    # Its own would put the environment of the process beside each request, and wait for bodies for ever.
    mp._wsgi_call_wrap = lambda entry, *_: entry  # type: ignore[attr-defined]
    spawn = server._spawn_asgi_worker if asgi else server._spawn_wsgi_worker
    worker = server._spawn_worker(0, spawn, lambda: entry)
    worker.inner.run()


def _stay_awake() -> None:
    """Has signals heeded: one that comes just as the main thread goes to sleep is noted, but wakes nobody."""
    told, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.signal(NUDGE, lambda *_: None)
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    Thread(target=_nudge, args=(told,), daemon=True).start()


def _nudge(told: int) -> None:
    """Wakes the main thread from the first signal on; whatever was noted is then done, and once."""
    os.read(told, 1)
    while True:
        signal.pthread_kill(main_thread().ident or 0, NUDGE)
        time.sleep(NUDGE_SECONDS)


def _announce(listener: socket.socket, tls: bool, ready: Callable[[], None]) -> None:
    """Says so once a request has really been answered."""
    if is_healthy(*listener.getsockname()[:2], tls=tls):
        ready()
    else:
        print("the mock does not answer its own health check", file=sys.stderr)  # noqa: T201
