"""The recipes are true: each block of code runs, and control.yaml has what the table names."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
import urllib3

from openapi.control import load
from tests.mock_server.conftest import served

HERE = Path(__file__).parent.parent.parent
TEXT = (HERE / "docs" / "recipes.md").read_text(encoding="utf-8")
SCRIPTS = Path(sys.executable).parent


def _blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def _run(directory, *command):
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=directory,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pytest(tmp_path):
    """With the plugin of the package."""
    (tmp_path / "test_it.py").write_text(_blocks("python")[0], encoding="utf-8")
    plugin = ("--disable-plugin-autoload", "-p", "mock_server.pytest_plugin", "-p", "no:cacheprovider")

    assert "2 passed" in _run(tmp_path, sys.executable, "-m", "pytest", "-q", *plugin)


def test_python(tmp_path):
    """In a process of its own."""
    assert "nobody listens" in _run(tmp_path, sys.executable, "-c", _blocks("python")[1])


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node on this machine")
def test_node(tmp_path):
    """With node --test."""
    (tmp_path / "stops.test.mjs").write_text(_blocks("js")[0], encoding="utf-8")

    assert "pass 1" in _run(tmp_path, "node", "--test")


def _java():
    """The version of Java on this machine; 0 without one."""
    if not shutil.which("java"):
        return 0
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


@pytest.mark.skipif(_java() < 11, reason="there is no Java 11 on this machine")
def test_java(tmp_path):
    """From its source."""
    (tmp_path / "StopsOnce.java").write_text(_blocks("java")[0], encoding="utf-8")

    assert "stopped once" in _run(tmp_path, "java", "StopsOnce.java")


def test_csharp():
    """There is no .NET to run it with: what it sends is sent from here, and its brackets are counted."""
    (text,) = _blocks("csharp")
    asked = re.findall(r'await Ask\("(\w+)", "([^"]+)",\s*"""(.*?)"""\)', text)
    options = re.search(r'ProcessStartInfo\("webhook-mock", "([^"]*)"\)', text)[1].split()
    with served(*options[2:]) as (_, port):
        tenant = f"http://127.0.0.1:{port}/test-{uuid4()}"
        basic = {"Authorization": "Basic dGplMDpUamUw", "Content-Type": "application/json; charset=utf-8"}
        answers = [urllib3.request(way, tenant + path, body=body, headers=basic) for way, path, body in asked]

    assert options[:2] == ["--port", "0"]
    assert [(way, path) for way, path, _ in asked] == [
        ("PUT", "/_mock/snapshot"),
        ("PATCH", "/api/v1/Webhook/3"),
        ("POST", "/_mock/requests/count"),
    ]
    assert [each.status for each in answers] == [204, 200, 200]
    assert b'"satisfied":true' in answers[-1].data
    code = re.sub(r'""".*?"""|@?"(?:\\.|[^"\\])*"|//[^\n]*', "", text)
    assert all(code.count(pair[0]) == code.count(pair[1]) for pair in ("()", "[]", "{}"))


def test_shell(tmp_path):
    """On a free port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    script = _blocks("sh")[0].replace("8080", f"{port}")

    assert '"count":1' in _run(tmp_path, "bash", "-euo", "pipefail", "-c", script)


def test_the_table_names_every_path():
    """Each path of the document but itself, and nothing else."""
    named = set(re.findall(r"`(?:[A-Z]+ )?(/_mock/[^`? ]+)[^`]*`", TEXT.partition("\n## pytest")[0]))

    # The page of the documents is in neither of them.
    assert {re.sub(r"\{\w+\}", "{}", each) for each in named - {"/_mock/docs"}} == {
        re.sub(r"\{\w+\}", "{}", path) for path in load().raw["paths"]
    }
