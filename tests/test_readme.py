"""The README is true: its commands run, and its tables and options are those of the program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from contract_tests import cli, ending
from contract_tests.kit.verdicts import Verdict
from contract_tests.reports.commands import STATUSES
from mock_server.cli import main as webhook_mock
from openapi.clauses import Level
from tests.blocks import blocks, free_port, ran, read, replaced

HERE = Path(__file__).parent.parent
README = read("README.md")
BLOCKS = blocks(README)

# Installing is the business of `.ci/run`, which does it as the README says; a whole run takes too long here.
SHORTER = {
    r"python3 -m venv \S+ && ": "",
    r"\S+/pip install \S+ && ": "",
    r"\.venv/bin/": "",
    r"webhook-contract check(?!.* -k )": "webhook-contract check -k webhook.post.ok",
    r"webhook-contract plan(?!.* -k )": "webhook-contract plan -k webhook.post.ok",
    r"^pytest -n 2$": f"pytest -q --collect-only {HERE / 'tests' / 'test_rooms.py'}",
}
# What a block has in it, and what it prints when it works.
PRINTS = {
    "-m venv": "kept: every clause",
    "[test]": "tests collected",
    "--junit": "every promise that counts is kept",
    "diff contract.json": "the same: every clause has the verdict that it had",
    "contract doctor": "✓ clean-up",
    "--require-https": "kept: every clause",
    '"deals"': '"State":"Stopped"',
    "contract plan": "webhooks would be removed",
    "-k test-conflict": "kept: every clause",
    "contract listen": "signature",
}


def shortened(block: str) -> str:
    """A block of the README as it can be run here."""
    for pattern, short in SHORTER.items():
        block = re.sub(pattern, short, block, flags=re.MULTILINE)
    return block


def test_every_block_is_expected_to_print_something():
    """Each command block of the README has exactly one expectation here, and the other way round."""
    assert [sum(word in block for word in PRINTS) for block in BLOCKS] == [1] * len(PRINTS)


@pytest.mark.parametrize("word", PRINTS)
def test_blocks_run(word, mock, tmp_path):
    """Each block runs to its end and prints what is expected, with the ports replaced."""
    block = next(each for each in BLOCKS if word in each)
    port = free_port() if "webhook-mock" in block else urlsplit(mock).port
    done = ran(replaced(shortened(block), port, free_port()), tmp_path)

    assert done.returncode == 0, done.stderr
    assert PRINTS[word] in done.stdout


def rows(heading: str) -> list[str]:
    """The first cells of the table below a heading."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [cell.strip("` ") for cell in re.findall(r"^\|([^|]+)\|", section, re.MULTILINE)[2:]]


def test_tables_have_what_the_program_has():
    """The levels, verdicts and exit statuses of the README are the program's."""
    assert rows("Levels") == [*get_args(Level)]
    assert set(rows("Verdicts")) == {verdict.word for verdict in Verdict}
    statuses = sorted({*STATUSES.values(), ending.USAGE})
    assert rows("Exit statuses") == [*map(str, statuses), f"{ending.ENDED} + signal"]


def test_options_exist():
    """Every option that the README names is one of the commands'."""
    commands = (cli.check, cli.clauses, *cli.main.commands.values(), webhook_mock)
    known = {option for command in commands for each in command.params for option in each.opts}
    named = set(re.findall(r"`(--[a-z-]+)", README))

    assert named - known == set()
