"""The published proof is complete, and the README quotes it."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent.parent.parent
PAGE = (HERE / "docs" / "proof.md").read_text(encoding="utf-8")
README = (HERE / "README.md").read_text(encoding="utf-8")


def total(word: str) -> int:
    """A figure of the page's totals."""
    found = re.search(rf"^\| {word} \| (\d+) \|$", PAGE, re.MULTILINE)
    assert found, word
    return int(found[1])


def test_nothing_is_left_to_prove():
    """Every fault of the page was caught, and no variation raised an alarm."""
    assert [total(word) for word in ("survived", "wrong reason", "false alarm", "failed")] == [0] * 4
    assert total("clauses without a fault") == 0


def test_the_readme_has_the_figures_of_the_page():
    """How many were caught, and how soon."""
    requests = re.search(r"The median fault is caught after (\d+) requests", PAGE)

    assert requests
    assert f"caught all {total('caught')} faults" in README
    assert f"the median one after {requests[1]} requests" in README
