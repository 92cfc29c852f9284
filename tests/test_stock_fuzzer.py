"""A stock fuzzer, given the document, finds nothing wrong with the mock that the document could tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from contract_tests import embedded

ROOT = Path(__file__).parent.parent
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SAMPLE_USER = "Authorization: Basic dGplMDpUamUw"


def test_a_stock_fuzzer_finds_nothing(tmp_path):
    """No server error, no undocumented status or content type, no answer of another shape."""
    with embedded.mock() as url:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(ROOT / "openapi" / "api.yaml")]
        options = ["--url", url, "-H", SAMPLE_USER, "--checks", CHECKS, "--max-examples", "4", "--seed", "1"]
        ended = subprocess.run(
            [*command, *options], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300
        )

    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-1000:]
