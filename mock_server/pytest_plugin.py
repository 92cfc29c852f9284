"""Fixtures for tests of a client of the Webhook API: one mock for a run, a fresh tenant for each test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

# Nothing of the mock is loaded before a test asks for it.
if TYPE_CHECKING:
    from mock_server.testing import Mock, Tenant

_next = count(1).__next__


@pytest.fixture(scope="session")
def webhook_mock_settings() -> Mapping[str, Any]:
    """Settings of the mock, for a conftest.py to replace: those of `mock_server.Settings`, and `faults`."""
    return {}


@pytest.fixture(scope="session")
def webhook_mock_server(webhook_mock_settings: Mapping[str, Any]) -> Iterator[Mock]:
    """The one mock of this run, on a free port of loopback."""
    from mock_server.testing import running_mock

    with running_mock(**webhook_mock_settings) as mock:
        yield mock


@pytest.fixture
def webhook_mock(webhook_mock_server: Mock, request: pytest.FixtureRequest) -> Iterator[Tenant]:
    """A tenant that nobody has used; it is forgotten after the test."""
    name = f"{re.sub(r'[^A-Za-z0-9]+', '-', request.node.name)[:60].strip('-')}-{_next()}"
    yield webhook_mock_server.tenant(name)
    webhook_mock_server.forget(name)
