"""Runs the mock: `python -m mock_server --port 0`."""

from __future__ import annotations

from mock_server.cli import main

main(prog_name="webhook-mock")
