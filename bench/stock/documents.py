"""The document as a tool can read it that knows neither OpenAPI 3.1 nor more than one media type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bench.processes import ROOT

DOCUMENT = ROOT / "openapi" / "api.yaml"
JSON, ANSWERED = "application/json", "application/json; charset=utf-8"
# What a parameter has to be for a request to succeed; webhook 1 is there.
EXAMPLES = {"id": 1, "webhookId": 1, "WebhookId": 1, "eventName": "sale.created", "primaryKey": 12}
NEWER = {"jsonSchemaDialect", "webhooks"}
# Optional headers that ask for something else than 200; an example would be sent with every request.
CONDITIONS = {"If-Modified-Since", "If-Unmodified-Since"}

Node = dict[str, Any]


def downgraded(file: Path) -> Path:
    """The document as OpenAPI 3.0 in JSON alone, with an example for each parameter that is required."""
    document = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    document = {key: value for key, value in document.items() if key not in NEWER} | {"openapi": "3.0.3"}
    document["components"].pop("links", None)
    document["info"] = {"title": document["info"]["title"], "version": document["info"]["version"]}
    for node in _nodes(document):
        _simplify(node, document)
    for node in _nodes(document["components"]["responses"]):
        if JSON in node.get("content", {}):
            node["content"] = {ANSWERED: node["content"][JSON]}
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(each)


def _simplify(node: Node, document: Node) -> None:
    if isinstance(content := node.get("content"), dict):
        kept = JSON if JSON in content else next((each for each in content if "json" in each), None)
        node["content"] = {JSON: _with_example(content[kept], document)} if kept else {}
    if node.get("required") and node.get("in") in ("path", "query") and node.get("name") in EXAMPLES:
        node["example"] = EXAMPLES[node["name"]]
    if node.get("in") == "header" and node.get("name") in CONDITIONS:
        node.pop("example", None)
    if "description" in node and isinstance(node.get("links"), dict):
        node.pop("links")
    if isinstance(types := node.get("type"), list):
        _make_nullable(node, types)
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if isinstance(node.get("examples"), list):
        node.pop("examples")


def _make_nullable(node: Node, types: list[str]) -> None:
    named = [each for each in types if each != "null"]
    node.pop("type")
    node |= {"type": named[0]} if len(named) == 1 else {}
    node |= {"nullable": True} if "null" in types else {}


def _with_example(media: Node, document: Node) -> Node:
    """The first of several examples as the only one."""
    examples = media.get("examples") or {}
    first = _found(next(iter(examples.values()), {}), document)
    rest = {key: value for key, value in media.items() if key != "examples"}
    return rest | ({"example": first["value"]} if "value" in first else {})


def _found(node: Node, document: Node) -> Node:
    while "$ref" in node:
        place: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        node = place
    return node
