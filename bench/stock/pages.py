"""The comparison in Markdown, for docs/stock.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bench.findings import figure, middle
from bench.pages import table
from bench.stock.tools import LEFT_OUT
from bench.stock.trials import GOOD, Fault, Run, from_json
from contract_tests.proving.pages import table as listed
from openapi import clauses

UNSEEN = (
    "The first finding that is new; a dash where there is none, and nothing where the fault was not given."
)
LEVELS = ("must", "should", "robust")
METHOD = """\
The faults are those of [the proof](proof.md): the mock, wrong in one way. Each run has a mock of its own, \
with three webhooks in it, and the credentials of the documentation's samples. Stock tools have the same \
document as the suite, `openapi/api.yaml`; Dredd, which reads neither OpenAPI 3.1 nor several media types, \
has it as 3.0 in JSON (`bench/stock/documents.py`), and hooks that put webhooks 1 and 983 there before \
each request.

A tool **kills** a fault when it finds something in that mock which it did not find in the good one with \
any of its seeds. Findings are compared by kind and operation, as a user compares them who has accepted \
what the tool says of a good server: Schemathesis' kinds of failure, the parts of an answer that Dredd \
refuses, the clauses of the suite.

Seconds are processor seconds of the tool, without the mock, which do not depend on what else the machine \
does. Requests are counted by the mock."""


@dataclass(frozen=True)
class Compared:
    """All runs of one tool."""

    name: str
    runs: Sequence[Run]

    @cached_property
    def known(self) -> frozenset[str]:
        """What it says of the good mock, whatever the seed."""
        return frozenset(each for run in self.runs if run.fault == GOOD for each in run.findings)

    @cached_property
    def tried(self) -> Mapping[str, tuple[str, ...]]:
        """What is new about each fault that it was tried with."""
        return {
            run.fault: tuple(each for each in run.findings if each not in self.known)
            for run in self.runs
            if run.fault != GOOD and not run.problem
        }

    def kills(self, faults: Iterable[str]) -> str:
        """Of those that were tried, how many were killed."""
        asked = [each for each in faults if each in self.tried]
        return f"{sum(bool(self.tried[each]) for each in asked)} of {len(asked)}" if asked else "–"


def page(kept: Mapping[str, Any], faults: Sequence[Fault]) -> str:
    """The whole document."""
    return "\n".join(_lines(kept, faults)) + "\n"


def _lines(kept: Mapping[str, Any], faults: Sequence[Fault]) -> Iterator[str]:
    compared = compare(kept)
    tried = [each for each in faults if any(each.id in one.tried for one in compared)]
    machine, last = kept["machine"], datetime.fromisoformat(kept["commands"][-1]["when"])
    commands = ", ".join(f"`{each}`" for each in dict.fromkeys(each["command"] for each in kept["commands"]))
    yield from ("# The suite and stock tools", "")
    yield (
        f"Written on {last:%-d %B %Y} by {commands}: {len(tried)} of {len(faults)} faults, on "
        f"{machine['cores']} cores with Python {machine['python']}. Every run is in "
        "`bench/stock/results.json`; `--sample 1/1` tries all faults."
    )
    yield from ("", METHOD, "", "## Totals", "")
    yield from table(
        ("tool", "version", "kills", "requests", "seconds", "findings in the good mock"),
        _totals(kept, compared),
    )
    yield from ("", sentence(compared), "", *_notes(compared))
    yield from ("", "| tool | command |", "| --- | --- |", *_commands(kept))
    yield from ("", "## By level", "", *_grouped(compared, tried, "level", _level, LEVELS))
    yield from (
        "",
        "## By topic",
        "",
        *_grouped(compared, tried, "topic", _topic, dict.fromkeys(map(_topic, tried))),
    )
    yield from ("", "## Fault by fault", "", UNSEEN, "", *_faults(compared, tried))
    yield from ("", "## What is said of the good mock", "", *_good(compared))
    yield from ("", "## What is not here", "")
    yield from (f"- {name}{f' {version}' if version else ''} {why}." for name, version, why in LEFT_OUT)
    yield from (f"- {each}" for each in kept["missing"])


def sentence(compared: Sequence[Compared]) -> str:
    """The comparison in a sentence, which the README quotes."""
    shared = set.intersection(*({*each.tried} for each in compared))
    kills = [f"{each.name} kills {each.kills(shared).partition(' ')[0]}" for each in compared]
    return f"Of {len(shared)} faults that all were given, {', '.join(kills[:-1])} and {kills[-1]}."


def compare(kept: Mapping[str, Any]) -> list[Compared]:
    """The tools that were given a fault, the suite first."""
    runs = from_json(kept["runs"])
    tools = [
        Compared(each["name"], [run for run in runs if run.tool == each["name"]]) for each in kept["tools"]
    ]
    return [each for each in tools if each.tried]


def _totals(kept: Mapping[str, Any], compared: Sequence[Compared]) -> tuple[tuple[str, ...], ...]:
    versions = {each["name"]: each["version"] for each in kept["tools"]}
    return tuple(
        (
            each.name,
            versions[each.name],
            each.kills(each.tried),
            f"{middle([float(run.requests) for run in each.runs]):,.0f}",
            figure(middle([run.cpu for run in each.runs])),
            str(len(each.known)),
        )
        for each in compared
    )


def _notes(compared: Sequence[Compared]) -> Iterator[str]:
    ours, *others = compared
    missed = [
        fault for fault, new in ours.tried.items() if not new and any(one.tried.get(fault) for one in others)
    ]
    only = ", ".join(f"`{each}`" for each in missed)
    yield f"A stock tool kills and the suite does not: {only or 'none'}."
    broken = [run for each in compared for run in each.runs if run.problem]
    if broken:
        yield from ("", f"{len(broken)} runs came to nothing and do not count, such as: {broken[0].problem}")


def _commands(kept: Mapping[str, Any]) -> Iterator[str]:
    for each in kept["tools"]:
        yield f"| {each['name']} | `{each['shown']}` |"


def _level(fault: Fault) -> str:
    return clauses.get(fault.clause).level


def _topic(fault: Fault) -> str:
    """The first words of a clause: `webhook.patch`."""
    return fault.clause.rpartition(".")[0]


def _grouped(
    compared: Sequence[Compared], tried: Sequence[Fault], word: str, group: Any, groups: Iterable[str]
) -> Iterator[str]:
    rows = [
        (each, *(one.kills(fault.id for fault in tried if group(fault) == each) for one in compared))
        for each in groups
    ]
    yield from table((word, *(one.name for one in compared)), tuple(rows))


def _faults(compared: Sequence[Compared], tried: Sequence[Fault]) -> Iterator[str]:
    rows = [(f"`{each.id}`", each.says, *(_mark(one, each) for one in compared)) for each in tried]
    yield from listed(("fault", "", *(one.name for one in compared)), rows)


def _mark(tool: Compared, fault: Fault) -> str:
    new = tool.tried.get(fault.id)
    return (
        "" if new is None else "–" if not new else f"{new[0]}{f' and {len(new) - 1} more' if new[1:] else ''}"
    )


def _good(compared: Sequence[Compared]) -> Iterator[str]:
    """What a user has to look at before the first real fault."""
    for each in compared:
        kinds: dict[str, list[str]] = {}
        for finding in sorted(each.known):
            kind, _, place = finding.partition(", ")
            kinds.setdefault(kind, []).append(place)
        told = "; ".join(f"{kind} ({len(places)}): {', '.join(places)}" for kind, places in kinds.items())
        yield f"- {each.name}: {told or 'nothing'}."
