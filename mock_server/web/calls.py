"""One request as the operations need it: its caller, its query in any case, its body, and its conditions."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote

from mock_server import filters
from mock_server.conditions import http_date
from mock_server.fields import Reader, int32, names, plain
from mock_server.filters import Filter
from mock_server.problems import Invalid, TooLarge, shown
from mock_server.service import Caller, Entity, Service
from mock_server.web.coding import plain as plain_body
from mock_server.web.mount import BASE, decoded

_NUMBER = re.compile(r"[+-]?[0-9]{1,10}")
_state = names(("Unknown", "Active", "Stopped", "TooManyErrors"))


class Call:
    """One request whose caller is known."""

    __slots__ = ("_query", "caller", "environ", "service")

    def __init__(self, service: Service, caller: Caller, environ: dict[str, Any]) -> None:
        self.service = service
        self.caller = caller
        self.environ = environ
        self._query: dict[str, str] | None = None

    def query(self, name: str) -> str | None:
        """A query parameter, whichever way its name is written."""
        if self._query is None:
            self._query = parameters(self.environ.get("QUERY_STRING", ""))
        return self._query.get(name)

    def body(self, schema: str, read: Reader, *, required: bool = True) -> Any:
        """The body as a schema describes it; a missing one is None unless it is required."""
        value = self.json(schema)
        if value is None:
            if required:
                raise Invalid("body: expected an entity, got none")
            return None
        return read(value, "body")

    def json(self, schema: str) -> Any:
        """The JSON value of the body, before anybody judged it."""
        raw = self.raw_body()
        if not raw:
            return None
        return self.service.behaviour.read(raw, self.environ.get("CONTENT_TYPE", ""), schema)

    def raw_body(self) -> bytes:
        """The bytes of the body, up to the limit."""
        raw: bytes = self.environ["wsgi.input"].read()
        if len(raw) > (limit := self.service.settings.body_limit):
            raise TooLarge(f"body: expected at most {limit} bytes, got more")
        coding = self.environ.get("HTTP_CONTENT_ENCODING")
        return plain_body(raw, coding, limit) if coding else raw

    def number(self, text: str | None, place: str) -> int:
        """A whole number of a path or a query."""
        if text is None or not _NUMBER.fullmatch(text):
            raise Invalid(f"{place}: expected a whole number, got {shown(text)}")
        return int(int32(int(text), place))

    def filter(self) -> Filter:
        """The filters of the query."""
        state = self.query("statusfilter")
        return filters.wanted(
            self.query("namefilter"),
            self.query("eventfilter"),
            _state(state, "statusFilter") if state else None,
        )

    def unmodified(self) -> datetime | None:
        """The moment of If-Unmodified-Since."""
        return http_date(self.environ.get("HTTP_IF_UNMODIFIED_SINCE"))

    def modified(self) -> datetime | None:
        """The moment of If-Modified-Since."""
        return http_date(self.environ.get("HTTP_IF_MODIFIED_SINCE"))

    def links(self, entity: Entity) -> dict[str, str]:
        """The addresses of a webhook and its list, as this request came in; no proxy header changes them."""
        environ = self.environ
        host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        archive = _archive(environ["wsgi.url_scheme"], host, environ["SCRIPT_NAME"])
        return {"Self": f"{archive}/{entity['WebhookId']}", "Archive": archive}

    def tags_offsets(self) -> bool:
        """Whether SO-TimeZone asks for offsets; the stamps of a webhook are UTC in every zone."""
        zone = self.environ.get("HTTP_SO_TIMEZONE")
        return zone is not None and "includetzoffset" in zone.casefold()


@lru_cache(maxsize=64)
def _archive(scheme: str, host: str, prefix: str) -> str:
    return f"{scheme}://{host}{quote(prefix.encode('latin-1'))}{BASE}/Webhook"


def parameters(raw: str) -> dict[str, str]:
    """Query parameters by their names in lower case; a repeated one is joined by commas."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(decoded(raw), keep_blank_values=True):
        key = name.casefold()
        found[key] = f"{found[key]},{plain(value, key)}" if key in found else plain(value, key)
    return found
