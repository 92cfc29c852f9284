"""What is told of a failure: its signature is the same in each run, and its script shows it again."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from contract_tests import embedded, failures
from contract_tests.kit.verdicts import ContractViolation
from mock_server.faults import FAULTS
from openapi import clauses
from tests.kit.servers import exchange

CLAUSE = clauses.get("webhook.post.ok")


def signature(expected: str, came: str, where: str = "", check: str = "test_it[x]", **how: bool) -> str:
    """The signature of such a failure."""
    return failures.signature(check, ContractViolation(expected, came, where=where), **how)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Name 'wct0a1b2c3d-hook-7' as before", "Name 'wctffffffff-hook-123' as before"),
        ("a delivery to http://127.0.0.1:4711/a", "a delivery to http://127.0.0.1:9/b"),
        ("webhook 7 still there", "webhook 1234 still there"),
        ("Updated at about Thu, 18 Apr 2024 12:00:00 GMT", "Updated at about Fri, 19 Apr 2024 01:02:03 GMT"),
        ("Events ['a', 'b']", "Events ['c', 'd', 'e']"),
        ("1.1 s, 4.0 s", "0.9 s, 5.25 s"),
        ("a delivery of wct0a1b2c3dentity1.created", "a delivery of wctffffffffentity22.created"),
    ],
)
def test_what_differs_from_run_to_run_is_no_part_of_a_signature(one, other):
    """Names, ids, addresses, times and values may be others."""
    assert signature(one, "none") == signature(other, "none")
    assert signature("one", one) == signature("one", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("status 412", "status 200"), ("status 412", "status 409")),
        (("status 200 or 204", "status 500"), ("status 200 or 201", "status 500")),
        (("Name 'a'", "'b'"), ("Name 'a'", "None")),
        (("Name 'a'", "'b'"), ("Secret 'a'", "'b'")),
        (("one", "another", "$.Name"), ("one", "another", "$.Secret")),
        (("one", "another", "", "test_it[x]"), ("one", "another", "", "test_it[y]")),
    ],
)
def test_another_failure_has_another_signature(one, other):
    """The status, the member, the kind of what came and the check make the signature."""
    assert signature(*one) != signature(*other)


def test_what_comes_of_a_drawn_value_is_no_part_either():
    """Of drawn values the smallest that fails may be another, and so may what comes of it."""
    assert signature("Name 'a'", "None", drawn=True) == signature("Name 'b'", "'c'", drawn=True)


# ---- scripts

# A fault, and the answer that is wrong because of it.
AGAIN = {
    "stale-ignored-by-merge": "HTTP/1.1 200",
    "stale-by-creation": "HTTP/1.1 200",
    "unknown-created": "HTTP/1.1 200",
}


@pytest.mark.parametrize("fault", AGAIN)
def test_a_script_shows_the_failure_again(fault, tmp_path):
    """Run against another server with the same fault, a script gets the answer that was wrong."""
    report = tmp_path / "report.json"
    clause = FAULTS[fault].clause
    with embedded.mock("--fault", fault) as url:
        command = [sys.executable, "-m", "contract_tests", "check", "--target", url, "-k", clause]
        subprocess.run([*command, "--json", str(report)], capture_output=True, timeout=120, check=False)
    found = json.loads(report.read_text())["clauses"]
    (failure,) = (each["failure"] for each in found if each["id"] == clause)
    script = tmp_path / "again.sh"
    script.write_text("\n".join(failure["script"]) + "\n", encoding="utf-8")
    with embedded.mock("--fault", fault) as url:
        done = subprocess.run(
            ["bash", "-eu", str(script)],
            capture_output=True,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"], "BASE": url},
            timeout=120,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    statuses = [line for line in done.stdout.splitlines() if line.startswith("HTTP/")]
    assert any(line.startswith(AGAIN[fault]) for line in statuses), (failure["script"], statuses)


def test_nothing_that_was_sent_is_no_script():
    """Where nothing was sent there is nothing to repeat, and nothing to hide."""
    told = failures.failure("test_it", CLAUSE, ContractViolation("a", "b"), None)

    assert (told.script, told.turns, told.sent, told.request) == ((), (), "", "")


def test_the_field_that_matters_is_named():
    """A failure names the member, or else the status."""
    status = ContractViolation("status 1", "status 2", exchange())
    member = ContractViolation("a", "b", where="$.Name")

    assert failures.failure("c", CLAUSE, status, None).where == "status"
    assert failures.failure("c", CLAUSE, member, None).where == "$.Name"
