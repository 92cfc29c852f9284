"""A mock may be started before anybody needs it, and does not outlive whoever started it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests import embedded
from contract_tests.kit.verdicts import CannotStart
from contract_tests.receiving import Reception, mock, mock_ahead


def children() -> set[str]:
    """The processes that this one has started and that are still there."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for file in tasks for child in file.read_text(encoding="ascii").split()}


def test_a_mock_that_was_begun_is_the_one_that_serves():
    """Nothing is started twice, and nothing is left at the end."""
    before = children()
    with mock_ahead(Reception()):
        begun = children() - before
        with mock(Reception()) as url:
            assert children() - before == begun
            assert url.startswith("http://127.0.0.1:")
    assert children() == before


def test_a_mock_that_nobody_needs_ends():
    """As when the command is used wrongly, or the target is another one."""
    before = children()
    with pytest.raises(LookupError), embedded.begun(embedded.command()):
        raise LookupError
    assert children() == before


def test_a_mock_that_begins_in_vain_is_told_of():
    """What it does not say in the first line it never says."""
    command = embedded.command("--database", "nonsense")
    with (
        embedded.begun(command),
        pytest.raises(CannotStart, match="did not start"),
        embedded.serving(command),
    ):
        pass
