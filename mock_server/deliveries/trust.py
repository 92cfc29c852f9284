"""Which certificates of https targets are believed: those of this machine, and a bundle of one's own."""

from __future__ import annotations

import ssl

from mock_server.errors import CertificateError


def trust(bundle: str) -> ssl.SSLContext:
    """What connections are made with."""
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(bundle)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CertificateError(f"{bundle}: no certificates can be read from it: {reason}") from None
    return context
