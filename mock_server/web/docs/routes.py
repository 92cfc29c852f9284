"""Which path leads to which part of the API docs; nothing of them is loaded before somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from flask import Response, request

from mock_server.problems import Problem
from mock_server.web.answers import refusal

if TYPE_CHECKING:
    from mock_server.settings import Settings

View = Callable[..., Response]

# Path, and the function of `serving.py` that answers it.
ROUTES = (
    ("/_mock/docs", "page"),
    ("/_mock/docs/<any('api', 'control'):name>.json", "document"),
    ("/_mock/docs/<any('docs.css', 'docs.js'):name>", "own"),
    ("/_mock/docs/<any('swagger-ui.css', 'swagger-ui-bundle.js'):name>", "bundled"),
)


def routes(settings: Settings) -> Iterator[tuple[str, str, View]]:
    """Method, Flask's path and view of each part."""
    for path, name in ROUTES:
        yield "GET", path, _view(settings, name)


def _view(settings: Settings, name: str) -> View:
    def view(**parts: Any) -> Response:
        from mock_server.web.docs import serving

        try:
            answer: Response = getattr(serving, name)(settings, request.environ, **parts)
        except Problem as problem:
            return refusal(problem, None)
        return answer

    return view
