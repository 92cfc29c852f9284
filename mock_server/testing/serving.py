"""Starts a mock in a thread of this process, or finds one that runs elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from urllib3 import PoolManager
from werkzeug.serving import WSGIRequestHandler, make_server

from mock_server.settings import Settings
from mock_server.testing.tenants import Caller, Mock
from mock_server.web.app import create_app, service_of

LOOPBACK = "127.0.0.1"
# How often the server looks whether it has to end.
LOOK_SECONDS = 0.02


class Handler(WSGIRequestHandler):
    """Keeps connections, sends at once, and says nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # the name is Werkzeug's
        """Says nothing: the journal knows."""


@contextmanager
def running_mock(*, faults: Iterable[str] = (), **settings: Any) -> Iterator[Mock]:
    """A mock on a free port of loopback for as long as the block runs.

    The settings are those of `mock_server.Settings`, such as `attempt_delays=(0, 0.1, 0.1)`.
    """
    chosen = Settings(**settings)
    app = create_app(chosen, faults=faults)
    server = make_server(LOOPBACK, 0, app, threaded=True, request_handler=Handler)
    thread = Thread(target=server.serve_forever, args=(LOOK_SECONDS,), name="webhook-mock", daemon=True)
    thread.start()
    try:
        with connected(
            f"http://{LOOPBACK}:{server.server_port}",
            user=chosen.user,
            password=chosen.password,
            control_token=chosen.control_token,
        ) as mock:
            yield mock
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        service_of(app).close()


@contextmanager
def connected(
    url: str,
    *,
    user: str = "tje0",
    password: str = "Tje0",  # noqa: S107  # printed in the documentation
    control_token: str | None = None,
) -> Iterator[Mock]:
    """The mock at a URL, which somebody else has started: a process, or a container."""
    with PoolManager() as pool:
        yield Mock(Caller(pool, url.rstrip("/"), user, password, control_token))
