"""A mock that is wrong in one named way is convicted of just that."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from contract_tests import embedded
from mock_server.faults import FAULTS
from openapi import clauses

SAMPLE = (
    "json-patch-partial",
    "conflict-stored",
    "stale-ignored-by-merge",
    "test-coerces",
    "escapes-swapped",
    "patch-not-stored",
    "filters-alternate",
    "stopped-delivers",
    "signature-over-copy",
    "refusal-stored",
)


@pytest.mark.parametrize("fault", SAMPLE)
def test_a_fault_breaks_its_clause(fault, tmp_path):
    """The command ends with 1, and the clause that the fault breaks is among the broken ones."""
    report = tmp_path / "report.json"
    clause = FAULTS[fault].clause
    with embedded.mock("--fault", fault) as url:
        command = [sys.executable, "-m", "contract_tests", "check", "--target", url, "-k", clause]
        ended = subprocess.run([*command, "--json", str(report)], capture_output=True, text=True, check=False)

    assert ended.returncode == 1, ended.stdout + ended.stderr
    verdicts = {each["id"]: each["verdict"] for each in json.loads(report.read_text())["clauses"]}
    assert verdicts[clause] == "broken"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_the_clause_it_breaks(fault):
    """Every fault breaks a clause that exists."""
    assert FAULTS[fault].clause in clauses.load()
