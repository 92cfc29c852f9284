"""Fixtures: a raw server with a proxy before it, and a mock with a proxy before it."""

from __future__ import annotations

import pytest

from tests.upstream.servers import proxying, raw


@pytest.fixture(scope="package", name="pair")
def _pair():
    with raw() as server, proxying(server.url, "--upstream-timeout", "1") as proxy:
        yield server, proxy


@pytest.fixture(name="server")
def _server(pair):
    """The raw server as it was made."""
    server, proxy = pair
    proxy.ask("POST", "/_mock/reset", headers={})
    server.answer, server.speak = b"HTTP/1.1 204 No Content\r\n\r\n", None
    server.got.clear()
    return server


@pytest.fixture(name="proxy")
def _proxy(pair):
    return pair[1]


@pytest.fixture(scope="package", name="mocked")
def _mocked():
    """A good mock, and a proxy before it."""
    with proxying(None) as mock, proxying(mock.url) as proxy:
        yield mock, proxy
