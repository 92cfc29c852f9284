"""`webhook-contract prove` with servers whose faults are known."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SERVER = f"{sys.executable} -m tests.proving.servers"
MANY = "select-*"  # enough of them for an interruption to come between two


def prove(*options: str) -> subprocess.CompletedProcess[str]:
    """The command, with our server unless it is told another."""
    command = [sys.executable, "-m", "contract_tests", "prove", "--own", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=300)


def test_faults_of_the_mock_are_caught(tmp_path):
    """Two of them, each by its own clause, with a finding and a page."""
    findings, page = tmp_path / "proof.json", tmp_path / "proof.md"
    ended = prove("--only", "conflict-s*", "--json", str(findings), "--markdown", str(page))

    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = json.loads(findings.read_text())
    assert {each["id"]: each["verdict"] for each in told["trials"]} == {
        "conflict-stored": "caught",
        "conflict-stamped": "caught",
    }
    assert all(each["broken"] == ["webhook.patch.conflict-changes-nothing"] for each in told["trials"])
    assert all(0 < each["first"]["requests"] <= each["requests"] for each in told["trials"])
    assert "`conflict-stored`" in page.read_text()
    assert ended.stdout.endswith("proved\n")
    again = prove("--only", "conflict-s*", "--json", str(findings), "--resume")
    assert (again.returncode, again.stderr) == (0, "")
    assert json.loads(findings.read_text())["trials"] == told["trials"]


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("idle", "✗ idle, which breaks webhook.post.ok: survived: "),
        ("mistaken", "✗ mistaken, which breaks agent.list.ok: survived: "),
        ("dead", "✗ dead, which breaks webhook.post.ok: failed: webhook-mock: "),
    ],
)
def test_what_is_not_caught_fails_the_proof(fault, line):
    """A fault that does nothing, one of another clause, and one that cannot be tried."""
    ended = prove("--mock", SERVER, "--only", fault)

    assert ended.returncode == 1, ended.stderr
    assert line in ended.stdout
    assert ended.stdout.endswith("not proved\n")


def test_a_proof_that_is_interrupted_can_be_taken_up(tmp_path):
    """What was found so far is written, and no server is left behind."""
    findings = tmp_path / "proof.json"
    options = ["prove", "--own", "--jobs", "1", "--only", MANY, "--json", str(findings)]
    command = [sys.executable, "-m", "contract_tests", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
        first = running.stderr.readline() if running.stderr else ""
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=120)

    assert "  caught" in first
    assert running.returncode == 130
    done, count = map(int, re.findall(r"interrupted after (\d+) of (\d+) runs", told)[0])
    assert told.endswith(f"--resume --json {findings} tries the rest\n")
    assert len(json.loads(findings.read_text())["trials"]) == done < count
    again = prove("--only", MANY, "--json", str(findings), "--resume")
    assert (again.returncode, again.stderr.count("caught")) == (0, count - done)


def test_clauses_without_a_fault_fail_the_proof():
    """Also when every fault that there is was caught."""
    ended = prove("--mock", SERVER, "--only", "caught")

    assert ended.returncode == 1
    assert "caught, which" not in ended.stdout
    assert "✗ webhook.patch.ok: no fault breaks it" in ended.stdout
    assert "1 caught" in ended.stdout


@pytest.mark.parametrize(
    ("options", "status", "line"),
    [
        (["--only", "no-such-*"], 2, "no fault has a name like no-such-*"),
        (["--sample", "3/2"], 2, "a part like 3/20 is expected"),
        (["--sample", "x"], 2, "a part like 3/20 is expected"),
        (["--seeds", "2"], 2, "--seeds asks a server that is right about everything"),
        (["--whole"], 2, "give one of --own and --whole"),
        (["--resume"], 2, "--resume goes with --json"),
        (["--mock", "false"], 3, "false --list-faults --json: expected JSON, got nothing"),
    ],
)
def test_a_mistake_is_told_in_one_line(options, status, line):
    """What is wrong with the call, or with the command of the server."""
    ended = prove(*options)

    assert ended.returncode == status
    assert line in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
