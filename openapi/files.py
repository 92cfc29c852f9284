"""Reads the YAML files beside this module."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

# libyaml parses the document about ten times faster; the wheels of PyYAML bring it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(name: str) -> Any:
    """The parsed contents of one file of this package."""
    text = (files("openapi") / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader, chosen above
