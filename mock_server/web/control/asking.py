"""One request to the control API: its tenant, its query and its body, held against `control.yaml`."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import cache
from typing import Any

from mock_server.control.stages import Control
from mock_server.control.wording import demand
from mock_server.formats import as_json
from mock_server.problems import Invalid, TooLarge, shown
from mock_server.service import Caller
from mock_server.web.calls import Call, parameters
from mock_server.web.coding import plain
from mock_server.web.mount import OWN_LIMIT
from openapi import control as document


class Asking(Call):
    """One request that may steer the mock."""

    __slots__ = ("control",)

    def __init__(self, control: Control, tenant: str, environ: dict[str, Any]) -> None:
        super().__init__(control.service.of(tenant), Caller(tenant, 0, ""), environ)
        self.control = control

    @property
    def tenant(self) -> str:
        """The tenant that is steered."""
        return self.caller.tenant

    def said(self, schema: str | None) -> Any:
        """The body as JSON, as a schema of the document describes it."""
        raw: bytes = self.environ["wsgi.input"].read()
        if len(raw) > OWN_LIMIT:
            raise TooLarge(f"body: expected at most {OWN_LIMIT} bytes, got more")
        raw = plain(raw, self.environ.get("HTTP_CONTENT_ENCODING", ""), OWN_LIMIT)
        if not raw:
            raise Invalid("body: expected JSON, got none")
        value = as_json.read(raw)
        if schema:
            demand(schema, value)
        return value

    def seconds(self, name: str, usual: float, most: float) -> float:
        """A number of seconds in the query."""
        text = self.query(name)
        try:
            number = float(text) if text else usual
        except ValueError:
            number = math.nan
        if not 0 <= number <= most:
            raise Invalid(f"{name}: expected a number from 0 to {most:g}, got {shown(text)}")
        return number

    def moment(self, name: str) -> float | None:
        """A moment in the query, in seconds since 1970."""
        text = self.query(name)
        if not text:
            return None
        try:
            # A plus that nobody encoded has become a blank.
            found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            raise Invalid(
                f"{name}: expected a moment such as 2026-11-21T13:00:00Z, got {shown(text)}"
            ) from None


def demand_known(operation: str, environ: dict[str, Any]) -> None:
    """Refuses a parameter of the query that the operation does not have."""
    known = _parameters(operation)
    for name in parameters(environ.get("QUERY_STRING", "")):
        if name not in known:
            raise Invalid(f"query: expected {', '.join(sorted(known)) or 'no parameters'}, got {shown(name)}")


@cache
def _parameters(operation: str) -> frozenset[str]:
    found = document.load().operations[operation].raw.get("parameters", [])
    resolved = [document.load().resolve(each) for each in found]
    return frozenset(each["name"].casefold() for each in resolved if each["in"] == "query")
