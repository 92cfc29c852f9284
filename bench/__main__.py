"""The command `python -m bench`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping

import click
from rich.console import Console

from bench import life, pages, suite, throughput
from bench.findings import Plan, Section

Measure = Callable[[Plan, Callable[[str], None]], list[Section]]

MEASUREMENTS: Mapping[str, Measure] = {
    "throughput": throughput.measure,
    "start": life.start,
    "memory": life.memory,
    "job": life.job,
    "suite": suite.measure,
}
EPILOG = """
The first run installs Prism below bench/node_modules. Load comes from wrk, which has to be there.
Everything listens on loopback only, and is stopped at the end, also after Ctrl-C.
"""


@click.command(
    epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--only", multiple=True, type=click.Choice(list(MEASUREMENTS)), help="Measure this; repeatable."
)
@click.option("--rounds", type=click.IntRange(1, 50), help="Rounds of throughput.  [default: 5]")
@click.option("--seconds", type=click.IntRange(1, 60), help="Seconds of each window of load.  [default: 4]")
@click.option(
    "--requests", type=click.IntRange(1), help="Requests before memory is looked at.  [default: 400000]"
)
@click.option("--quick", is_flag=True, help="Short windows and few rounds, to see that it works.")
@click.option("--write", is_flag=True, help="Write docs/speed.md and bench/results.json.")
def main(
    *,
    only: tuple[str, ...],
    rounds: int | None,
    seconds: int | None,
    requests: int | None,
    quick: bool,
    write: bool,
) -> None:
    """Measure the mock and the suite, next to what else could be used."""
    if only and write:
        raise click.UsageError("--write goes without --only: the document shows one whole run")
    # Whatever ends the run, the blocks that started something are left in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    plan = Plan(
        rounds=rounds or (1 if quick else 5),
        seconds=seconds or (1 if quick else 4),
        requests=requests or (20_000 if quick else 400_000),
        quick=quick,
    )
    sections = _measured(only, plan)
    pages.show(sections, Console(highlight=False))
    if write:
        for file in pages.write(sections, plan, " ".join(["python -m bench", *sys.argv[1:]])):
            _tell(f"{file.name} is written")


def _measured(only: tuple[str, ...], plan: Plan) -> list[Section]:
    chosen = [measure for name, measure in MEASUREMENTS.items() if not only or name in only]
    return [section for measure in chosen for section in measure(plan, _tell)]


def _tell(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main(prog_name="python -m bench")
