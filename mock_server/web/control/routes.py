"""Which path of `/_mock` leads to which operation, as `control.yaml` says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request

from mock_server.control.stages import Control
from mock_server.formats import as_json
from mock_server.problems import Forbidden, Problem
from mock_server.web.answers import refusal
from mock_server.web.control import access
from mock_server.web.control.asking import Asking, demand_known
from mock_server.web.credentials import Credentials
from mock_server.web.tenants import tenant_of

JSON = "application/json; charset=utf-8"
LOOKS = ("findDeliveries", "findMails")
# What a proxy leaves to the server behind it.
OF_THE_MOCK = ("putSnapshot", "putFaults", "clearFaults", "putFault", "deleteFault", "putClock", "clearClock")

View = Callable[..., Response]

# Method, path and operation; a test holds them against the document, which nobody reads to start a mock.
ROUTES = (
    ("GET", "/_mock/openapi.json", "describe"),
    ("POST", "/_mock/reset", "reset"),
    ("GET", "/_mock/snapshot", "getSnapshot"),
    ("PUT", "/_mock/snapshot", "putSnapshot"),
    ("GET", "/_mock/requests", "findRequests"),
    ("DELETE", "/_mock/requests", "clearRequests"),
    ("POST", "/_mock/requests/count", "countRequests"),
    ("GET", "/_mock/violations", "findViolations"),
    ("DELETE", "/_mock/violations", "clearViolations"),
    ("GET", "/_mock/faults", "getFaults"),
    ("PUT", "/_mock/faults", "putFaults"),
    ("DELETE", "/_mock/faults", "clearFaults"),
    ("PUT", "/_mock/faults/{fault}", "putFault"),
    ("DELETE", "/_mock/faults/{fault}", "deleteFault"),
    ("GET", "/_mock/delays", "getDelays"),
    ("PUT", "/_mock/delays", "putDelays"),
    ("DELETE", "/_mock/delays", "clearDelays"),
    ("GET", "/_mock/clock", "getClock"),
    ("PUT", "/_mock/clock", "putClock"),
    ("DELETE", "/_mock/clock", "clearClock"),
    ("GET", "/_mock/deliveries", "findDeliveries"),
    ("GET", "/_mock/mails", "findMails"),
    ("POST", "/_mock/idle", "waitIdle"),
    ("GET", "/_mock/tenants", "getTenants"),
    ("DELETE", "/_mock/tenants/{name}", "deleteTenant"),
)


def routes(control: Control) -> Iterator[tuple[str, str, View]]:
    """Method, Flask's path and view of each operation."""
    credentials = Credentials(control.service.settings)
    for method, path, operation in ROUTES:
        rule = re.sub(r"\{(\w+)\}", r"<path:\1>", path)
        yield method, rule, _view(control, credentials, operation)


def _view(control: Control, credentials: Credentials, operation: str) -> View:
    def view(**parts: str) -> Response:
        # Loaded when somebody asks: a mock that nobody steers does without.
        from mock_server.web.control.operations import OPERATIONS

        environ = request.environ
        try:
            _demand(control, credentials, operation, environ)
            demand_known(operation, environ)
            return _answer(OPERATIONS[operation](Asking(control, tenant_of(environ), environ), **parts))
        except Problem as problem:
            return refusal(problem, None)

    return view


def _demand(control: Control, credentials: Credentials, operation: str, environ: dict[str, Any]) -> None:
    settings = control.service.settings
    if operation in LOOKS:
        access.demand_look(settings, credentials, environ)
    elif operation != "describe":
        access.demand(settings, environ)
    if control.upstream and operation in OF_THE_MOCK:
        address = control.upstream.address.url
        raise Forbidden(
            f"{environ['PATH_INFO']}: expected a mock, got the proxy of {address}, which it cannot change"
        )


def _answer(value: Any) -> Response:
    if value is None:
        return Response(status=204)
    status, shown = value if isinstance(value, tuple) else (200, value)
    return Response(as_json.write(shown), status=status, content_type=JSON)
