"""Importing this loads the suite, as a process does once from which others are forked.

Schemathesis is left out: only one of them draws with it, and the others need not wait.
"""

import gc
from importlib import import_module

from contract_tests import checking
from openapi import clauses, document

for path in checking.HERE.glob("test_*.py"):
    import_module(f"contract_tests.{path.stem}")
clauses.load()
document.load().difference("#/components/schemas/Webhook", {})  # which loads and prepares what judges shapes
gc.freeze()  # what is shared is never looked through, so no part makes a copy of it
