"""What the mock says about itself: versions, its list of operations, and its health."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from mock_server.web.agents import METHODS

PACKAGE = "superoffice-webhook-contract"


@cache
def mock_version() -> str:
    """The version of this package."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "unknown"


def health() -> dict[str, Any]:
    """GET /healthz"""
    return {"status": "ok", "version": mock_version()}


def api() -> dict[str, Any]:
    """GET /api"""
    return {"Application": "webhook-mock", "Version": mock_version(), "Apis": ["v1"]}


def operations(routes: list[tuple[str, str]]) -> list[dict[str, str]]:
    """GET /api/v1"""
    return [{"Method": method, "Path": path} for method, path in routes]


def agent_method(name: str) -> dict[str, Any]:
    """GET /api/v1/Agents/Webhook/{method}, which describes the call and does not make it."""
    return {"Name": name, "Method": "POST", "Summary": METHODS[name]}
