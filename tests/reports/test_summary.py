"""What a run has found as a summary in Markdown."""

from __future__ import annotations

import re

import pytest

from contract_tests.kit.verdicts import Verdict
from contract_tests.reports import summary
from openapi import clauses

from .samples import FAILURE, HOSTILE, finished, hostile, known


def text(run) -> str:
    """The summary of a run."""
    return summary.rendered(run).decode("utf-8")


def test_it_has_the_verdict_and_the_counts():
    """The first lines say what was found, in words and in numbers."""
    said = text(finished({"webhook.post.ok": Verdict.KEPT, "webhook.post.shape": Verdict.BROKEN}))

    assert said.startswith("## Webhook contract: broken\n")
    assert "| must | 1 | 1 |" in said
    assert "2 clauses, 2 checks, 321 requests, 12.3 s" in said


def test_a_failure_can_be_opened():
    """A broken clause folds out to what differs and the script."""
    said = text(finished({"webhook.post.shape": Verdict.BROKEN}))

    assert said.count("<details>") == said.count("</details>") == 1
    assert "| field | &#36;&#46;WebhookId |" in said
    assert "curl -X GET x" in said


def test_nothing_of_a_target_is_markup():
    """What a target wrote makes no link, no element, no mention and no table."""
    said = text(hostile())

    assert HOSTILE not in said
    assert "<script" not in said
    assert "<img" not in said
    assert "](javascript" not in re.sub(r"<pre.*?</pre>", "", said, flags=re.DOTALL)
    assert all(
        line.startswith("|") is line.endswith("|") for line in said.splitlines() if line.startswith("| came")
    )


@pytest.mark.parametrize("sign", list("\\`*_{}[]()<>#+-.!|~:@&$^=\"'%;/?"))
def test_signs_are_written_as_numbers(sign):
    """No sign of ASCII is left that Markdown could read."""
    assert summary.safe(f"a{sign}b") == f"a&#{ord(sign)};b"


def test_lines_are_joined():
    """A text of several lines stays in its cell."""
    assert summary.safe("a\r\n\n  b\u2028c") == "a b c"


def test_it_stays_below_what_github_takes():
    """However much is broken, a summary is less than a megabyte, and names what it leaves out."""
    said = dict.fromkeys(clauses.load(), Verdict.BROKEN)
    huge = FAILURE.__class__("c", "<" * 100_000, "é" * 100_000, script=("&" * 100_000,))
    written = summary.rendered(finished(said, huge))

    assert len(written) < 1_000_000
    assert b"more: <code>" in written


def test_stale_entries_are_told():
    """An entry that has to go is named with its reason."""
    assert "**Stale:** <code>webhook&#46;post&#46;shape</code>" in text(finished({}, known=(known(),)))
