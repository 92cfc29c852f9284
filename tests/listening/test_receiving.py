"""The document for receivers is true: its functions pass the vectors, and its commands run."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from contract_tests.listening import commands

from .test_vectors import FILE, VECTORS

TEXT = (FILE.parent / "receiving.md").read_text(encoding="utf-8")
NODE = """
const { readFileSync } = require("node:fs");
const { vectors } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const took = each => verifies(each.secret, Buffer.from(each.body_base64, "base64"), each.signature);
const missing = [null, undefined].filter(none => verifies("neque", Buffer.from("{}"), none));
console.log(JSON.stringify([...vectors.filter(took).map(each => each.id), ...missing]));
"""
RIGHT = [each["id"] for each in VECTORS if each["verifies"]]


def block(language: str, word: str = "") -> str:
    """The first block of a language, with a word in it."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    return next(each for each in blocks if word in each)


def test_the_python_function_passes_the_vectors():
    """It takes what verifies, refuses the rest, and fails over nothing."""
    scope: dict[str, Any] = {}
    exec(block("python"), scope)  # noqa: S102  # our own document
    verifies = scope["verifies"]

    took = [v["id"] for v in VECTORS if verifies(v["secret"], b64decode(v["body_base64"]), v["signature"])]
    assert took == RIGHT
    assert not verifies("neque", b"{}", None)


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node on this machine")
def test_the_node_function_passes_the_vectors(tmp_path):
    """It takes what verifies, refuses the rest, and fails over nothing."""
    script = tmp_path / "vectors.js"
    script.write_text(block("js") + NODE, encoding="utf-8")
    done = subprocess.run(["node", script, FILE], capture_output=True, timeout=20, check=True)

    assert json.loads(done.stdout) == RIGHT


def free_port() -> str:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


@pytest.mark.parametrize(
    ("word", "prints"),
    [("webhook-mock", "signature verifies"), ("printf", "verifies\n")],
    ids=["listen", "sign"],
)
def test_commands_run(word, prints, tmp_path):
    """Each block of commands runs to its end and prints what is expected, with the ports replaced."""
    script = block("sh", word).replace("9000", free_port()).replace("8080", free_port())
    scripts = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True,
        cwd=tmp_path,
        encoding="utf-8",
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert prints in done.stdout


def test_options_exist():
    """Every option that the document names is one of the commands', and those of listen are all there."""
    ours = (commands.listen, commands.sign, commands.verify, commands.verify_receiver)
    known = {option for command in ours for each in command.params for option in each.opts}
    named = set(re.findall(r"`(?:[a-z]+ )?(--[a-z-]+)", TEXT))

    assert named - known == set()
    assert {option for each in commands.listen.params for option in each.opts} - named == set()
