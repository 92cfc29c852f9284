"""Says which clause a check is the test of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from openapi import clauses

Check = TypeVar("Check", bound=Callable[..., Any])
MARK = "clause"


def checks(clause_id: str) -> Callable[[Check], Check]:
    """Mark a check with its clause; an id that is not in the file stops the collection."""
    clauses.get(clause_id)
    mark: pytest.MarkDecorator = getattr(pytest.mark, MARK)(clause_id)
    return mark


def of(item: pytest.Item) -> str | None:
    """The clause id of a collected check."""
    mark = item.get_closest_marker(MARK)
    return None if mark is None else str(mark.args[0])
