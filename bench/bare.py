"""The least that a Flask mock could do: it reads JSON, writes JSON, and keeps nothing.

`python -m bench.bare PORT ANSWER` serves it as `webhook-mock` is served, with the same server, the same
threads and the same treatment of the garbage collector. ANSWER is the JSON of a webhook as the mock writes
it. Nothing is authenticated, validated, stored or negotiated; what a request sends is laid over the answer.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Any

import orjson
from flask import Flask, Response, request

from mock_server.serve import listen, serve

JSON = "application/json; charset=utf-8"


def create_app(webhook: dict[str, Any]) -> Flask:
    """The application, which knows this webhook by every id."""
    app = Flask("bare", static_folder=None, template_folder=None)

    @app.get("/api/v1/Webhook/<int:webhook_id>")
    def get(webhook_id: int) -> Response:
        return _json({**webhook, "WebhookId": webhook_id})

    @app.patch("/api/v1/Webhook/<int:webhook_id>")
    def patch(webhook_id: int) -> Response:
        return _json({**webhook, "WebhookId": webhook_id, **orjson.loads(request.get_data())})

    @app.post("/api/v1/Webhook")
    def post() -> Response:
        return _json({**webhook, **orjson.loads(request.get_data())})

    @app.get("/healthz")
    def health() -> Response:
        return _json({"status": "ok"})

    return app


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), content_type=JSON)


def main(port: int, answer: str) -> None:
    """Serve it until a signal comes."""
    serve_frozen(create_app(orjson.loads(answer)), port)


def serve_frozen(app: Flask, port: int) -> None:
    """Serve any application as `webhook-mock` serves its own."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.freeze()
    serve(app, listen("127.0.0.1", port), ready=lambda: None)
    # Granian's threads outlive the server.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
