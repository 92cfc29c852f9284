"""`$select`: unselected members stay and become null."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Optional

# What is wanted, by folded name: "all of it" or some of its members.
Tree = Mapping[str, Optional["Tree"]]


@lru_cache(maxsize=256)
def parse(text: str) -> Tree:
    """The selection of a query value such as `name,registeredAssociate/name`; empty selects everything."""
    tree: dict[str, Any] = {}
    for path in filter(None, (part.strip() for part in text.casefold().split(","))):
        _plant(tree, [step.strip() for step in path.strip("/").split("/")])
    return tree


def _plant(tree: dict[str, Any], steps: list[str]) -> None:
    *parents, last = steps
    for step in parents:
        # The whole of a member was asked for already: a part of it adds nothing.
        if step in tree and tree[step] is None:
            return
        tree = tree.setdefault(step, {})
    tree[last] = None


def select(value: Any, tree: Tree) -> Any:
    """The value with everything that is not selected set to null."""
    if not tree:
        return value
    if isinstance(value, list):
        return [select(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _selected(member, name.casefold(), tree) for name, member in value.items()}


def _selected(member: Any, name: str, tree: Tree) -> Any:
    if name not in tree:
        return None
    inner = tree[name]
    return member if inner is None else select(member, inner)
