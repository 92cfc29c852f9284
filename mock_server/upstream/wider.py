"""Where requests may say more than the schemas of the document, some of which are narrow to draw values from.

Each entry follows the words of the document, which say what the schema leaves out. A title says what a
pattern means.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from openapi.document import Schema, load


def _any_case(word: str) -> str:
    """A pattern in the dialect of JSON Schema, which has no flags."""
    return "".join(f"[{each.upper()}{each}]" for each in word)


# "An absolute URL."
_URL: Schema = {
    "title": "an absolute URL with http or https",
    "type": "string",
    "maxLength": 4000,
    "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/]",
}
_OPS = ("add", "replace", "remove", "test")
_TARGET = {"required": ["TargetUrl"], "properties": {"TargetUrl": {"$ref": "#/components/schemas/HttpUrl"}}}
_OPERATION: Schema = {
    "type": "object",
    "required": ["op", "path"],
    "properties": {
        "op": {
            "title": f"one of {', '.join(_OPS)}",
            "type": "string",
            "pattern": f"^({'|'.join(map(_any_case, _OPS))})$",
        },
        "path": {"type": "string", "minLength": 1},
    },
    "if": {"properties": {"op": {"pattern": f"^{_any_case('remove')}$"}}},
    "else": {"required": ["value"]},
}
_TYPE = {"type": "string", "maxLength": 100}


@cache
def schemas() -> Mapping[str, Schema]:
    """The components that requests are held against."""
    known = load().raw["components"]["schemas"]
    webhook = known["WebhookInput"]
    return {
        **known,
        "HttpUrl": _URL,
        # "The include name of a script"; targets of other types are not described at all.
        "ScriptName": {"type": "string", "maxLength": 4000},
        "WebhookInput": {
            **{key: value for key, value in webhook.items() if key not in ("if", "then", "else")},
            "properties": {**webhook["properties"], "TargetUrl": {"type": "string", "maxLength": 4000}},
            "if": {"properties": {"Type": {"enum": ["webhook", None]}}},
            "then": _TARGET,
        },
        # "Other indices and entries work where they exist."
        "JsonPatchOperation": _OPERATION,
        # "The new values of some members"; what the server sets itself is ignored, as in a POST.
        "MergePatch": {
            "type": "object",
            "properties": {
                **webhook["properties"],
                **known["MergePatch"]["properties"],
                "TargetUrl": {"type": "string", "maxLength": 4000},
                "Type": {"anyOf": [_TYPE, {"type": "null"}]},
                "State": {"$ref": "#/components/schemas/StateInput"},
                "NotifyVia": {"$ref": "#/components/schemas/NotifyViaInput"},
                "NotifyWhen": {"$ref": "#/components/schemas/NotifyWhenInput"},
                # An object is added to an array where the webhook has one.
                "Events": {"type": ["array", "object", "string", "null"]},
                "ErrorEmails": {"type": ["array", "object", "string", "null"]},
                "ErrorAssociates": {"type": ["array", "object", "null"]},
            },
        },
        # The form of a name is that of the samples; what can be waited for, nobody says.
        "EventName": {
            "title": "a name without blanks and commas",
            "type": "string",
            "maxLength": 4000,
            "pattern": r"^[^\s,]+$",
        },
        "HeaderText": {
            "title": "a text without control characters",
            "type": "string",
            "pattern": r"^[^\x00-\x08\x0a-\x1f\x7f]*$",
        },
        "HeaderName": {
            "title": "the name of a header (RFC 9110, section 5.1)",
            "type": "string",
            "pattern": r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
        },
    }


def respelled(value: Any, schema: Schema) -> Any:
    """A value with the members that the document knows spelled as there; requests may use any letter case."""
    if isinstance(value, list) and (items := _found(schema, "items")):
        return [respelled(each, items) for each in value]
    if not isinstance(value, dict) or not (properties := _found(schema, "properties")):
        return value
    known = {name.casefold(): name for name in properties}
    return {
        name: respelled(member, properties.get(name, {}))
        for key, member in value.items()
        for name in (known.get(key.casefold(), key),)
    }


def _found(schema: Schema, keyword: str) -> Any:
    """What a schema, or one that it refers to, says under a keyword."""
    if "$ref" in schema:
        return _found(schemas()[schema["$ref"].rpartition("/")[2]], keyword)
    if keyword in schema:
        return schema[keyword]
    return next((found for each in schema.get("anyOf", ()) if (found := _found(each, keyword))), None)
