"""`python -m tests.targets.orders URL ORDER [TIER]`: one run with its checks in another order, as JSON."""

from __future__ import annotations

import json
import sys

from contract_tests import checking
from contract_tests.reports import json_report


def main(url: str, order: str, tier: str = "standard") -> None:
    """Print the report."""
    options = [f"--target={url}", "-ptests.targets.reordered", f"--order={order}"]
    report = checking.check(options, word=None, tier=tier, progress=lambda *_: None)
    print(json.dumps(json_report.as_json(report)))  # noqa: T201  # for the test that called


if __name__ == "__main__":
    main(*sys.argv[1:])
