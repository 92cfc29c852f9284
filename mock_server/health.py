"""Asks a mock for its health, over HTTP or https, as whoever watches over it would."""

from __future__ import annotations

import socket

SECONDS = 10.0
# Whoever listens on all addresses is asked on loopback.
WILDCARDS = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104  # read, not bound
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def is_healthy(host: str, port: int, *, tls: bool) -> bool:
    """Whether a mock answers there with 200; OSError when nobody listens."""
    address = WILDCARDS.get(host, host), port
    with socket.create_connection(address, timeout=SECONDS) as connection:
        return _answered(_secured(connection) if tls else connection)


def _answered(connection: socket.socket) -> bool:
    with connection:
        connection.sendall(REQUEST)
        return connection.recv(64).startswith(b"HTTP/1.1 200")


def _secured(connection: socket.socket) -> socket.socket:
    """TLS without a look at the certificate: the question is whether the mock answers, not who it is."""
    import ssl

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection)
