"""Reads `sources.yaml`: what every row of the five pages states, and which clauses hold a server to it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any, get_args

from openapi import clauses
from openapi.errors import BrokenRecord, UnknownClause
from openapi.files import read

FILE = "sources.yaml"
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One statement of one page: clauses hold a server to it, or no client can observe it.

    `clauses` is empty exactly when `unobservable` gives a reason.
    """

    name: str
    at: str
    says: str
    clauses: tuple[str, ...] = ()
    unobservable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One documentation page, with the form and the day in which it was read."""

    key: str
    title: str
    form: str
    seen: date
    rows: tuple[Row, ...]


PAGE_MEMBERS = {field.name for field in fields(Page)} - {"key"}
ROW_MEMBERS = {field.name for field in fields(Row)} - {"name"}
OUTCOMES = {"clauses", "unobservable"}


@cache
def load() -> tuple[Page, ...]:
    """The pages of `sources.yaml`, in the order of the file."""
    return parse(read(FILE))


def parse(raw: Mapping[str, Mapping[str, Any]]) -> tuple[Page, ...]:
    """Pages from the contents of such a file, or the ContractError that names the bad record."""
    return tuple(_page(key, record) for key, record in raw.items())


def _page(key: str, record: Mapping[str, Any]) -> Page:
    _check(key, record, required=PAGE_MEMBERS, allowed=PAGE_MEMBERS)
    rows = tuple(_row(f"{key}.{name}", row) for name, row in record["rows"].items())
    return Page(key=key, **{**record, "rows": rows})


def _row(name: str, record: Mapping[str, Any]) -> Row:
    _check(name, record, required=ROW_MEMBERS - OUTCOMES, allowed=ROW_MEMBERS)
    if bool(record.get("clauses")) == bool(record.get("unobservable")):
        raise BrokenRecord(FILE, name, "a row has either clauses or the reason why it is unobservable")
    row = Row(name=name, **{**record, "clauses": tuple(record.get("clauses", ()))})
    for clause_id in row.clauses:
        if clause_id not in clauses.load():
            raise UnknownClause(FILE, name, f"there is no clause {clause_id!r}")
    return row


def _check(name: str, record: Mapping[str, Any], *, required: set[str], allowed: set[str]) -> None:
    if not NAME.fullmatch(name):
        raise BrokenRecord(FILE, name, "a name is lower-case words joined by dots and hyphens")
    missing, unknown = required - set(record), set(record) - allowed
    if missing or unknown:
        raise BrokenRecord(FILE, name, f"lacks {sorted(missing)}, has the unknown {sorted(unknown)}")


def unreached() -> tuple[clauses.Clause, ...]:
    """The clauses that no row of any page leads to, in the order of their file."""
    reached = {clause_id for page in load() for row in page.rows for clause_id in row.clauses}
    return tuple(clause for id_, clause in clauses.load().items() if id_ not in reached)


def markdown() -> str:
    """The text of `docs/traceability.md`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Traceability"
    yield ""
    yield "What each of the five documentation pages states, and the clauses that hold a server to it."
    yield "Written by `python -m openapi.sources` from `openapi/sources.yaml` and `openapi/clauses.yaml`."
    yield ""
    yield from _summary()
    for page in load():
        yield ""
        yield from _of_page(page)
    yield ""
    yield from _beyond()


def _summary() -> Iterator[str]:
    rows = [(_heading(page), *_counts(page.rows)) for page in load()]
    total = ("all five", *_counts([row for page in load() for row in page.rows]))
    yield from _table(("page", "rows", "checked", "not observable"), [*rows, total])


def _counts(rows: Sequence[Row]) -> tuple[int, int, int]:
    checked = sum(bool(row.clauses) for row in rows)
    return len(rows), checked, len(rows) - checked


def _of_page(page: Page) -> Iterator[str]:
    yield f"## {_heading(page)}"
    yield ""
    yield f"Read on {page.seen}: {page.form}."
    yield ""
    yield from _table(
        ("row", "where", "what it states", "checked by"),
        [(_code(row.name), row.at, row.says, _outcome(row)) for row in page.rows],
    )


def _beyond() -> Iterator[str]:
    yield "## Clauses that rest on no row of these pages"
    for level in get_args(clauses.Level):
        found = [(_code(clause.id), clause.source) for clause in unreached() if clause.level == level]
        yield ""
        yield f"### {level}"
        yield ""
        yield from _table(("clause", "source"), found) if found else ("None.",)


def _heading(page: Page) -> str:
    return f"{page.title} ({_code(page.key)})"


def _outcome(row: Row) -> str:
    return ", ".join(map(_code, row.clauses)) or f"not observable: {row.unobservable}"


def _code(name: str) -> str:
    return f"`{name}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield _cells(head)
    yield _cells(["---"] * len(head))
    for row in rows:
        yield _cells(row)


def _cells(row: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", r"\|") for cell in row) + " |"


if __name__ == "__main__":
    sys.stdout.write(markdown())
