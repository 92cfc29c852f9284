"""Every refusal the mock gives: its status, its ErrorType, and what was expected and what came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SOURCE = "SuperOffice.Services.Implementation"
SHOWN = 80


class Problem(Exception):  # noqa: N818  # a refusal is a correct answer, not an error of ours
    """The caller of the mock asked for something that is refused."""

    status = 400
    type = "ArgumentException"

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The documented error object; one source calls the text Message, another ErrorMessage."""
        return error_object(self.type, self.message)


class Invalid(Problem):
    """The request does not say what the operation needs."""


class Unauthorized(Problem):
    """No credentials, or none that the mock takes."""

    status = 401
    type = "UnauthorizedAccessException"


class NotFound(Problem):
    """No webhook has this id."""

    status = 404
    type = "SoNotFoundException"


class NotAcceptable(Problem):
    """Nothing that the mock offers is accepted, and it was told to be strict about that."""

    status = 406
    type = "NotSupportedException"


class Conflict(Problem):
    """A `test` operation found another value."""

    status = 409
    type = "InvalidOperationException"


class Changed(Problem):
    """The webhook changed after the moment of If-Unmodified-Since."""

    status = 412
    type = "InvalidOperationException"


class Forbidden(Problem):
    """The mock has been told not to do this for anybody."""

    status = 403
    type = "UnauthorizedAccessException"


class Full(Problem):
    """The tenant has as many webhooks as it may have."""

    status = 403
    type = "InvalidOperationException"


class NotModified(Problem):
    """The webhook has not changed since the moment of If-Modified-Since: no body, no error."""

    status = 304
    type = ""


class TooLarge(Problem):
    """The body has more bytes than any webhook needs."""

    status = 413


class Unsupported(Problem):
    """The body is of a media type that the operation does not read."""

    status = 415
    type = "NotSupportedException"


def error_object(kind: str, message: str) -> dict[str, Any]:
    """What every refusal looks like on the wire."""
    return {
        "Error": True,
        "ErrorType": kind,
        "Message": message,
        "ErrorMessage": message,
        "ErrorSource": SOURCE,
    }


def unknown_webhook(webhook_id: int) -> NotFound:
    """The refusal for an id that nobody has."""
    return NotFound(f"Webhook with id {webhook_id} not found")


def shown(value: object) -> str:
    """A value short enough for a message."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."
