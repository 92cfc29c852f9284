"""The report as one page for a browser: nothing is fetched, and nothing that a target wrote is executed."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from contract_tests.kit.verdicts import Repeats, Turn, Verdict
from contract_tests.reports.marks import MARKS
from contract_tests.reports.report import LEVELS, Line, Report
from openapi import document

# What a source can be followed to: a URL, or a section of an RFC.
URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)]")
RFC = re.compile(r"RFC (\d+)(?:, section ([\d.]*\d))?")
LINKS = re.compile(f"({URL.pattern}|{RFC.pattern})")
PROMISES = {
    "must": "promised by the five pages this suite started from",
    "should": "promised by other official documentation",
    "robust": "owed by every HTTP service",
}
REPEATED = {
    Repeats.YES: "came again at once",
    Repeats.NO: "did not come again",
    Repeats.NOT_TRIED: "not tried again",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation, and how many of its clauses got each verdict."""

    id: str
    label: str
    counts: Mapping[Verdict, int]


def rendered(report: Report) -> bytes:
    """The page, in UTF-8."""
    style, script = _part("style.css"), _part("script.js")
    page = (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            verdicts=[each for each in reversed(Verdict) if report.summary[each.word]],
            counts={each: report.summary[each.word] for each in Verdict},
            rows=list(_rows(report)),
            worst=sorted(report.with_verdict(*_not_kept()), key=lambda line: -line.verdict),
            kept=_grouped(report.with_verdict(Verdict.KEPT)),
            style=Markup(style),  # noqa: S704  # our own
            script=Markup(script),  # noqa: S704  # the same
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
            "base-uri 'none'; form-action 'none'",
        )
    )
    # Half of a surrogate pair has no bytes.
    return page.encode("utf-8", "replace")


def _not_kept() -> list[Verdict]:
    return [each for each in Verdict if each is not Verdict.KEPT]


def _part(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The name by which the policy of the page allows this text alone (CSP 3, section 2.3.1)."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=PackageLoader(__package__, "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"linked": linked, "label": label, "message": message, "answered": answered}
    environment.globals |= {
        "MARKS": MARKS,
        "LEVELS": LEVELS,
        "PROMISES": PROMISES,
        "REPEATED": REPEATED,
        "Verdict": Verdict,
    }
    return environment


def _rows(report: Report) -> Iterator[Row]:
    """A row for each operation that the report names, in the order of the document; `all` comes last."""
    named = {each for line in report.lines for each in line.clause.operations}
    known = [each for each in document.load().operations if each in named]
    for name in [*known, *sorted(named - {*known, "all"}), *sorted(named & {"all"})]:
        verdicts = Counter(line.verdict for line in report.lines if name in line.clause.operations)
        yield Row(name, label(name), verdicts)


def _grouped(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Lines that follow each other and whose ids begin alike."""
    return [
        (head, list(group)) for head, group in groupby(lines, lambda line: line.clause.id.rsplit(".", 1)[0])
    ]


def label(operation: str) -> str:
    """An operation as people name it: `PATCH /Webhook/{id}`."""
    if operation == "all":
        return "every operation"
    known = document.load().operations.get(operation)
    return known.label if known else operation


def linked(text: str) -> Markup:
    """The text with links to the URLs and RFCs that it names."""
    pieces = []
    place = 0
    for match in LINKS.finditer(text):
        pieces += [escape(text[place : match.start()]), _link(match[0])]
        place = match.end()
    return Markup("").join([*pieces, escape(text[place:])])


def _link(text: str) -> Markup:
    rfc = RFC.fullmatch(text)
    section = f"#section-{rfc[2]}" if rfc and rfc[2] else ""
    url = f"https://www.rfc-editor.org/rfc/rfc{rfc[1]}{section}" if rfc else text
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, text)


def message(turn: Turn) -> str:
    """What was sent in a turn, as text."""
    return _text(f"{turn.method} {turn.url}", turn.headers, turn.body)


def answered(turn: Turn) -> str:
    """What came back in a turn, as text."""
    return _text(f"HTTP {turn.status}", turn.answer_headers, turn.answer) if turn.status else "no answer"


def _text(first: str, headers: Sequence[tuple[str, str]], body: str) -> str:
    return "\n".join([first, *(f"{name}: {value}" for name, value in headers), "", body]).rstrip()
