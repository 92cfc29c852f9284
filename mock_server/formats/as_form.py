"""Form bodies: one field per property; a repeated field is an array."""

from __future__ import annotations

from urllib.parse import parse_qsl

from mock_server.formats.tree import Node
from mock_server.problems import Invalid

FIELDS = 1000


def read(body: bytes) -> Node:
    """The fields of a form."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except UnicodeDecodeError:
        raise Invalid("body: expected a form in UTF-8, got other bytes") from None
    except ValueError:
        raise Invalid(f"body: expected at most {FIELDS} fields, got more") from None
    return Node("form", children=[Node(name, value) for name, value in pairs])
