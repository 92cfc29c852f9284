"""Which path leads to which part of the page; nothing of it is loaded before somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from flask import Response, request

if TYPE_CHECKING:
    from mock_server.control.stages import Control

Answer = Callable[..., Response]
View = Callable[..., Response]

FILES = ("style.css", "script.js", "asking.js", "following.js", "morph.js", "icon.svg")
# Path, and the function of `serving.py` that answers it.
ROUTES = (
    ("/", "index"),
    ("/_mock/page/view", "view"),
    ("/_mock/page/tenants", "tenants"),
    ("/_mock/page/deliveries/<int:number>", "delivery"),
    ("/_mock/page/requests/<int:number>", "exchange"),
    ("/_mock/page/violations/<int:number>", "violation"),
    (f"/_mock/page/<any{FILES}:name>", "asset"),
)


def routes(control: Control) -> Iterator[tuple[str, str, View]]:
    """Method, Flask's path and view of each part."""
    for path, name in ROUTES:
        yield "GET", path, _view(control, name)


def _view(control: Control, name: str) -> View:
    def view(**parts: Any) -> Response:
        from mock_server.web.page import serving

        answer: Answer = getattr(serving, name)
        return answer(control, request.environ, **parts)

    return view
