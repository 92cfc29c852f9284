"""The Flask application: which URL leads to which operation, and one place where refusals become answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter

from mock_server.assembly import assembled
from mock_server.clock import Clock, now
from mock_server.control.stages import Control, behaving
from mock_server.formats.negotiation import OFFERED, fits
from mock_server.problems import NotAcceptable, Problem, shown
from mock_server.service import Caller, Service
from mock_server.settings import Settings
from mock_server.web import about, operations
from mock_server.web.answers import answer, failure, refusal, write
from mock_server.web.calls import Call
from mock_server.web.coding import compressed
from mock_server.web.control.routes import routes
from mock_server.web.control.watching import watched
from mock_server.web.credentials import Credentials
from mock_server.web.docs.routes import routes as docs_routes
from mock_server.web.metrics import Meter, exposed
from mock_server.web.mount import BASE, Wsgi, mounted
from mock_server.web.observing import ROUTE, observed
from mock_server.web.page.routes import routes as page_routes
from mock_server.web.tenants import tenant_of

if TYPE_CHECKING:
    from mock_server.upstream.watch import Upstream

EXTENSION = "webhook-mock"
UPSTREAM = "webhook-mock.upstream"

REST: tuple[tuple[str, str, operations.Operation], ...] = (
    ("GET", "/default", operations.default),
    ("GET", "", operations.find),
    ("POST", "", operations.create),
    ("POST", "/Test", operations.test),
    ("GET", "/<webhook_id>", operations.get),
    ("PUT", "/<webhook_id>", operations.replace),
    ("PATCH", "/<webhook_id>", operations.patch),
    ("DELETE", "/<webhook_id>", operations.delete),
    ("POST", "/<event_name>/<primary_key>", operations.signal),
    ("GET", "/<webhook_id>/LastError", operations.last_error),
)
AGENT: dict[str, operations.Operation] = {
    "CreateDefaultWebhook": operations.create_default,
    "SaveWebhook": operations.save,
    "DeleteWebhook": operations.agent_delete,
    "GetWebhook": operations.agent_get,
    "GetAllWebhooks": operations.agent_find,
    "TestWebhook": operations.agent_test,
    "SignalEvent": operations.agent_signal,
    "GetLastError": operations.agent_last_error,
}


class NoSessions:
    """Stands where Flask looks for sessions: the mock keeps nothing between requests but its webhooks."""

    def open_session(self, *_: object) -> object:
        """Something that is not None, which would make Flask look for a second kind of session."""
        return self

    def is_null_session(self, _: object) -> bool:
        """There is nothing to save."""
        return True


def create_app(settings: Settings | None = None, *, faults: Iterable[str] = (), clock: Clock = now) -> Flask:
    """One mock as a WSGI application, with a store of its own."""
    settings, faults = settings or Settings(), tuple(faults)
    service, meter = assembled(settings, behaving(settings, faults), clock), Meter()
    upstream = _upstream(settings)
    control = Control(service, faults, upstream)
    app = Flask("mock_server", static_folder=None, template_folder=None)
    app.session_interface = NoSessions()  # type: ignore[assignment]
    app.url_map.merge_slashes = False
    app.create_url_adapter = partial(_adapter, app.url_map)  # type: ignore[method-assign]
    app.extensions[EXTENSION], app.extensions[UPSTREAM] = service, upstream
    _add_operations(app, service)
    _add_descriptions(app, service)
    _add_control(app, control)
    _add(app, "GET", "/metrics", lambda: _metrics(control, meter))
    _add_refusals(app)
    # Flask's own attribute for middleware.
    app.wsgi_app = _surrounded(app.wsgi_app, control, meter)  # type: ignore[method-assign]
    return app


def _upstream(settings: Settings) -> Upstream | None:
    if settings.upstream is None:
        return None
    from mock_server.upstream.watch import Upstream

    return Upstream(settings)


def _surrounded(app: Wsgi, control: Control, meter: Meter) -> Wsgi:
    """The application with everything that is between it and its callers; what passes stays as it is."""
    settings, upstream = control.service.settings, control.upstream
    if upstream is None:
        inner = compressed(watched(app, control))
        return mounted(observed(inner, meter, settings.log), settings.body_limit)
    from mock_server.upstream.sending import LIMIT
    from mock_server.web.proxy import proxied, seen

    inner = watched(app, control, proxy=proxied(upstream, settings), see=partial(seen, upstream))
    return mounted(observed(inner, meter, settings.log, marked=False), LIMIT)


def service_of(app: Flask) -> Service:
    """What stands behind an application, for whoever has to close it."""
    service: Service = app.extensions[EXTENSION]
    return service


def upstream_of(app: Flask) -> Upstream | None:
    """The server behind an application that is a proxy."""
    upstream: Upstream | None = app.extensions[UPSTREAM]
    return upstream


def _adapter(urls: Map, asked: Request | None) -> MapAdapter | None:
    """What Flask matches a request with; hosts and subdomains, which cost most of it, lead nowhere here."""
    if asked is None:
        return None
    return MapAdapter(urls, "localhost", "/", "", "http", asked.path, asked.method)


def _add_operations(app: Flask, service: Service) -> None:
    credentials = Credentials(service.settings)
    routes = [(method, f"{BASE}/Webhook{path}", run) for method, path, run in REST]
    routes += [("POST", f"{BASE}/Agents/Webhook/{name}", run) for name, run in AGENT.items()]
    for method, path, run in routes:
        _add(app, method, path, _view(service, credentials, run, route=f"{method} {path}"))
    listed = about.operations([(method, path) for method, path, _ in routes])
    _add(app, "GET", BASE, lambda: write(listed, "ArrayOfOperation", _accept()))


def _add_control(app: Flask, control: Control) -> None:
    for method, path, view in (
        *routes(control),
        *page_routes(control),
        *docs_routes(control.service.settings),
    ):
        _add(app, method, path, view)


def _view(
    service: Service, credentials: Credentials, run: Callable[..., Any], route: str
) -> Callable[..., Response]:
    strict, apart = service.settings.strict_accept, service.apart

    def view(**parts: str) -> Response:
        environ = request.environ
        environ[ROUTE] = route
        try:
            if strict:
                _demand_acceptable(environ.get("HTTP_ACCEPT"))
            caller = Caller(tenant_of(environ), *credentials.user(environ))
            call = Call(apart.get(caller.tenant, service), caller, environ)
            return answer(call, run(call, **parts))
        except Problem as problem:
            return refusal(problem, environ.get("HTTP_ACCEPT"))

    return view


def _demand_acceptable(accept: str | None) -> None:
    """Refuses before anything is done; the refusal is JSON, which is better than nothing."""
    if accept and not fits(accept):
        raise NotAcceptable(f"Accept: expected one of {', '.join(OFFERED)}, got {shown(accept)}")


def _metrics(control: Control, meter: Meter) -> Response:
    body, content_type = exposed(control.service, meter, control.faults(), _accept() or "", control.upstream)
    return Response(body, content_type=content_type)


def _add_descriptions(app: Flask, service: Service) -> None:
    credentials = Credentials(service.settings)
    _add(app, "GET", "/healthz", lambda: write(about.health(), "Health", None))
    _add(app, "GET", "/api", lambda: write(about.api(), "Api", _accept()))

    def describe(method: str) -> Response:
        try:
            credentials.user(request.environ)
        except Problem as problem:
            return refusal(problem, _accept())
        if method not in AGENT:
            return failure(
                404, "SoNotFoundException", f"the Webhook agent has no method {shown(method)}", _accept()
            )
        return write(about.agent_method(method), "AgentMethod", _accept())

    _add(app, "GET", f"{BASE}/Agents/Webhook/<method>", describe)


def _add(app: Flask, method: str, path: str, view: Callable[..., Response]) -> None:
    app.add_url_rule(
        path, endpoint=f"{method} {path}", view_func=view, methods=[method], provide_automatic_options=False
    )


def _add_refusals(app: Flask) -> None:
    app.register_error_handler(HTTPException, _refuse)
    app.register_error_handler(Exception, _break)


def _refuse(error: HTTPException) -> Response:
    names = {404: "SoNotFoundException", 405: "NotSupportedException"}
    status = error.code or 500
    message = f"{request.method} {request.path}: {error.description or error.name}"
    response = failure(status, names.get(status, "ArgumentException"), message, _accept())
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response


def _break(error: Exception) -> Response:
    from flask import current_app

    current_app.logger.exception("the mock broke on %s %s", request.method, request.path)
    return failure(500, type(error).__name__, "the mock broke on this request: its log says where", _accept())


def _accept() -> str | None:
    return request.environ.get("HTTP_ACCEPT")
