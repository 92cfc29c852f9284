"""What several of our own tests need: the mock as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests import embedded


@pytest.fixture(scope="session")
def mock() -> Iterator[str]:
    """The URL of a mock that is served for the whole session."""
    with embedded.mock() as url:
        yield url
