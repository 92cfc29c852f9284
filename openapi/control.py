"""Reads `control.yaml`: the operations below `/_mock`, with which tests steer the mock."""

from __future__ import annotations

from functools import cache

from openapi.document import Document
from openapi.files import read

FILE = "control.yaml"


@cache
def load() -> Document:
    """The document of the control API."""
    return Document(read(FILE))
