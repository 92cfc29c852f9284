"""Blocks of shell in documents, run as a reader would run them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent.parent
SCRIPTS = Path(sys.executable).parent
# The ports that the documents name, for the mock and for a receiver.
PORTS = ("8080", "9000")


def read(name: str) -> str:
    """A document."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(text: str, language: str = "sh") -> list[str]:
    """The fenced blocks of a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def replaced(script: str, *ports: int | None) -> str:
    """A script with other ports than the documents name."""
    for documented, port in zip(PORTS, ports, strict=True):
        script = script.replace(documented, f"{port}")
    return script


def ran(script: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """What bash made of a script, in which any command that fails is the last."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True,
        cwd=directory,
        encoding="utf-8",
        env={**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}", "PYTHONIOENCODING": "utf-8"},
        timeout=180,
        check=False,
    )
