"""One run of the suite against one of the strangers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import schemathesis  # noqa: F401  # takes a second to load, which a process that is forked need not spend again

from contract_tests import checking
from contract_tests.reports import json_report
from tests.strangers import running


def judged(
    *, quirks: Sequence[str] = (), defect: str | None = None, offer: str = "all", only: str, word: str | None
) -> dict[str, Any]:
    """The JSON report of one run, in which a missing delivery is not waited for as long as usual."""
    with running(quirks, defect, offer) as url:
        options = [f"--target={url}", "--wait=6"]
        report = checking.check(options, only=only, word=word, progress=lambda *_: None)
        return json_report.as_json(report)
