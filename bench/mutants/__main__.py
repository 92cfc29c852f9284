"""The command `python -m bench.mutants`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import click

from bench.mutants import pages
from bench.mutants.pages import PAGE, RESULTS
from bench.pages import facts
from contract_tests.kit import interruption

if TYPE_CHECKING:
    from bench.mutants.mutant import Mutant
    from contract_tests.proving.trial import Finding

JOBS = 2 * (os.cpu_count() or 1)  # a run waits for deliveries most of its time


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--count", default=300, show_default=True, type=click.IntRange(1), help="How many mutants.")
@click.option("--seed", default=1, show_default=True, help="Which of them are drawn.")
@click.option("--jobs", default=JOBS, show_default=True, type=click.IntRange(1, 64), help="Runs at once.")
@click.option(
    "--survivors", is_flag=True, help="Judge those again that survived, and write what comes of it."
)
@click.option("--anew", is_flag=True, help="Judge all again, also those that bench/mutants/results.json has.")
@click.option("--page", is_flag=True, help="Judge nothing: write the page of the results that are there.")
def main(*, count: int, seed: int, jobs: int, survivors: bool, anew: bool, page: bool) -> None:
    """Judge mutants of the mock by the suite alone, and write docs/mutants.md."""
    kept: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if not page:
        kept = _judge(kept, count, seed, jobs, again=_again(kept, survivors=survivors, anew=anew))
    PAGE.write_text(pages.page(kept), encoding="utf-8")


def _again(kept: dict[str, Any], *, survivors: bool, anew: bool) -> set[str]:
    """The mutants whose verdict is not taken over."""
    found = kept.get("mutants", ())
    return {each["id"] for each in found if anew or (survivors and each["verdict"] != "killed")}


def _judge(kept: dict[str, Any], count: int, seed: int, jobs: int, *, again: set[str]) -> dict[str, Any]:
    from bench.mutants import drawing, judging

    drawn, known = drawing.sample(count, seed)
    done = {each["id"]: each for each in kept.get("mutants", ()) if each["id"] not in again}
    wanted = [each for each in drawn if each.id not in done]
    kept = {
        "command": " ".join(["python -m bench.mutants", *sys.argv[1:]]),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": facts(),
        "tool": version("cosmic-ray"),
        "seed": seed,
        "known": known,
    }
    with suppress(KeyboardInterrupt), interruption.orderly():
        _follow(judging.judged(wanted, jobs), len(wanted), done, lambda: _write(kept, drawn, done))
    return _write(kept, drawn, done)


def _follow(
    found: Iterator[tuple[Mutant, Finding]], count: int, done: dict[str, Any], write: Callable[[], object]
) -> None:
    from bench.mutants import judging

    for number, (mutant, finding) in enumerate(found, 1):
        said = judging.verdict(finding)
        done[mutant.id] = {
            "id": mutant.id,
            "module": mutant.module,
            "line": mutant.line,
            "before": mutant.before,
            "after": mutant.after,
            "verdict": said,
            "by": finding.broken[0] if finding.broken else finding.problem,
            "stage": finding.reasons[0] if finding.reasons else "",
            "requests": finding.requests,
            "seconds": finding.seconds,
        }
        write()
        click.echo(f"{number:>4}/{count}  {said:<8}  {mutant.id}  {done[mutant.id]['by']}", err=True)


def _write(kept: dict[str, Any], drawn: Sequence[Mutant], done: dict[str, Any]) -> dict[str, Any]:
    """Write what is known of the mutants that were drawn."""
    kept = {**kept, "mutants": [done[each.id] for each in drawn if each.id in done]}
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return kept


if __name__ == "__main__":
    main(prog_name="python -m bench.mutants")
