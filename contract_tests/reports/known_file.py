"""The file of known failures, TOML with a table `[[known]]` for each: read, and written with care."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from contract_tests.reports.known import unexcused
from contract_tests.reports.report import Known, Report, Standing
from openapi import clauses

HEAD = re.compile(r"^[ \t]*\[\[[ \t]*known[ \t]*\]\][ \t]*(#.*)?$")
EXPIRES = re.compile(r"^([ \t]*expires[ \t]*=[ \t]*)[^#\s]+", re.MULTILINE)
REQUIRED = {"clause", "reason", "owner", "expires"}
OPTIONAL = {"check", "signature"}
TITLE = """\
# Failures that are known: they fail no run until they expire. A mended one fails it until its entry is gone.
# clause, reason, owner and expires are needed; check or signature narrow an entry to one failure of a clause.
"""


class BadFile(ValueError):  # noqa: N818  # the name says what is wrong
    """The file cannot be used; one line with the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A known failure, and the lines that it has in the file, with the comments above them."""

    known: Known
    text: str


def read(file: Path) -> list[Entry]:
    """The entries of a file; BadFile when it is missing, no TOML, or says what it may not."""
    try:
        text = file.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except OSError as problem:
        raise BadFile(f"{file}: {problem.strerror}") from None
    except (ValueError, RecursionError) as problem:
        raise BadFile(f"{file}: no TOML: {problem}") from None
    records = raw.get("known", [])
    blocks = list(_blocks(text))[1:]
    if set(raw) - {"known"} or not isinstance(records, list) or len(blocks) != len(records):
        raise BadFile(f"{file}: line 1: tables [[known]] are expected, and nothing else")
    return [
        Entry(_known(record, f"{file}: line {_line_of(block)}"), block.text)
        for record, block in zip(records, blocks, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Block:
    first: int
    text: str


def _blocks(text: str) -> Iterator[_Block]:
    """What stands before the first entry, then each entry from the comments above it on."""
    lines = text.splitlines(keepends=True)
    starts = [_above(lines, number) for number, line in enumerate(lines) if HEAD.match(line.rstrip("\r\n"))]
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        yield _Block(start, "".join(lines[start:end]))


def _above(lines: list[str], head: int) -> int:
    """Where the comments begin that stand right above a line."""
    while head > 0 and lines[head - 1].lstrip().startswith("#"):
        head -= 1
    return head


def _line_of(block: _Block) -> int:
    """The number of the line with the brackets."""
    lines = block.text.splitlines()
    return block.first + 1 + next(number for number, line in enumerate(lines) if HEAD.match(line))


def _known(record: Mapping[str, Any], at: str) -> Known:
    missing, unknown = REQUIRED - set(record), set(record) - REQUIRED - OPTIONAL
    if missing or unknown:
        said = [f"lacks {', '.join(sorted(missing))}"] if missing else []
        said += [f"has the unknown {', '.join(sorted(unknown))}"] if unknown else []
        raise BadFile(f"{at}: the entry {' and '.join(said)}")
    for name, value in record.items():
        if name != "expires" and not (isinstance(value, str) and value.strip()):
            raise BadFile(f"{at}: {name} has to be a text, and not an empty one")
    expires = record["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise BadFile(f"{at}: expires has to be a date such as 2027-01-31, without quotes")
    if record["clause"] not in clauses.load():
        raise BadFile(f"{at}: there is no clause {record['clause']!r}; `webhook-contract clauses` lists them")
    return Known(**record)


# ---- writing


def update(file: Path, report: Report, *, reason: str, owner: str, expires: date) -> list[Known]:
    """Write the file so that it excuses what the report has found; the entries it has then.

    Stale entries go, expired ones get the new date, failures without an entry get one. All else stays as
    people wrote it.
    """
    entries = read(file) if file.exists() else []
    title = next(iter(_blocks(file.read_text(encoding="utf-8")))).text if file.exists() else TITLE
    standing = {_same(each): each.standing for each in report.known}
    stood = [(entry, standing.get(entry.known, Standing.NOT_ASKED)) for entry in entries]
    kept = [_renewed(entry, each, expires) for entry, each in stood if each is not Standing.STALE]
    kept += [
        _entry(Known(line.clause.id, reason, owner, expires, check=failure.check))
        for line, failure in unexcused(report)
    ]
    parts = (title, *(entry.text for entry in kept))
    file.write_text("\n".join(part.strip("\n") + "\n" for part in parts if part.strip()), encoding="utf-8")
    return [entry.known for entry in kept]


def _same(known: Known) -> Known:
    return replace(known, standing=Standing.NOT_ASKED)


def _renewed(entry: Entry, standing: Standing, expires: date) -> Entry:
    if standing is not Standing.EXPIRED:
        return entry
    known = replace(entry.known, expires=expires)
    return Entry(known, EXPIRES.sub(rf"\g<1>{expires.isoformat()}", entry.text, count=1))


def _entry(known: Known) -> Entry:
    lines = [
        "[[known]]",
        *(f"{name} = {_quoted(getattr(known, name))}" for name in ("clause", "check", "reason", "owner")),
        f"expires = {known.expires.isoformat()}",
    ]
    return Entry(known, "\n".join(lines))


def _quoted(text: str) -> str:
    """A basic string of TOML, which escapes as JSON does, and DEL besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
