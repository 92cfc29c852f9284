"""Reads `api.yaml`: its operations, and validators for any of its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from openapi.errors import BrokenReference
from openapi.files import read

FILE = "api.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
BASE_PATH = "/api/v1"

Json = Any
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, as the document describes it."""

    id: str
    method: str
    path: str
    raw: Mapping[str, Any]

    @property
    def label(self) -> str:
        """How people name it: `PATCH /Webhook/{id}`."""
        return f"{self.method} {self.path}"

    @property
    def success(self) -> int:
        """The documented status of a call that went well (200 or 204)."""
        return next(int(status) for status in self.raw["responses"] if status.startswith("2"))


@dataclass(frozen=True, eq=False)
class Document:
    """The OpenAPI document with its references intact."""

    raw: Mapping[str, Any]

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Operations by operationId, in the order of the document."""
        return {operation.id: operation for operation in self._operations()}

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.raw["paths"].items():
            for method in METHODS:
                if method in item:
                    raw = item[method]
                    yield Operation(raw["operationId"], method.upper(), path, raw)

    def success_reference(self, operation: str) -> str | None:
        """Where the schema stands of the JSON that a successful call answers; None for no content."""
        found = self.operations[operation]
        response = found.raw["responses"][str(found.success)]
        place = response.get(
            "$ref", f"#/paths/{token(found.path)}/{found.method.lower()}/responses/{found.success}"
        )
        if "application/json" not in self.resolve(response).get("content", {}):
            return None
        return f"{place}/content/application~1json/schema"

    def schema(self, name: str) -> Schema:
        """One of `components.schemas`."""
        schema: Schema = self.at(f"#/components/schemas/{name}")
        return schema

    def at(self, reference: str) -> Any:
        """What a local reference such as `#/components/schemas/Webhook` points at."""
        place: Any = self.raw
        for token in reference.removeprefix("#/").split("/"):
            key = token.replace("~1", "/").replace("~0", "~")
            if not isinstance(place, Mapping) or key not in place:
                raise BrokenReference(FILE, reference, f"there is no {key!r}")
            place = place[key]
        return place

    def resolve(self, schema: Schema) -> Schema:
        """The schema itself, or what its `$ref` points at."""
        return self.resolve(self.at(schema["$ref"])) if "$ref" in schema else schema

    def difference(self, reference: str, instance: Json) -> str | None:
        """Where and how the instance departs from the schema at the reference, or None."""
        from jsonschema.exceptions import best_match

        error = best_match(_validator(self, reference).iter_errors(instance))
        return None if error is None else f"{error.json_path}: {error.message}"


def token(key: str) -> str:
    """A key as a JSON Pointer writes it (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


@cache
def _validator(document: Document, reference: str) -> Any:
    from jsonschema import Draft202012Validator

    document.at(reference)
    # The components go with it, so that every local reference inside resolves.
    schema = {"$ref": reference, "components": document.raw["components"], "paths": document.raw["paths"]}
    # Stamps have patterns beside their format, so no format needs a checker.
    return Draft202012Validator(schema)


@cache
def load() -> Document:
    """The document of this package."""
    return Document(read(FILE))
