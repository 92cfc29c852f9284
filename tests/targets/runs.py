"""Runs of the command, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to; `report` is empty when it was not begun."""

    status: int
    out: str
    err: str
    report: dict[str, Any]

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each clause."""
        return {each["id"]: each["verdict"] for each in self.report["clauses"]}

    def reasons(self, verdict: str) -> dict[str, str]:
        """Why the clauses with a verdict have it."""
        return {each["id"]: each["reason"] for each in self.report["clauses"] if each["verdict"] == verdict}


def run(
    *arguments: str, place: Path | None = None, pass_fds: tuple[int, ...] = (), **environment: str
) -> Ran:
    """One finished call of `webhook-contract`; whatever it says, it says without a traceback."""
    command = [sys.executable, "-m", "contract_tests", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WEBHOOK_CONTRACT_")}
    with TemporaryDirectory() as room:
        done = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            env={**clean, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"} | environment,
            cwd=place or room,
            pass_fds=pass_fds,
            timeout=240,
            check=False,
        )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr, {})


def check(*arguments: str, **more: Any) -> Ran:
    """`check` with these options, and its report."""
    with TemporaryDirectory() as room:
        file = Path(room) / "report.json"
        ran = run("check", "--json", str(file), *arguments, **more)
        report = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return Ran(ran.status, ran.out, ran.err, report)
