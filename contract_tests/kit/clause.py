"""Says which clause a check is the test of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from openapi import clauses

Check = TypeVar("Check", bound=Callable[..., Any])
MARK = "clause"
FOUND = pytest.StashKey[str | None]()


def checks(clause_id: str) -> Callable[[Check], Check]:
    """Mark a check with its clause; an id that is not in the file stops the collection."""
    clauses.get(clause_id)
    mark: pytest.MarkDecorator = getattr(pytest.mark, MARK)(clause_id)
    return mark


def of(item: pytest.Item) -> str | None:
    """The clause id of a collected check; it is asked for often, and looked for once."""
    if FOUND not in item.stash:
        mark = item.get_closest_marker(MARK)
        item.stash[FOUND] = None if mark is None else str(mark.args[0])
    return item.stash[FOUND]
