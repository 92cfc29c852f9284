"""How commands end when something else than an answer comes: one line, and a status that fits."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.tenants import MAIN
from tests.test_cli import ONE_CLAUSE, contract

COMMAND = [sys.executable, "-m", "contract_tests"]
FAILING = """
from unittest import mock
from contract_tests import cli
with mock.patch("openapi.clauses.load", side_effect=KeyError("odd")):
    cli.main(["clauses"])
"""


def test_an_error_of_ours_is_3_and_one_line():
    """A status of 1 would be a verdict on the target."""
    done = subprocess.run(
        [sys.executable, "-c", FAILING], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("webhook-contract: the suite itself failed: KeyError: 'odd' (cli.py, line ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_waits_for_input_can_be_ended(number):
    """Ctrl-C says so in one line; the status names the signal."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "sign", "--secret", "x"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(5)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (128 + number, "webhook-contract: interrupted\n")


def closed(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A call whose standard output nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return subprocess.run(
            [*COMMAND, *arguments],
            stdout=writer,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)


def test_a_run_that_nobody_watches_comes_to_its_end(mock, tmp_path):
    """Reports are written, and the status is that of the run, where standard output is closed."""
    report = tmp_path / "report.json"
    done = closed("check", "--target", mock, "-k", ONE_CLAUSE, "--json", str(report))

    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr  # the line of its progress
    assert report.stat().st_size > 100


@pytest.mark.parametrize("arguments", [("clauses",), ("report", "--schema")], ids=" ".join)
def test_a_closed_pipe_is_no_trouble(arguments):
    """As in `webhook-contract clauses | head -1`."""
    done = closed(*arguments)

    assert done.returncode in {0, 128 + signal.SIGPIPE}
    assert done.stderr == ""


def test_a_disk_that_is_full_is_told():
    """What standard output refuses is one line, and no verdict."""
    if not (place := Path("/dev/full")).exists():
        pytest.skip("there is no /dev/full")
    with place.open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*COMMAND, "clauses"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )

    assert done.returncode == 3
    assert done.stderr == "webhook-contract: No space left on device\n"


def test_a_terminal_that_lacks_letters_gets_escapes(mock):
    """An encoding without ✓ ends no command."""
    done = contract("check", "--target", mock, "-k", ONE_CLAUSE, PYTHONIOENCODING="ascii")

    assert done.returncode == 0, done.stderr
    assert r"\u2713" in done.stdout


@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams_are_no_trouble(streams, mock):
    """As daemons and some schedulers start their commands."""
    words = shlex.join([*COMMAND, "check", "--target", mock, "-k", ONE_CLAUSE])

    assert subprocess.run(["/bin/sh", "-c", f"{words} {streams}"], timeout=120, check=False).returncode == 0
