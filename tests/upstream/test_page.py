"""The page about the proxy is true: its commands run and show what it says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs" / "proxy.md"
SCRIPTS = Path(sys.executable).parent


def test_the_commands_run(tmp_path):
    """One block, from the proxy to the mock with the recorded state."""
    (block,) = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    for port in ("8080", "8081", "8082"):
        with socket.create_server(("127.0.0.1", 0)) as server:
            block = block.replace(port, str(server.getsockname()[1]))
    done = subprocess.run(
        ["bash", "-uo", "pipefail", "-c", block],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"},
        timeout=180,
        check=False,
    )

    assert '"fault":"client"' in done.stdout, done.stderr
    assert "ended with 0" in done.stdout
    assert done.stdout.count('"Name":"deals"') == 2
    assert "s by clients" not in done.stderr
    assert (tmp_path / "passed.har").exists()
