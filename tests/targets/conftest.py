"""What the tests of splitting and dealing look at: the checks that pytest finds."""

from __future__ import annotations

import pytest

from contract_tests import checking


class Collected:
    """A pytest plugin that keeps what was collected, and runs nothing."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the items."""
        self.items = list(items)


@pytest.fixture(scope="session")
def items() -> list[pytest.Item]:
    """Every check of the suite, in the order of a run."""
    collected = Collected()
    pytest.main([*checking._arguments(), "--collect-only"], plugins=[collected])
    assert len(collected.items) > 300
    return collected.items
