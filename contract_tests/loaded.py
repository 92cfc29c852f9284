"""Importing this loads the suite, as a process does once from which others are forked.

Schemathesis is left out: only one of them draws with it, and the others need not wait.
"""

import gc
import warnings
from importlib import import_module

from hypothesis import given, settings

from contract_tests import garbage
from contract_tests.kit import strategies


def _load() -> None:
    """All checks, the clauses, and what judges shapes; nothing is left where one stands."""
    from contract_tests import checking
    from openapi import clauses, document

    for path in checking.HERE.glob("test_*.py"):
        import_module(f"contract_tests.{path.stem}")
    checking.keep_tables_aside()
    clauses.load()
    document.load().difference("#/components/schemas/Webhook", {})


@settings(max_examples=1, database=None)
@given(strategies.changes)
def _draw(_change: object) -> None:
    """Hypothesis looks through all that there is, and through what it draws from, when it first does so."""


gc.disable()
_load()
garbage.settled()  # what is shared is never looked through, so no part makes a copy of it
with warnings.catch_warnings(action="ignore"):  # about drawing before pytest begins
    _draw()
