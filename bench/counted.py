"""The mock with a counter before it, so that two tools are counted alike: `python -m bench.counted PORT`.

`GET /requests` answers how many requests came before it; every other request is the mock's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from bench.bare import serve_frozen
from mock_server.web.app import create_app

Wsgi = Callable[..., Iterable[bytes]]
COUNT = "/requests"


def counted(app: Wsgi) -> Wsgi:
    """The application, and the number of its requests."""
    numbers = count()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # One step of the interpreter, so threads cannot come between.
        number = next(numbers)
        if environ["PATH_INFO"] != COUNT:
            return app(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [str(number).encode()]

    return answer


def main(port: int) -> None:
    """Serve it until a signal comes."""
    app = create_app()
    # Flask's own attribute for middleware.
    app.wsgi_app = counted(app.wsgi_app)  # type: ignore[method-assign]
    serve_frozen(app, port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
