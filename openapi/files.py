"""Reads the YAML files beside this module."""

from __future__ import annotations

from importlib.resources import files
from typing import Any


def read(name: str) -> Any:
    """The parsed contents of one file of this package."""
    import yaml  # commands that read no file are not to wait for it

    text = (files("openapi") / name).read_text(encoding="utf-8")
    # libyaml parses the document about ten times faster; the wheels of PyYAML bring it.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506  # a safe loader, both of them
