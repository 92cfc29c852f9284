"""Holds what is sent to the control API against its document."""

from __future__ import annotations

from typing import Any

from mock_server.problems import Invalid
from openapi import control

LONGEST = 300


def demand(schema: str, value: Any) -> None:
    """Refuses a value that is not as a schema of `control.yaml` says."""
    difference = control.load().difference(f"#/components/schemas/{schema}", value)
    if difference is not None:
        place, _, message = difference.partition(": ")
        line = f"{place.replace('$', 'body', 1)}: {message}"
        raise Invalid(line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}...")
