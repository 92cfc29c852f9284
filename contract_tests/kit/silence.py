"""Why no answer came, in words for people: what libraries raise speaks of their own classes."""

from __future__ import annotations

import ssl
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected, UnknownProtocol

from urllib3 import exceptions

# Both the library and what is below it may have run out of time.
NOTHING = (TimeoutError, exceptions.TimeoutError)
SHOWN = 60  # characters of what came instead of HTTP


def reason(error: Exception, timeout: float) -> str:
    """What happened to the connection; `timeout` is in seconds."""
    if isinstance(error, NOTHING) and not isinstance(error, exceptions.NewConnectionError):
        return f"nothing within {timeout:g} s"
    if isinstance(error, ssl.SSLError | exceptions.SSLError):
        return _tls(_deepest(error))
    if isinstance(error, exceptions.DecodeError):
        return "the body is not in the Content-Encoding that its header names"
    return _broken(_deepest(error)) or str(error).rsplit(": ", 1)[-1] or type(error).__name__


def _deepest(error: BaseException) -> BaseException:
    """What the libraries have wrapped: the cause, or an exception among the arguments."""
    inner = [each for each in (error.__cause__, *error.args) if isinstance(each, BaseException)]
    return _deepest(inner[0]) if inner else error


def _tls(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    said = getattr(error, "reason", "") or str(error)
    return "it does not speak TLS there" if said == "WRONG_VERSION_NUMBER" else f"TLS fails: {said}"


def _broken(error: BaseException) -> str:
    if isinstance(error, RemoteDisconnected):
        return "the connection was closed before an answer"
    if isinstance(error, BadStatusLine):
        return f"what came is no HTTP: {str(error.args[0]).strip()[:SHOWN]!r}"
    if isinstance(error, UnknownProtocol):
        return f"what came is of another version: {error}"
    if isinstance(error, IncompleteRead | exceptions.IncompleteRead):
        return "the connection was closed in the middle of the answer"
    return getattr(error, "strerror", None) or ""
