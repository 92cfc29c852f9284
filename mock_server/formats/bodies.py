"""Reads a request body of any media type as the value that a schema of the document describes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mock_server.formats import as_form, as_json, as_xml
from mock_server.formats.negotiation import FORM, JSON, JSON_TYPES, XML_TYPES
from mock_server.formats.tree import typed
from mock_server.problems import Unsupported, shown
from openapi.document import load

# A patch says nothing in XML or in a form: the documentation shows it in JSON only.
PATCH = "Patch"


def read(body: bytes, content_type: str, schema: str) -> Any:
    """The JSON value of a body; None when it is empty."""
    if not body:
        return None
    media_type, charset = parsed(content_type)
    if media_type in JSON_TYPES:
        return as_json.read(body, charset)
    if schema == PATCH:
        raise Unsupported(f"Content-Type: expected one of {', '.join(JSON_TYPES)}, got {shown(content_type)}")
    return _read_text(body, media_type, schema)


@lru_cache(maxsize=64)
def parsed(content_type: str) -> tuple[str, str | None]:
    """The media type and the charset of a header; nothing said is JSON."""
    media_type, *parameters = (part.strip().casefold() for part in content_type.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "charset":
            return media_type or JSON, value.strip().strip('"')
    return media_type or JSON, None


def _read_text(body: bytes, media_type: str, schema: str) -> Any:
    if media_type in XML_TYPES:
        node = as_xml.read(body)
    elif media_type == FORM:
        node = as_form.read(body)
    else:
        expected = ", ".join((*JSON_TYPES, *XML_TYPES, FORM))
        raise Unsupported(f"Content-Type: expected one of {expected}, got {shown(media_type)}")
    document = load()
    return typed(node, document.schema(schema), document)
