"""Bodies that are all text (XML, forms), turned into JSON values by the schema of what is expected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openapi.document import Document, Schema

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,12}\s*")


@dataclass(slots=True)
class Node:
    """An element of XML, or a field of a form: a name, a text, and what it holds."""

    name: str
    text: str = ""
    nil: bool = False
    kind: str = ""
    children: list[Node] = field(default_factory=list)

    def child(self, name: str) -> Node | None:
        """The first child of a name in any case."""
        return next((child for child in self.children if child.name.casefold() == name.casefold()), None)


def typed(node: Node, schema: Schema, document: Document) -> Any:
    """The JSON value a node stands for; text that does not fit stays text, for a reader to refuse."""
    schema = _plain(schema, document)
    if node.nil:
        return None
    kinds = schema.get("type", "string")
    if "object" in kinds:
        return _object(node, schema, document)
    if "array" in kinds:
        return [typed(item, schema["items"], document) for item in items([node])]
    return _scalar(node.text, kinds)


def _plain(schema: Schema, document: Document) -> Schema:
    schema = document.resolve(schema)
    if "anyOf" in schema and "type" not in schema:
        branches = [branch for branch in schema["anyOf"] if branch.get("type") != "null"]
        return _plain(branches[0], document)
    return schema


def _object(node: Node, schema: Schema, document: Document) -> Any:
    if "properties" in schema:
        return _record(node, schema["properties"], document)
    if "additionalProperties" in schema:
        inner = schema["additionalProperties"]
        return {key: typed(value, inner, document) for key, value in entries(node)}
    return {key: free(value) for key, value in entries(node)}


def _record(node: Node, properties: Mapping[str, Schema], document: Document) -> Any:
    known = {name.casefold(): name for name in properties}
    found: dict[str, list[Node]] = {}
    for child in node.children:
        if child.name.casefold() in known:
            found.setdefault(known[child.name.casefold()], []).append(child)
    return {name: _member(nodes, properties[name], document) for name, nodes in found.items()}


def _member(nodes: list[Node], schema: Schema, document: Document) -> Any:
    schema = _plain(schema, document)
    if "array" in schema.get("type", ()) and not nodes[0].nil:
        return [typed(item, schema["items"], document) for item in items(nodes)]
    if "object" in schema.get("type", ()) and nodes[0].text.strip() and not nodes[0].children:
        return nodes[0].text
    return typed(nodes[-1], schema, document)


def items(nodes: list[Node]) -> list[Node]:
    """The elements of an array: what a node holds, or repeated nodes with a text each."""
    found: list[Node] = []
    for node in nodes:
        found += node.children or ([node] if node.text.strip() else [])
    return found


def entries(node: Node) -> list[tuple[str, Node]]:
    """The entries of a dictionary: pairs of Key and Value, or children under their own names."""
    found = []
    for child in node.children:
        key, value = child.child("Key"), child.child("Value")
        found.append((child.name, child) if key is None else (key.text, value or Node("Value", nil=True)))
    return found


def free(node: Node) -> Any:
    """A value that no schema describes, typed as the writer of XML marks it."""
    if node.nil:
        return None
    if node.kind == "array":
        return [free(child) for child in node.children]
    if node.kind == "dictionary" or node.children:
        return {key: free(value) for key, value in entries(node)}
    if node.kind == "double":
        return _float(node.text)
    return _scalar(node.text, {"long": "integer", "int": "integer", "boolean": "boolean"}.get(node.kind, ""))


def _float(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return text
    # JSON has no NaN and no infinity.
    return number if abs(number) < float("inf") else text


def _scalar(text: str, kinds: Any) -> Any:
    if "integer" in kinds and _WHOLE.fullmatch(text):
        return int(text)
    if "boolean" in kinds and text.strip().casefold() in ("true", "false", "1", "0"):
        return text.strip().casefold() in ("true", "1")
    return text
