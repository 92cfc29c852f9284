"""A pytest plugin that turns the order of the checks upside down, or shuffles it."""

from __future__ import annotations

import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--order", default="reversed", help="reversed, or a number to shuffle by")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the checks into another order, whatever they look at."""
    order = config.getoption("--order")
    items[:] = items[::-1] if order == "reversed" else random.Random(order).sample(items, len(items))
