"""Bodies in XML: the carrier as root, a child per property, arrays and dictionaries as .NET writes them."""

from __future__ import annotations

import re
from typing import Any

from mock_server.formats.tree import Node
from mock_server.problems import Invalid

DEPTH = 100
# Each becomes an object, many times as large as what was sent.
ELEMENTS = 50_000
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
HEAD = '<?xml version="1.0" encoding="utf-8"?>'
# What XML 1.0 cannot write at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
# Members whose keys are the caller's own.
ENTRIES = {
    "Headers": "KeyValueOfstringstring",
    "_Links": "KeyValueOfstringstring",
    "ExtraFields": "KeyValueOfstringstring",
    "CustomFields": "KeyValueOfstringstring",
    "FieldProperties": "KeyValueOfstringFieldProperty",
}
VALUES = "Properties"


def write(value: Any, carrier: str) -> bytes:
    """The XML of an answer."""
    return (HEAD + _element(carrier, value, f' xmlns:i="{SCHEMA_INSTANCE}"')).encode()


def _element(name: str, value: Any, attributes: str = "") -> str:
    if value is None:
        return f'<{name}{attributes} i:nil="true"/>'
    return f"<{name}{attributes}>{_content(name, value)}</{name}>"


def _content(name: str, value: Any) -> str:
    if isinstance(value, dict):
        if name in ENTRIES:
            return "".join(_entry(ENTRIES[name], key, item) for key, item in value.items())
        if name == VALUES:
            return _dictionary(value)
        return "".join(_element(key, item) for key, item in value.items())
    if isinstance(value, list):
        return "".join(_element(_item_name(name, item), item) for item in value)
    return _text(value)


def _item_name(name: str, item: Any) -> str:
    if isinstance(item, str):
        return "string"
    return name.removeprefix("ArrayOf") if name.startswith("ArrayOf") else "MDOListItem"


def _entry(name: str, key: str, value: Any) -> str:
    return f"<{name}>{_element('Key', key)}{_element('Value', value)}</{name}>"


def _dictionary(value: dict[str, Any]) -> str:
    return "".join(
        f"<KeyValueOfstringanyType>{_element('Key', key)}{_any('Value', item)}</KeyValueOfstringanyType>"
        for key, item in value.items()
    )


def _any(name: str, value: Any) -> str:
    """A value that no schema describes: its kind stands beside it, so that it can be read back."""
    if isinstance(value, dict):
        return f'<{name} i:type="dictionary">{_dictionary(value)}</{name}>'
    if isinstance(value, list):
        return f'<{name} i:type="array">{"".join(_any("anyType", item) for item in value)}</{name}>'
    return _element(name, value, "" if value is None else f' i:type="{_kind(value)}"')


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return {int: "long", float: "double"}.get(type(value), "string")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _UNWRITABLE.sub("�", str(value)).translate(_ESCAPES)


def read(body: bytes) -> Node:
    """The elements of a document without a DTD, so without any entities of its own."""
    from xml.parsers import expat

    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Invalid(f"body: expected well-formed XML, got {error}") from None
    return builder.root


class _Builder:
    """Grows the tree while the parser reads."""

    def __init__(self) -> None:
        self.root = Node("")
        self._open: list[Node] = []
        self._count = 0

    def refuse_doctype(self, *_: object) -> None:
        raise Invalid("body: expected XML without a document type, got one")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEPTH:
            raise Invalid(f"body: expected at most {DEPTH} levels, got more")
        self._count += 1
        if self._count > ELEMENTS:
            raise Invalid(f"body: expected at most {ELEMENTS} elements, got more")
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(
            name.rpartition(" ")[2],
            nil=local.get("nil", "").strip() in ("true", "1"),
            kind=local.get("type", "").rpartition(":")[2],
        )
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].text += text
