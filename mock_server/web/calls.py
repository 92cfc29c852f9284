"""One request as the operations need it: its caller, its query in any case, its body, and how to answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote

from flask import Request, Response

from mock_server import filters, formats
from mock_server.conditions import http_date
from mock_server.fields import Reader, int32, names, plain
from mock_server.filters import Filter
from mock_server.formats import negotiation
from mock_server.problems import Invalid, shown
from mock_server.service import Caller, Entity, Service
from mock_server.web.mount import BASE

_NUMBER = re.compile(r"[+-]?[0-9]{1,10}")
_state = names(("Unknown", "Active", "Stopped", "TooManyErrors"))


class Call:
    """One request whose caller is known."""

    __slots__ = ("_request", "caller", "environ", "service")

    def __init__(self, service: Service, caller: Caller, request: Request) -> None:
        self.service = service
        self.caller = caller
        self.environ = request.environ
        self._request = request

    # What came in.

    def query(self) -> dict[str, str]:
        """The query parameters by their names in lower case; a repeated one is joined by commas."""
        raw = self.environ.get("QUERY_STRING", "")
        found: dict[str, str] = {}
        for name, value in parse_qsl(raw, keep_blank_values=True) if raw else ():
            key = name.casefold()
            found[key] = f"{found[key]},{value}" if key in found else plain(value, key)
        return found

    def body(self) -> Any:
        """The value of the body; None when it is empty or null."""
        raw = self._request.get_data(cache=False)
        return formats.read(raw, self.environ.get("CONTENT_TYPE", "")) if raw else None
