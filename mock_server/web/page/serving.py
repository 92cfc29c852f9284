"""Answers for the page: who may see it, in which form, and what a browser may do with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from flask import Response

from mock_server.control.stages import Control
from mock_server.problems import NotFound, Problem
from mock_server.web.answers import refusal
from mock_server.web.control import access
from mock_server.web.guards import guards
from mock_server.web.page import curl, greeting, looking, rendering
from mock_server.web.page.asked import Asked

Environ = dict[str, Any]

HTML = "text/html; charset=utf-8"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
# Nothing but the page's own files, no script and no style between its lines, and no text that becomes markup.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
GUARDS = guards(POLICY)


def index(control: Control, environ: Environ) -> Response:
    """GET /: the page for a browser, and a few words for anybody else."""
    if (form := greeting.form(environ.get("HTTP_ACCEPT", ""))) != "html":
        return greeting.answered(control.service.settings, environ, form)
    try:
        asked = Asked.of(environ.get("QUERY_STRING", ""))
        access.demand_page(control.service.settings, environ)
    except Problem as problem:
        return _guarded(rendering.gate(problem), problem.status)
    return _guarded(rendering.page(looking.at(control, asked), curl.origin(environ)))


def view(control: Control, environ: Environ) -> Response:
    """What changes of the page; 304 as long as it is what the caller has."""

    def written(asked: Asked) -> Response:
        return _tagged(rendering.view(looking.at(control, asked), curl.origin(environ)), HTML, environ)

    return _part(control, environ, written)


def tenants(control: Control, environ: Environ) -> Response:
    """The tenants to choose from, those of the latest requests first."""
    return _part(control, environ, lambda asked: _guarded(rendering.tenants(looking.tenants(control), asked)))


def delivery(control: Control, environ: Environ, number: int) -> Response:
    """One attempt, opened."""
    return _part(control, environ, lambda asked: _opened(control, asked, "deliveries", number))


def exchange(control: Control, environ: Environ, number: int) -> Response:
    """One request to the Webhook API, opened."""
    return _part(control, environ, lambda asked: _opened(control, asked, "requests", number))


def violation(control: Control, environ: Environ, number: int) -> Response:
    """One violation, opened, with the exchange that it was found in."""
    return _part(control, environ, lambda asked: _opened(control, asked, "violations", number))


def _part(control: Control, environ: Environ, written: Callable[[Asked], Response]) -> Response:
    """A part of the page for whoever may steer the mock."""
    try:
        access.demand(control.service.settings, environ)
        return written(Asked.of(environ.get("QUERY_STRING", "")))
    except Problem as problem:
        return refusal(problem, None)


def _opened(control: Control, asked: Asked, kind: str, number: int) -> Response:
    if (found := looking.one(control, asked.tenant, kind, number)) is None:
        raise NotFound(f"{kind}: {number} is not kept any more")
    settings = control.service.settings
    if kind != "violations":
        return _guarded(rendering.opened(kind, found, settings))
    exchange = looking.one(control, asked.tenant, "requests", found.request)
    return _guarded(rendering.departed(found, exchange, settings))


def asset(_: Control, environ: Environ, name: str) -> Response:
    """A file of the page, which tells nothing of any tenant."""
    body = files(__package__).joinpath("assets", name).read_bytes()
    return _tagged(body, f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8", environ)


def _tagged(body: bytes, content_type: str, environ: Mapping[str, Any]) -> Response:
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    same = tag in environ.get("HTTP_IF_NONE_MATCH", "")
    response = Response(status=304) if same else Response(body, content_type=content_type)
    response.headers.update({**GUARDS, "ETag": tag, "Cache-Control": "no-cache"})
    return response


def _guarded(body: bytes, status: int = 200) -> Response:
    headers = {**GUARDS, "Cache-Control": "no-store", "Vary": "Accept"}
    return Response(body, status=status, content_type=HTML, headers=headers)
