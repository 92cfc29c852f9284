"""Lets the suite judge the strangers: which alarms it raises over good ones, and which bad ones it misses."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from contract_tests import checking, plugin
from contract_tests.kit import interruption
from contract_tests.kit.verdicts import Verdict
from contract_tests.proving import workers
from contract_tests.proving.plan import Trial
from contract_tests.proving.trial import UNASKED, Finding
from openapi import clauses

from . import ALL_QUIRKS, DEFECTS, WORLDS, running

KINDS = {"world": WORLDS, "quirk": ALL_QUIRKS, "defect": DEFECTS}
LEVELS = ("must", "robust", "should")
WAIT = 6.0  # seconds for a delivery
EPILOG = """
Each run has a process of its own, forked when everything was imported. The exit status is 1 when a good
stranger has broken a must or a robust clause, or when a bad one was missed, and 3 when a run came to nothing.
"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a run has found, and whether that is right."""

    kind: str
    name: str
    finding: Finding

    @property
    def alarms(self) -> Counter[str]:
        """The broken clauses by their levels."""
        return Counter(clauses.get(each).level for each in self.finding.broken)

    @property
    def is_right(self) -> bool:
        """A bad stranger is caught; a good one may break what is only recommended."""
        if self.finding.problem:
            return False
        if self.kind == "defect":
            return bool(self.finding.broken)
        return not self.alarms["must"] and not self.alarms["robust"]


class First:
    """A pytest plugin that leaves out all that comes after the first broken clause."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Say that a check was made, so that nobody makes it."""
        return bool(item.config.stash[plugin.VERDICTS].tally[Verdict.BROKEN]) or None


def judge(trial: Trial, *, word: str | None, whole: bool) -> Finding:
    """Run the suite against one stranger; a bad one is let go as soon as it is caught."""
    kind, _, name = trial.id.partition(" ")
    quirks = {"world": WORLDS.get(name, ()), "quirk": (name,), "defect": ()}[kind]
    plugins = [First()] if kind == "defect" and not whole else []
    with running(quirks, name if kind == "defect" else None) as url:
        report = checking.check(
            [f"--target={url}", f"--wait={WAIT}"], word=word, progress=lambda *_: None, plugins=plugins
        )
    broken = [line for line in report.lines if line.verdict is Verdict.BROKEN]
    asked = [line for line in report.lines if line.checks]
    return Finding(
        trial.id,
        broken=tuple(line.clause.id for line in broken),
        unasked=tuple(line.clause.id for line in asked if line.verdict in UNASKED),
        checks=sum(line.checks for line in report.lines),
        requests=report.requests,
        seconds=round(report.seconds, 3),
        reasons=tuple(f"{line.clause.id}: {line.reason}" for line in broken),
    )


def judgements(trials: Iterable[Trial], jobs: int, *, word: str | None, whole: bool) -> Iterator[Judgement]:
    """The judgement of each run, in the order in which they end."""

    def run(trial: Trial) -> Finding:
        try:
            return judge(trial, word=word, whole=whole)
        except Exception as problem:
            return Finding(trial.id, problem=f"{type(problem).__name__}: {problem}")

    workers.warm()
    for finding in workers.findings(trials, jobs, run):
        kind, _, name = finding.id.partition(" ")
        yield Judgement(kind, name, finding)


# ---- the command


def main() -> None:
    """Judge what was asked for, print each judgement as it comes, and what they add up to."""
    asked = _asked()
    began, found = time.monotonic(), []
    try:
        with interruption.orderly():
            for each in judgements(_trials(asked), asked.jobs, word=asked.word, whole=asked.whole):
                found.append(each)
                _tell(each)
    except KeyboardInterrupt as end:
        sys.exit(f"interrupted after {len(found)} runs ({end})")
    if asked.json:
        told = [{"kind": each.kind, "right": each.is_right, **asdict(each.finding)} for each in found]
        asked.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{_sum(found)}, in {time.monotonic() - began:.0f} s")  # noqa: T201
    sys.exit(_status(found))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.strangers.judged", description=__doc__, epilog=EPILOG
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="worlds, quirks or defects; all worlds and defects without"
    )
    for kind, names in KINDS.items():
        parser.add_argument(f"--{kind}s", action="store_true", help=f"all {len(names)} {kind}s")
    parser.add_argument("--sample", type=int, metavar="N", help="only N of each kind, from all over it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="runs at the same time")
    parser.add_argument("-k", dest="word", metavar="WORD", help="only clauses with the word in them")
    parser.add_argument("--whole", action="store_true", help="do not stop when a defect is caught")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all findings")
    asked = parser.parse_args()
    known = {name for names in KINDS.values() for name in names}
    if strange := [each for each in asked.names if each not in known]:
        parser.error(f"no stranger is called {strange[0]}; `python -m tests.strangers --list` tells")
    return asked


def _trials(asked: argparse.Namespace) -> list[Trial]:
    kinds = [kind for kind in KINDS if getattr(asked, f"{kind}s")]
    if not kinds and not asked.names:
        kinds = ["world", "defect"]
    return [
        Trial(f"{kind} {name}", says=name)
        for kind, names in KINDS.items()
        for name in _some([each for each in names if kind in kinds or each in asked.names], asked.sample)
    ]


def _some(names: Sequence[str], count: int | None) -> Sequence[str]:
    return names if count is None else names[:: max(1, len(names) // max(1, count))][:count]


def _tell(judgement: Judgement) -> None:
    found, mark = judgement.finding, "✓" if judgement.is_right else "✗"
    said = found.problem or (_caught(found) if judgement.kind == "defect" else _alarms(judgement))
    took = f"{found.seconds:5.1f} s {found.requests:5} requests"
    print(f"{mark} {judgement.kind:<6} {judgement.name:<28} {took}  {said}", flush=True)  # noqa: T201
    for reason in found.reasons if judgement.kind != "defect" else ():
        print(f"    {clauses.get(reason.partition(':')[0]).level:<6} {reason[:200]}")  # noqa: T201


def _caught(found: Finding) -> str:
    return f"caught by {', '.join(found.broken)}" if found.broken else "missed"


def _alarms(judgement: Judgement) -> str:
    alarms = ", ".join(f"{judgement.alarms[level]} {level}" for level in LEVELS)
    return f"alarms: {alarms}; {len(judgement.finding.unasked)} unasked"


def _sum(found: Sequence[Judgement]) -> str:
    bad = [each for each in found if each.kind == "defect"]
    good = [each for each in found if each.kind != "defect"]
    caught, quiet = (sum(each.is_right for each in some) for some in (bad, good))
    return f"{caught} of {len(bad)} defects caught, {quiet} of {len(good)} good ones without alarm"


def _status(found: Sequence[Judgement]) -> int:
    if any(each.finding.problem for each in found):
        return 3
    return 0 if all(each.is_right for each in found) else 1


if __name__ == "__main__":
    main()
