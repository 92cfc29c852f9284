"""Reads a file that says which operations an implementation offers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from contract_tests.kit.profiles import Asked
from openapi import document


class NoOffers(ValueError):  # noqa: N818  # what it says is a fact about a file
    """A file of offers cannot be understood; the text is one line."""


def offers(file: Path) -> Asked:
    """What a file lists: ids of operations, or the operations of an OpenAPI document."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise NoOffers(f"{file} cannot be read: {reason}") from None
    paths = _paths(text)
    found = _listed(file, text) if paths is None else _matched(paths)
    if not found:
        raise NoOffers(f"{file} has no operation of the Webhook API")
    return Asked(frozenset(found), f"the file {file.name}")


def _paths(text: str) -> Mapping[str, Any] | None:
    """The paths of an OpenAPI document, each below its server; None for any other text."""
    import yaml  # runs without such a file are not to wait for it

    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("paths"), dict):
        return None
    paths: Mapping[str, Any] = found["paths"]
    return paths


def _listed(file: Path, text: str) -> Iterable[str]:
    """Ids, one a line or in brackets; # begins a comment."""
    known = document.load().operations
    found = re.findall(r"[^\s,\[\]\"']+", re.sub(r"(?m)(^|\s)(#.*$|-(?=\s))", " ", text))
    for each in found:
        if each not in known:
            near = get_close_matches(each, known, 1)
            hint = f"; did you mean {near[0]}?" if near else "; openapi/api.yaml has the ids"
            raise NoOffers(f"{file}: there is no operation {each}{hint}")
    return found


def _matched(paths: Mapping[str, Any]) -> Iterable[str]:
    """The ids of ours that another document has too, whatever it calls them, its parameters and its base."""
    theirs = {
        (method.upper(), _plain(path))
        for path, item in paths.items()
        if isinstance(item, dict)
        for method in item
    }
    return [
        each.id for each in document.load().operations.values() if (each.method, _plain(each.path)) in theirs
    ]


def _plain(path: str) -> str:
    """A path without its base, the names of its parameters and its letter case."""
    below = re.sub(r"(?i)^.*?/(?=(agents/)?webhook(/|$))", "/", f"/{path.strip('/')}")
    return re.sub(r"\{[^}]*\}", "{}", below).lower()
