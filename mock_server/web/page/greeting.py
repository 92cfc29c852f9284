"""What `GET /` answers to whoever is no browser: a few lines, or the same in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from mock_server.formats import as_json
from mock_server.formats.negotiation import JSON, quality
from mock_server.settings import Settings
from mock_server.upstream.address import parsed
from mock_server.web.about import mock_version
from mock_server.web.mount import BASE
from mock_server.web.page.curl import VARIABLE, origin

PAGES = ("text/html", "application/xhtml+xml")
PLACES = {
    "Page": "/",
    "Docs": "/_mock/docs",
    "Api": BASE,
    "Control": "/_mock/openapi.json",
    "Health": "/healthz",
    "Metrics": "/metrics",
}
MOCK = "a mock of the SuperOffice Webhook web API"
TEXT = """webhook-mock {version}: {what}

{places}

  curl -sS {credentials} {origin}{base}/Webhook

Any path before /api is a tenant of its own: {origin}/Cust12345{base}/Webhook
"""


def form(accept: str) -> str:
    """The form that a client likes best: `html` and `json` only when it names them."""
    html, json = (quality(accept, names) for names in (PAGES, (JSON,)))
    if html > 0 and html >= json:
        return "html"
    return "json" if json > 0 else "text"


def answered(settings: Settings, environ: Mapping[str, Any], wanted: str) -> Response:
    """The answer in one of the two forms."""
    places = {name: f"{origin(environ)}{path}" for name, path in PLACES.items()}
    headers = {"Vary": "Accept", "X-Content-Type-Options": "nosniff"}
    if wanted == "json":
        said = {"Application": "webhook-mock", "Version": mock_version(), **places}
        return Response(as_json.write(said), content_type=f"{JSON}; charset=utf-8", headers=headers)
    return Response(
        _text(settings, environ, places), content_type="text/plain; charset=utf-8", headers=headers
    )


def _text(settings: Settings, environ: Mapping[str, Any], places: Mapping[str, str]) -> str:
    # One who set a password of his own knows it.
    is_documented = settings.password == Settings().password
    password = settings.password if is_documented else "..."
    return TEXT.format(
        version=mock_version(),
        places="\n".join(f"  {name.lower():8} {place}" for name, place in places.items()),
        origin=origin(environ),
        base=BASE,
        what=f"before {parsed(settings.upstream).url}" if settings.upstream else MOCK,
        credentials=VARIABLE if settings.upstream else f"-u '{settings.user}:{password}'",
    )
