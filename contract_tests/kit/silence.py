"""Why no answer came, in words for people: what libraries raise speaks of their own classes."""

from __future__ import annotations

import ssl
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected

from urllib3.exceptions import DecodeError

SHOWN = 60  # characters of what came instead of HTTP


def reason(error: Exception, timeout: float) -> str:
    """What happened to the connection; `timeout` is in seconds."""
    if isinstance(error, TimeoutError):
        return f"nothing within {timeout:g} s"
    if isinstance(error, ssl.SSLError):
        return _tls(error)
    if isinstance(error, DecodeError):
        return "the body is not in the Content-Encoding that its header names"
    return _broken(error) or str(error) or type(error).__name__


def _tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    said = error.reason or str(error)
    return "it does not speak TLS there" if said == "WRONG_VERSION_NUMBER" else f"TLS fails: {said}"


def _broken(error: Exception) -> str:
    if isinstance(error, RemoteDisconnected):
        return "the connection was closed before an answer"
    if isinstance(error, BadStatusLine):
        return f"what came is no HTTP: {str(error.args[0]).strip()[:SHOWN]!r}"
    if isinstance(error, IncompleteRead):
        return "the connection was closed in the middle of the answer"
    return getattr(error, "strerror", None) or ""
