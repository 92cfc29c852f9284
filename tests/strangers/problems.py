"""A refusal, and the bodies a refusal can have."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

KINDS = {401: "UnauthorizedException", 403: "SoSessionException", 404: "SoNotFoundException"}


class Refusal(Exception):  # noqa: N818 - it is a documented outcome, not a failure of ours
    """The server says no, and stores nothing."""

    def __init__(self, status: int, message: str, cause: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.cause = status, message, cause
        self.position = 0


def refused(status: int, message: str, cause: str = "") -> Refusal:
    return Refusal(status, message, cause)


def both_messages(refusal: Refusal) -> dict[str, Any]:
    """The two documented shapes at once, so either reader is satisfied."""
    return only_message(refusal) | only_error_message(refusal)


def only_message(refusal: Refusal) -> dict[str, Any]:
    kind = KINDS.get(refusal.status, "ArgumentException")
    return {"Error": True, "ErrorType": kind, "Message": refusal.message, "ErrorSource": "Stranger"}


def only_error_message(refusal: Refusal) -> dict[str, Any]:
    told = only_message(refusal)
    return {"ErrorMessage": told.pop("Message"), **told}


def binding_failure(refusal: Refusal) -> dict[str, Any]:
    """What ASP.NET answers before any code of SuperOffice's runs."""
    return {"Message": "The request is invalid.", "MessageDetail": refusal.message}


def page(refusal: Refusal) -> str:
    """What a web server in front of the application answers."""
    phrase = HTTPStatus(refusal.status).phrase
    return f"<!DOCTYPE html>\n<html><head><title>{phrase}</title></head><body><h1>{phrase}</h1></body></html>"
