"""Answers for the API docs: the page, its files, and the two documents as this mock has them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from flask import Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mock_server.formats import as_json
from mock_server.problems import Problem
from mock_server.settings import Settings
from mock_server.web.calls import parameters
from mock_server.web.control import access
from mock_server.web.guards import guards
from mock_server.web.mount import BASE, TENANT
from mock_server.web.tenants import tenant_of
from openapi import control
from openapi import document as api

Environ = dict[str, Any]

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
BUNDLE = "flask_swagger_ui"
DOCUMENTS = {"api": "Webhook API", "control": "Control API"}
# Swagger UI sets styles of single elements, and has its pictures as data: addresses between its styles.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
GUARDS = guards(POLICY)


def page(settings: Settings, environ: Environ) -> Response:
    """GET /_mock/docs: the page; `tenant` leads to that of another one, `document` is the one it shows."""
    asked = parameters(environ.get("QUERY_STRING", ""))
    if "tenant" in asked:
        return _moved(asked["tenant"], environ)
    shown = asked.get("document", "api")
    problem = _refusal(settings, environ)
    told = {
        "tenant": tenant_of(environ),
        "here": f"{_prefix(environ)}/_mock/docs",
        "documents": DOCUMENTS,
        "shown": shown if shown in DOCUMENTS else "api",
        "problem": problem,
        "pair": _pair(settings),
    }
    body = _template().render(told).encode()
    return _guarded(body, HTML, status=problem.status if problem else 200)


def document(settings: Settings, environ: Environ, name: str) -> Response:
    """One of the documents, whose only server is this tenant of this mock."""
    access.demand(settings, environ)
    raw, base = (api.load().raw, BASE) if name == "api" else (control.load().raw, "")
    called = environ[TENANT]
    told = f"The tenant {called} of this mock." if called else "The tenant without a name of this mock."
    server = {"url": _prefix(environ) + base or "/", "description": told}
    return _guarded(as_json.write({**raw, "servers": [server]}), JSON)


def own(_: Settings, environ: Environ, name: str) -> Response:
    """A file of ours, which tells nothing of any tenant."""
    return _tagged(files(__package__).joinpath("assets", name).read_bytes(), name, environ)


def bundled(_: Settings, environ: Environ, name: str) -> Response:
    """A file of Swagger UI, from the package that brings it."""
    return _tagged(files(BUNDLE).joinpath("dist", name).read_bytes(), name, environ)


def _refusal(settings: Settings, environ: Environ) -> Problem | None:
    """Why this browser may not see the page."""
    try:
        access.demand_page(settings, environ)
    except Problem as problem:
        return problem
    return None


def _pair(settings: Settings) -> tuple[str, str] | None:
    """User and password to begin with: those that the documentation prints, and no others."""
    usual, pair = Settings(), (settings.user, settings.password)
    return pair if pair == (usual.user, usual.password) else None


def _moved(tenant: str, environ: Environ) -> Response:
    """To the docs of another tenant, with what else was asked for."""
    place = f"/{quote(name)}/_mock/docs" if (name := tenant.strip("/ ")) else "/_mock/docs"
    asked = parameters(environ.get("QUERY_STRING", ""))
    more = f"?document={quote(asked['document'])}" if "document" in asked else ""
    return Response(status=303, headers={"Location": place + more, **GUARDS})


def _prefix(environ: Mapping[str, Any]) -> str:
    return quote(environ["SCRIPT_NAME"].encode("latin-1"))


@cache
def _template() -> Any:
    found = Environment(
        loader=PackageLoader(__package__, "assets"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return found.get_template("docs.html")


def _tagged(body: bytes, name: str, environ: Mapping[str, Any]) -> Response:
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    same = tag in environ.get("HTTP_IF_NONE_MATCH", "")
    kind = TYPES[name.rpartition(".")[2]]
    response = Response(status=304) if same else Response(body, content_type=kind)
    response.headers.update({**GUARDS, "ETag": tag, "Cache-Control": "no-cache"})
    return response


def _guarded(body: bytes, kind: str, status: int = 200) -> Response:
    return Response(body, status=status, content_type=kind, headers={**GUARDS, "Cache-Control": "no-store"})
