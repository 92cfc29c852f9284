"""The command `webhook-contract prove`."""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from contract_tests import printing
from contract_tests.embedded import MOCK
from contract_tests.kit import interruption
from contract_tests.proving.plan import EVERYTHING, NOTHING, SMOKE
from contract_tests.reports import forms

if TYPE_CHECKING:
    from contract_tests.proving.matrix import Proof
    from contract_tests.proving.plan import Plan
    from contract_tests.proving.trial import Finding

PROVED, UNPROVED, CANNOT_START, INTERRUPTED = 0, 1, 3, 130
# A run waits for deliveries most of its time.
JOBS = 2 * (os.cpu_count() or 1)

EXAMPLES = """
\b
Examples:
  webhook-contract prove --markdown docs/proof.md
      every fault of the mock, its own clause and those of the tier smoke, and a page about it
  webhook-contract prove --whole --json proof.json
      every fault, every clause: half an hour
  webhook-contract prove --only 'stale-*'
      some faults
  webhook-contract prove --own --sample 3/20
      the third of twenty parts, each fault asked about its own clause only
  webhook-contract prove --seeds 200
      no faults, but two hundred runs of a server that is right: none may raise an alarm

\b
Exit status:
  0  every fault breaks its clause, every clause has a fault, and no variation breaks any
  1  something is not proved
  2  wrong usage
  3  the command of the server does not work
"""


def _part(_: click.Context, __: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """The two numbers of a part such as 3/20: the third of twenty."""
    if text is None:
        return None
    number, _slash, parts = text.partition("/")
    if number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts):
        return int(number), int(parts)
    raise click.UsageError(f"--sample {text!r}: a part like 3/20 is expected")


@click.command(epilog=EXAMPLES)
@click.option(
    "--only",
    "patterns",
    multiple=True,
    metavar="GLOB",
    help="Only faults and variations of that name; repeatable.",
)
@click.option(
    "--sample",
    metavar="I/N",
    callback=_part,
    help="Only one part of so many, as for each push of a pipeline.",
)
@click.option(
    "--own", is_flag=True, help="Ask each fault about its own clause only; there is no matrix then."
)
@click.option("--whole", is_flag=True, help="Ask each fault about every clause.")
@click.option(
    "--seeds",
    metavar="N",
    type=click.IntRange(1, 100_000),
    help="Instead, so many runs against the server as it is, each with other values.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=JOBS, show_default=True, help="Runs at the same time."
)
@click.option(
    "--mock",
    "server",
    metavar="COMMAND",
    help="Another server with faults, which takes --list-faults --json, --port 0 and --fault ID.",
)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the findings."
)
@click.option("--resume", is_flag=True, help="Keep what the file of --json has found, and try the rest.")
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write a page about them.")
def prove(
    *,
    patterns: tuple[str, ...],
    sample: tuple[int, int] | None,
    own: bool,
    whole: bool,
    seeds: int | None,
    jobs: int,
    server: str | None,
    json_file: Path | None,
    resume: bool,
    markdown: Path | None,
) -> None:
    """Try the suite itself: it has to catch every known fault, and nothing else."""
    if resume and json_file is None:
        raise click.UsageError("--resume goes with --json, the file that is taken up again")
    forms.refuse_unwritable(filter(None, (json_file, markdown)))
    command = list(MOCK) if server is None else _words(server)
    if own and whole:
        raise click.UsageError("give one of --own and --whole")
    if seeds and (patterns or own or whole):
        raise click.UsageError(
            "--seeds asks a server that is right about everything: give it without --only, --own and --whole"
        )
    beside = NOTHING if own else EVERYTHING if whole else SMOKE
    plan = _seeds(seeds, sample) if seeds else _plan(command, patterns, sample).beside(beside)
    found, again, seconds = _earlier(plan, json_file) if resume and json_file else ({}, (), 0.0)
    started, began = datetime.now(UTC), time.monotonic() - seconds
    ended = _try(plan, command, jobs, found)
    from contract_tests.proving import showing
    from contract_tests.proving.matrix import Proof

    proof = Proof(
        plan=plan,
        found=found,
        started=started,
        seconds=time.monotonic() - began,
        command=_repeat(patterns, sample, server, beside, seeds),
        jobs=jobs,
        again=again,
    )
    _write(proof, json_file, None if ended else markdown)
    if ended:
        _leave(proof, json_file, ended)
    showing.show(printing.out(), proof)
    sys.exit(UNPROVED if proof.problems else PROVED)


def _words(command: str) -> list[str]:
    try:
        words, trouble = shlex.split(command), "a command is expected"
    except ValueError as problem:
        words, trouble = [], str(problem)
    if not words:
        raise click.UsageError(f"--mock {command!r}: {trouble}")
    return words


def _leave(proof: Proof, json_file: Path | None, status: int) -> NoReturn:
    kept = f"; --resume --json {json_file} tries the rest" if json_file else ""
    tried = f"{len(proof.found)} of {len(proof.plan.trials)} runs"
    click.echo(f"webhook-contract: interrupted after {tried}{kept}", err=True)
    sys.exit(status)


def _earlier(plan: Plan, file: Path) -> tuple[dict[str, Finding], tuple[str, ...], float]:
    """What was found before, what is to be tried again, and the seconds that took."""
    from contract_tests.proving import matrix

    if not file.exists():
        return {}, (), 0.0
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return matrix.earlier(plan, told), matrix.again(plan, told), float(told["seconds"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise click.UsageError(f"{file}: it has no findings to be taken up") from None


def _write(proof: Proof, json_file: Path | None, markdown: Path | None) -> None:
    if json_file is not None:
        json_file.write_text(
            json.dumps(proof.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    if markdown is not None:
        from contract_tests.proving import pages

        markdown.write_text(pages.page(proof), encoding="utf-8")


def _plan(command: Sequence[str], patterns: Sequence[str], sample: tuple[int, int] | None) -> Plan:
    from contract_tests.proving.plan import NoList, learn

    try:
        plan = learn(command).of(*patterns or ("*",))
    except NoList as problem:
        click.echo(f"webhook-contract: {problem}", err=True)
        sys.exit(CANNOT_START)
    if not plan.trials:
        raise click.UsageError(
            f"no fault has a name like {' or '.join(patterns)}; `webhook-mock --list-faults` lists them"
        )
    return plan.part(*sample) if sample else plan


def _seeds(count: int, sample: tuple[int, int] | None) -> Plan:
    from contract_tests.proving import plan

    found = plan.seeds(count)
    return found.part(*sample) if sample else found


def _try(plan: Plan, command: Sequence[str], jobs: int, found: dict[str, Finding]) -> int:
    """Run the trials that nothing was found about yet; the status of a signal that ended them, or 0."""
    from contract_tests.proving import showing, trial, workers

    workers.warm(seeded=any(each.seed is not None for each in plan.trials))
    console = printing.err()
    trials = {each.id: each for each in plan.trials}
    left = [each for each in plan.trials if each.id not in found]
    try:
        with interruption.orderly():
            for finding in workers.findings(left, jobs, partial(trial.tried, command=command)):
                found[finding.id] = finding
                showing.tell(console, len(found), len(trials), trials[finding.id], finding)
    except KeyboardInterrupt as signal:
        return getattr(signal, "status", INTERRUPTED)
    return 0


def _repeat(
    patterns: Sequence[str],
    sample: tuple[int, int] | None,
    server: str | None,
    beside: str,
    seeds: int | None,
) -> str:
    """The command that tries the same again, wherever its findings go."""
    scope = {NOTHING: ["--own"], EVERYTHING: ["--whole"], SMOKE: []}[beside]
    kind = [f"--seeds={seeds}"] if seeds else scope
    named = [f"--only={each}" for each in patterns]
    part = [f"--sample={sample[0]}/{sample[1]}"] if sample else []
    whose = [f"--mock={server}"] if server else []
    return shlex.join(["webhook-contract", "prove", *kind, *named, *part, *whose])
