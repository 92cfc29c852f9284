"""The ids of the clauses are permanent, and their sentences keep to the rules.

`frozen_clause_ids.txt` has one id per line, in the order of `clauses.yaml`. Add at will; never rename an id,
never remove one. A retired id keeps its line with a leading hyphen, and may not come back in `clauses.yaml`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openapi import clauses, document, sources
from openapi.clauses import Clause

FROZEN = Path(__file__).with_name("frozen_clause_ids.txt").read_text(encoding="utf-8").splitlines()
RETIRED = {line[1:] for line in FROZEN if line.startswith("-")}

LONGEST = 160
WISHES = re.compile(r"\b(should|must|shall|tests? that|verif(y|ies)|ensures?)\b", re.IGNORECASE)
TITLES = "|".join(sorted({re.escape(page.title) for page in sources.load()}))
# POST Webhook/Test is another page than POST Webhook.
FIVE_PAGES = re.compile(rf"({TITLES})(?![/\w])")
ELSEWHERE = re.compile(r"SuperOffice docs|official Swagger export|official npm client|RFC \d+, section \d")
RFC = re.compile(r"RFC \d+\b")
RFC_SECTION = re.compile(r"RFC \d+, section \d")

each_clause = pytest.mark.parametrize(
    "clause", [pytest.param(each, id=each.id) for each in clauses.load().values()]
)


def test_ids_are_frozen():
    """The ids are those of the frozen list, in its order."""
    assert list(clauses.load()) == [line for line in FROZEN if line not in {f"-{id_}" for id_ in RETIRED}]


def test_retired_ids_stay_away():
    """A retired id names no clause, and no id has two lines."""
    assert RETIRED.isdisjoint(clauses.load())
    assert len({line.removeprefix("-") for line in FROZEN}) == len(FROZEN)


@each_clause
def test_says_is_one_sentence(clause: Clause):
    """A clause is one sentence of at most 160 characters that ends with a full stop."""
    assert clause.says.endswith(".")
    assert not re.search(r"[.!?]\s", clause.says)
    assert len(clause.says) <= LONGEST


@each_clause
def test_says_states_a_fact(clause: Clause):
    """A clause states what is, not what somebody wishes."""
    assert not WISHES.search(clause.says)


@each_clause
def test_source_can_be_looked_up(clause: Clause):
    """A source names a page, or an RFC with its section."""
    assert FIVE_PAGES.search(clause.source) or ELSEWHERE.search(clause.source)
    assert len(RFC.findall(clause.source)) == len(RFC_SECTION.findall(clause.source))


@each_clause
def test_level_fits_the_source(clause: Clause):
    """A must clause names one of the five pages; what is inherited names its RFC."""
    assert clause.level != "must" or FIVE_PAGES.search(clause.source)
    assert clause.provenance != "inherited" or RFC_SECTION.search(clause.source)


@each_clause
def test_operations_exist(clause: Clause):
    """A clause speaks of operations of the document, or of `all` of them."""
    assert clause.operations
    assert clause.operations == ("all",) or set(clause.operations) <= set(document.load().operations)
