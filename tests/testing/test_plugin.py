"""The pytest plugin: a tenant for each test, and nothing for those who do not ask."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent.parent.parent
TESTS = """
import sys, urllib.request

def test_first(webhook_mock):
    assert webhook_mock.hooks == []
    assert webhook_mock.create(TargetUrl="http://localhost:9/")["WebhookId"] == 1
    assert webhook_mock.name.startswith("test-first-")

def test_second(webhook_mock, webhook_mock_server):
    assert webhook_mock.hooks == []
    assert webhook_mock.create(TargetUrl="http://localhost:9/", Name="x")["State"] == 1
    assert [each["name"] for each in webhook_mock_server.tenants] == [webhook_mock.name]

def test_failing(webhook_mock):
    webhook_mock.assert_requested(method="DELETE")
"""
CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def webhook_mock_settings():
    return {"faults": ["state-numbered"]}
"""


def _run(directory, *arguments):
    command = [sys.executable, "-m", "pytest", "--disable-plugin-autoload", "-p", "mock_server.pytest_plugin"]
    command += ["-p", "no:cacheprovider", "-W", "error", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, timeout=120)


def test_each_test_has_a_tenant(tmp_path):
    """One mock for all of them, settings from a conftest.py, and failures in plain words."""
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    done = _run(tmp_path, "-q")

    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert "1 failed" in done.stdout
    assert "AssertionError: expected a request with method 'DELETE', got 0" in done.stdout


def test_who_does_not_ask_gets_nothing(tmp_path):
    """No mock, and none of what it is made of."""
    (tmp_path / "test_it.py").write_text(
        "import sys\n\ndef test_it():\n    assert not {'flask', 'urllib3'} & {*sys.modules}\n",
        encoding="utf-8",
    )

    assert _run(tmp_path, "-q").returncode == 0


def test_pytest_finds_it():
    """The package says so in its metadata."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["entry-points"]["pytest11"] == {"webhook_mock": "mock_server.pytest_plugin"}
