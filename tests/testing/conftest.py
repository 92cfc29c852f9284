"""The fixtures of the mock's own tests."""

from __future__ import annotations

from tests.mock_server.conftest import _receiver, _served

__all__ = ["_receiver", "_served"]
