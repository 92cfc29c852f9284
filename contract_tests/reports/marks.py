"""How verdicts look in a terminal, and how a text from elsewhere is made safe to print there."""

from __future__ import annotations

from contract_tests.kit.verdicts import Verdict

STYLES = {
    Verdict.KEPT: "green",
    Verdict.NOT_OFFERED: "dim",
    Verdict.UNPROVED: "yellow",
    Verdict.KNOWN: "cyan",
    Verdict.FLAKY: "bold yellow",
    Verdict.BLOCKED: "magenta",
    Verdict.ERROR: "bold magenta",
    Verdict.BROKEN: "bold red",
}
MARKS = {
    Verdict.KEPT: "✓",
    Verdict.NOT_OFFERED: "–",
    Verdict.UNPROVED: "?",
    Verdict.KNOWN: "≈",
    Verdict.FLAKY: "~",
    Verdict.BLOCKED: "!",
    Verdict.ERROR: "!",
    Verdict.BROKEN: "✗",
}


def printable(text: str) -> str:
    """The text with whatever a terminal might obey written out: whoever sent it chose it."""
    return "".join(each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in text)
