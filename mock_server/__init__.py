"""The mock: one implementation of the contract, kept apart from the checks that try it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mock_server.settings import Settings as Settings
    from mock_server.web.app import create_app as create_app

_HOMES = {"create_app": "mock_server.web.app", "Settings": "mock_server.settings"}


def __getattr__(name: str) -> Any:
    """Imports on first use: `webhook-mock --help` needs no Flask."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
