"""One delivery as it is looked at: which event, which attempt, and where it departs from the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from contract_tests.kit import curl
from contract_tests.kit.exchange import Delivery
from contract_tests.kit.signature import HEADER
from openapi import document

STATE_EVENT = re.compile(r"webhook[0-9]*\.(started|stopped|errors)")
JSON_TYPE = "application/json"
ANY = "#/components/schemas/Delivery"  # what every kind of delivery has
NO_JSON: Final = object()


@dataclass(frozen=True)
class Incoming:
    """A delivery and what can be read off it."""

    delivery: Delivery

    @cached_property
    def json(self) -> Any:
        """The body's value; NO_JSON when it has none."""
        try:
            return json.loads(self.delivery.body)
        except (ValueError, RecursionError):
            return NO_JSON

    @property
    def members(self) -> Mapping[str, Any]:
        """The members of the body; none when it is no object."""
        return self.json if isinstance(self.json, dict) else {}

    def header(self, name: str) -> str | None:
        return self.delivery.headers.get(name)

    @property
    def event(self) -> str:
        """The name of the event, from the header or else from the body."""
        return self.header("X-SuperOffice-Event") or str(self.members.get("Event", ""))

    @property
    def event_id(self) -> str:
        """The id of the event, from the header or else from the body; empty when there is none."""
        return self.header("X-SuperOffice-EventId") or str(self.members.get("EventId", ""))

    @property
    def retry(self) -> str:
        """What the sender says of the attempts before this one; empty when it says nothing."""
        return self.header("X-SuperOffice-Retry") or ""

    @property
    def signature(self) -> str | None:
        return self.header(HEADER)

    @property
    def kind(self) -> str:
        """Which of the document's webhooks it is."""
        if self.is_test:
            return "testPing"
        names = (self.event, str(self.members.get("Event", "")))
        return "stateEvent" if any(map(STATE_EVENT.fullmatch, names)) else "event"

    @property
    def is_test(self) -> bool:
        """True for the delivery that is sent when a webhook is saved or tried."""
        return (self.header("X-Hook-Test") or "").lower() == "true" or self.event == "test"

    @property
    def pretty(self) -> str:
        """The body as people read it."""
        try:
            return curl.pretty(self.delivery.body)
        except RecursionError:
            return self.delivery.body[: curl.LONG].decode(errors="backslashreplace")

    def differences(self) -> list[str]:
        """Where and how it departs from the document; the signature is not this question."""
        operation = document.load().raw["webhooks"][self.kind]["post"]
        body = operation["requestBody"]["content"][JSON_TYPE]["schema"]["$ref"]
        return [*self._in_request(), *self._in_headers(operation["parameters"]), *self._in_body(body)]

    def _in_request(self) -> Iterator[str]:
        if self.delivery.method != "POST":
            yield f"the method is {self.delivery.method}; POST is documented"
        came = self.header("Content-Type") or ""
        if came.partition(";")[0].strip().lower() != JSON_TYPE:
            yield f"header Content-Type: {came or 'missing'}; {JSON_TYPE} is documented"

    def _in_headers(self, parameters: list[Mapping[str, str]]) -> Iterator[str]:
        for each in parameters:
            parameter = document.load().resolve(each)
            name, came = parameter["name"], self.header(parameter["name"])
            if came is None and parameter.get("required"):
                yield f"header {name}: missing"
            elif came is not None and name != HEADER:
                yield from self._in_header(name, f"{each['$ref']}/schema", came)

    def _in_header(self, name: str, reference: str, came: str) -> Iterator[str]:
        is_number = document.load().at(reference).get("type") == "integer" and re.fullmatch(
            "[0-9]{1,9}", came
        )
        found = document.load().difference(reference, int(came) if is_number else came)
        if found is not None:
            yield f"header {name}: {found.partition(': ')[2]}"

    def _in_body(self, reference: str) -> Iterator[str]:
        if self.json is NO_JSON:
            yield "the body is no JSON"
            return
        found = [*self._missing(reference), *self._wrong(reference)]
        whole = None if found else document.load().difference(reference, self.json)
        yield from [whole] if whole else found

    def _missing(self, reference: str) -> Iterator[str]:
        if isinstance(self.json, dict):
            required = [
                name for place in (ANY, reference) for name in document.load().at(place).get("required", [])
            ]
            yield from (f"$.{name}: missing" for name in required if name not in self.members)

    def _wrong(self, reference: str) -> Iterator[str]:
        for name, value in self.members.items():
            for place in (reference, ANY):
                if name in document.load().at(place).get("properties", {}):
                    found = document.load().difference(f"{place}/properties/{name}", value)
                    if found is not None:
                        yield f"$.{name}{found[1:]}"
                        break
