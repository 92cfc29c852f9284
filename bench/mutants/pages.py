"""What became of the mutants, in Markdown, for docs/mutants.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bench.findings import figure, middle
from bench.pages import table
from bench.processes import ROOT

RESULTS = ROOT / "bench" / "mutants" / "results.json"
REASONS = Path(__file__).with_name("reasons.yaml")
PAGE = ROOT / "docs" / "mutants.md"
KILLED, STUCK, SURVIVED = "killed", "stuck", "survived"
UNEXPLAINED = "nobody has looked at it yet"

METHOD = """\
Faults are chosen by people who know the suite; mutants are not. [Cosmic Ray]({home}) changes the code of \
the mock in one place, and the suite alone, over HTTP, has to notice. The modules are those that decide \
what is documented (`bench/mutants/mutation.toml`), at most one mutant is drawn for each place in them, \
and those are left out that are no Python or differ in an annotation only.

**Killed** is a mutant that breaks a promise. **Stuck** is one that the suite cannot be run against, as \
its plain webhook is refused, no delivery arrives at all, or the mock never answers; the command ends with \
3 then, so it is noticed as well. What **survived** was asked about every clause, also with \
`--ping-on-save`, and is listed below with the reason."""
HOME = "https://cosmic-ray.readthedocs.io/"


def page(kept: Mapping[str, Any]) -> str:
    """The whole document."""
    return "\n".join(_lines(kept)) + "\n"


def reasons() -> Mapping[str, str]:
    """Why a mutant may survive, by the ids of mutants."""
    told: dict[str, str] = yaml.safe_load(REASONS.read_text(encoding="utf-8")) or {}
    return told


def _lines(kept: Mapping[str, Any]) -> Iterator[str]:
    found, machine, when = kept["mutants"], kept["machine"], datetime.fromisoformat(kept["when"])
    yield from ("# Mutants of the mock", "")
    yield (
        f"Written by `{kept['command']}` on {when:%-d %B %Y}: {len(found)} of {kept['known']} mutants, drawn "
        f"with seed {kept['seed']}, on {machine['cores']} cores with Python {machine['python']} and "
        f"Cosmic Ray {kept['tool']}. Each is in `bench/mutants/results.json`."
    )
    yield from ("", METHOD.format(home=HOME), "", "## Totals", "", *_totals(found))
    yield from ("", "## By module", "", *_modules(found))
    for verdict in (SURVIVED, STUCK):
        yield from ("", f"## {verdict.capitalize()}", "", *_listed(found, verdict))
    yield from ("", "## Killed", "", *_killers(found))


def _totals(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    counts = Counter(each["verdict"] for each in found)
    yield from table(("", "count"), tuple((word, str(counts[word])) for word in (KILLED, STUCK, SURVIVED)))
    killed = [each for each in found if each["verdict"] == KILLED]
    smoke = sum(each["stage"] == "smoke" for each in killed)
    noticed = figure(100 * (counts[KILLED] + counts[STUCK]) / len(found))
    requests = middle([float(each["requests"]) for each in killed])
    yield ""
    yield (
        f"{noticed} % are noticed. The tier smoke kills {smoke} of the {len(killed)}; the median one is "
        f"killed after {requests:.0f} requests."
    )


def _modules(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    counts = Counter((each["module"], each["verdict"]) for each in found)
    rows = tuple(
        (f"`{module}`", *(str(counts[module, word]) for word in (KILLED, STUCK, SURVIVED)))
        for module in sorted({each["module"] for each in found})
    )
    yield from table(("module", KILLED, STUCK, SURVIVED), rows)


def _listed(found: Sequence[Mapping[str, Any]], verdict: str) -> Iterator[str]:
    known = reasons()
    listed = sorted(
        (each for each in found if each["verdict"] == verdict),
        key=lambda each: (each["module"], each["line"]),
    )
    for each in listed:
        why = known.get(each["id"], UNEXPLAINED) if verdict == SURVIVED else each["by"]
        yield f"- `{each['module']}`, line {each['line']}: {why}"
        yield f"  - `{each['before']}`"
        yield f"  - `{each['after'] or '(nothing)'}`"
    if not listed:
        yield "None."


def _killers(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    counts = Counter(each["by"] for each in found if each["verdict"] == KILLED)
    yield from table(
        ("the first clause that broke", "mutants"),
        tuple((f"`{by}`", str(count)) for by, count in counts.most_common()),
    )
