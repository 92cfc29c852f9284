"""Stands where the Webhook API would be: passes each request to another server, and its answer back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from mock_server.control.asked import operation_of
from mock_server.control.journal import PASSED, Exchange
from mock_server.formats import as_json
from mock_server.problems import error_object
from mock_server.settings import Settings
from mock_server.upstream import hops
from mock_server.upstream.passed import Passed
from mock_server.upstream.sending import LIMIT, Answered, Sender, Unanswered
from mock_server.upstream.watch import Upstream
from mock_server.web.bridge import HEADERS, TARGET
from mock_server.web.mount import ENDING
from mock_server.web.observing import ROUTE

Wsgi = Callable[..., Iterable[bytes]]
Environ = dict[str, Any]

JSON = "application/json; charset=utf-8"
NAME = "webhook-mock"


def proxied(upstream: Upstream, settings: Settings) -> Wsgi:
    """The other server as a WSGI application."""
    sender = Sender(upstream.address, settings.upstream_timeout, _trust(settings))
    # Of this process alone, so that a chain of proxies is told from a circle.
    pseudonym = f"{NAME}-{uuid4().hex[:8]}"

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        environ[ROUTE] = operation_of(environ["REQUEST_METHOD"], environ["PATH_INFO"]) or "proxied"
        try:
            answered = _sent(sender, pseudonym, environ)
        except Unanswered as trouble:
            environ[PASSED] = None, (trouble.error, trouble.message)
            return _refused(trouble, start_response)
        environ[PASSED] = answered, None
        if answered.broken:
            environ[ENDING] = partial(_broken, answered)
        start_response(_status(answered.status), hops.end_to_end(answered.headers))
        return [answered.body]

    return answer


def _trust(settings: Settings) -> Any:
    """What https servers are believed by; nothing is loaded for the others."""
    if not (settings.upstream or "").lower().startswith("https:"):
        return None
    if settings.ca is None:
        from ssl import create_default_context

        return create_default_context()
    from mock_server.deliveries.trust import trust

    return trust(settings.ca)


def _sent(sender: Sender, pseudonym: str, environ: Environ) -> Answered:
    headers: hops.Headers = environ[HEADERS]
    body: bytes = environ["wsgi.input"].getvalue()
    if len(body) > LIMIT:
        raise Unanswered(413, "http_request_error", f"body: expected at most {LIMIT} bytes, got more")
    if hops.has_passed(headers, pseudonym):
        raise Unanswered(508, "proxy_loop_detected", f"{sender.address.url} leads back to this proxy")
    forwarded = hops.forwarded(headers, sender.address.authority, pseudonym, len(body))
    return sender.send(environ["REQUEST_METHOD"], environ[TARGET], forwarded, body)


def _status(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase if status in set(HTTPStatus) else ''}".rstrip()


def _refused(trouble: Unanswered, start_response: Any) -> Iterable[bytes]:
    """The answer of the proxy itself; RFC 9209 says how it tells so."""
    body = as_json.write(error_object("ProxyException", f"webhook-mock --upstream: {trouble.message}"))
    headers = [
        ("Content-Type", JSON),
        ("Content-Length", f"{len(body)}"),
        ("Proxy-Status", f"{NAME}; error={trouble.error}"),
    ]
    start_response(_status(trouble.status), headers)
    return [body]


def _broken(answered: Answered, body: Iterable[bytes]) -> Iterator[bytes]:
    """As much of an answer as came; then the connection ends, as it did there."""
    if whole := b"".join(body):
        yield whole
    raise ConnectionResetError(answered.broken)


def seen(upstream: Upstream, tenant: str, exchange: Exchange) -> None:
    """Has an exchange of the journal checked, unless it has not been passed on."""
    environ: Mapping[str, Any] = exchange.environ
    if PASSED not in environ:
        return
    answered, trouble = environ[PASSED]
    upstream.see(
        Passed(
            id=exchange.id,
            tenant=tenant,
            when=exchange.when,
            seconds=exchange.seconds,
            method=exchange.method,
            path=exchange.path,
            target=environ[TARGET],
            headers=environ[HEADERS],
            body=exchange.sent,
            answered=answered,
            trouble=trouble,
        )
    )
