"""Mutants are judged by the suite alone, and whichever survives has a reason."""

from __future__ import annotations

import json

from bench.mutants import pages
from bench.mutants.judging import KILLED, judge, verdict
from bench.mutants.mutant import Mutant, changed, meaning
from bench.processes import ROOT
from contract_tests.proving.plan import Trial
from contract_tests.proving.trial import Finding

KEPT = json.loads(pages.RESULTS.read_text(encoding="utf-8"))
PAGE = pages.PAGE.read_text(encoding="utf-8")
MODULE = "mock_server/patch/json_patch.py"
GOOD = "return array[:place] + array[place + 1 :]"


def test_a_mutant_is_killed_by_a_promise():
    """A remove that leaves the element where it is does not pass the quickest runs."""
    code = (ROOT / MODULE).read_text(encoding="utf-8")
    assert GOOD in code
    wrong = code.replace(GOOD, "return array[:place] + array[place:]")
    before, after = changed(code, wrong)
    mutant = Mutant(id="x", module=MODULE, line=1, before=before, after=after, code=wrong)
    found = judge(mutant, Trial("x", "x"))

    assert (verdict(found), found.reasons[0]) == (KILLED, "smoke")
    assert "webhook.patch.remove-element" in found.broken
    assert (before, after) == (GOOD, "return array[:place] + array[place:]")


def test_verdicts_of_runs_that_find_nothing():
    """A run that could not be made was noticed as well."""
    assert verdict(Finding("x")) == "survived"
    assert verdict(Finding("x", problem="the mock did not start")) == "stuck"


def test_annotations_and_nonsense_are_no_mutants():
    """Nobody evaluates the ones, and nobody imports the other."""
    good = "def f(a: int | None) -> int | str:\n    b: int | str = 1\n    return b + a\n"

    assert meaning(good) == meaning(good.replace("|", "+"))
    assert meaning(good) != meaning(good.replace("b + a", "b - a"))
    assert meaning("def f(:") is None


def test_survivors_have_reasons():
    """Either nobody could see them, or nobody has promised what they change."""
    survivors = {each["id"] for each in KEPT["mutants"] if each["verdict"] == pages.SURVIVED}

    assert survivors - {*pages.reasons()} == set()
    assert pages.UNEXPLAINED not in PAGE


def test_the_page_is_that_of_the_results():
    """Whoever judges mutants writes the page."""
    assert pages.page(KEPT) == PAGE
