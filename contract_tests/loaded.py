"""Importing this loads the whole suite, as a process does once from which others are forked."""

import gc
from importlib import import_module

from contract_tests import checking, test_schema
from openapi import clauses

for path in checking.HERE.glob("test_*.py"):
    import_module(f"contract_tests.{path.stem}")
test_schema.schema()
clauses.load()
gc.freeze()  # what is shared is never looked through, so no part makes a copy of it
