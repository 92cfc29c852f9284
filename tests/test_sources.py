"""Every row of the five documentation pages leads to a clause, or says why no client can observe it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openapi import clauses, sources
from openapi.errors import BrokenRecord, ContractError, UnknownClause

DOCS = Path(__file__).parents[1] / "docs"

# The pages do not change any more: a number that does is a row lost, or one found.
ROWS = {
    "post-webhook": 68,
    "post-webhook-older": 68,
    "patch-webhook": 67,
    "get-all-webhooks": 55,
    "signal-event": 33,
}


def page(**row: Any) -> dict[str, Any]:
    """A file of one page with one row."""
    rows = {"request.name": {"at": "request body table, row Name", "says": "A label.", **row}}
    return {"a-page": {"title": "A page", "form": "as text", "seen": date(2026, 11, 21), "rows": rows}}


def test_no_row_of_a_page_is_lost():
    """Each page has as many rows as were found on it."""
    assert {each.key: len(each.rows) for each in sources.load()} == ROWS


def test_every_row_has_one_outcome():
    """A row has clauses or the reason why it is unobservable."""
    for each in sources.load():
        for row in each.rows:
            assert bool(row.clauses) != bool(row.unobservable), row.name


def test_rows_are_whole_sentences():
    """What a row states ends with a full stop, and a clause is named once."""
    for each in sources.load():
        for row in each.rows:
            assert row.at, row.name
            assert row.says.endswith("."), row.name
            assert len(set(row.clauses)) == len(row.clauses), row.name


def test_every_must_clause_rests_on_a_row():
    """What the five pages are said to promise stands somewhere on them."""
    assert [clause.id for clause in sources.unreached() if clause.level == "must"] == []


def test_the_traceability_page_is_the_generated_one():
    """`docs/traceability.md` is what `python -m openapi.sources` prints."""
    assert (DOCS / "traceability.md").read_text(encoding="utf-8") == sources.markdown()


def test_the_register_of_contradictions_names_clauses():
    """Every id in `docs/contradictions.md` is that of a clause."""
    text = (DOCS / "contradictions.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:webhook|agent|delivery|auth|robust)\.[a-z0-9.-]+)`", text)
    assert named
    # An event, webhook.started, is written like a clause.
    assert set(named) - {"webhook.started"} <= set(clauses.load())


def test_a_good_file_is_read():
    """A row keeps its name, its place, its statement and its clauses."""
    (found,) = sources.parse(page(clauses=["webhook.post.keeps-name"]))
    assert found.rows == (
        sources.Row(
            name="a-page.request.name",
            at="request body table, row Name",
            says="A label.",
            clauses=("webhook.post.keeps-name",),
        ),
    )


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({}, BrokenRecord),
        ({"clauses": []}, BrokenRecord),
        ({"clauses": ["webhook.post.ok"], "unobservable": "furniture"}, BrokenRecord),
        ({"clauses": ["webhook.post.ok"], "later": "perhaps"}, BrokenRecord),
        ({"clauses": ["webhook.post.no-such-clause"]}, UnknownClause),
    ],
    ids=["neither", "no clauses", "both", "unknown member", "unknown clause"],
)
def test_a_broken_row_is_named(row, error):
    """A broken row stops the reading, with the file and the name of the row."""
    with pytest.raises(error) as raised:
        sources.parse(page(**row))
    assert (raised.value.file, raised.value.key) == ("sources.yaml", "a-page.request.name")


def test_a_broken_page_is_named():
    """A page without its title stops the reading, with the file and the key of the page."""
    raw = page(unobservable="furniture")
    del raw["a-page"]["title"]
    with pytest.raises(ContractError) as raised:
        sources.parse(raw)
    assert (raised.value.file, raised.value.key) == ("sources.yaml", "a-page")


@pytest.mark.parametrize("name", ["Request.Name", "request name", "request..name"])
def test_a_name_is_lower_case_words(name):
    """A name that is not words joined by dots and hyphens stops the reading."""
    raw = page(unobservable="furniture")
    rows = raw["a-page"]["rows"]
    rows[name] = rows.pop("request.name")
    with pytest.raises(BrokenRecord) as raised:
        sources.parse(raw)
    assert raised.value.key == f"a-page.{name}"
