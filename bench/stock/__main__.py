"""The command `python -m bench.stock`."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import click

from bench.pages import facts
from bench.processes import ROOT
from bench.stock import pages, trials
from bench.stock.tools import tools
from bench.stock.trials import Fault, Run

RESULTS = ROOT / "bench" / "stock" / "results.json"
PAGE = ROOT / "docs" / "stock.md"


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--sample", default="1/16", show_default=True, metavar="I/N", help="Every N-th fault, from the I-th on."
)
@click.option("--tool", "names", multiple=True, metavar="NAME", help="Only this tool; repeatable.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, show_default=True, help="Runs at once."
)
@click.option(
    "--anew", is_flag=True, help="Forget the runs of bench/stock/results.json, and do not go on from them."
)
@click.option("--page", is_flag=True, help="Run nothing: write the page of the results that are there.")
def main(*, sample: str, names: tuple[str, ...], jobs: int, anew: bool, page: bool) -> None:
    """Give faults of the mock to stock tools and to the suite, and write docs/stock.md.

    Runs that bench/stock/results.json has are not made again, so samples add up.
    """
    # Whatever ends the command, mocks and tools end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kept = _kept(anew=anew and not page)
    if not page:
        _measure(kept, _part(sample), names, jobs)
    PAGE.write_text(pages.page(kept, trials.faults()), encoding="utf-8")


def _part(text: str) -> tuple[int, int]:
    number, _, parts = text.partition("/")
    if number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts):
        return int(number), int(parts)
    raise click.UsageError(f"--sample {text!r}: a part like 1/16 is expected")


def _kept(*, anew: bool) -> dict[str, Any]:
    if anew or not RESULTS.exists():
        return {"commands": [], "machine": facts(), "tools": [], "missing": [], "runs": []}
    told: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return told


def _measure(kept: dict[str, Any], part: tuple[int, int], names: tuple[str, ...], jobs: int) -> None:
    here, missing = tools()
    chosen = [each for each in here if not names or each.name in names]
    if unknown := {*names} - {each.name for each in here}:
        raise click.UsageError(f"no tool is called {', '.join(sorted(unknown))}")
    number, parts = part
    faults: tuple[Fault, ...] = trials.faults()[number - 1 :: parts]
    kept["commands"].append({"command": _command(), "when": datetime.now(UTC).isoformat(timespec="seconds")})
    kept["tools"] = [
        {"name": each.name, "version": each.version, "shown": each.shown, "seeds": each.seeds}
        for each in here
    ]
    kept["missing"], kept["machine"] = list(missing), facts()
    done, lock = trials.from_json(kept["runs"]), Lock()

    def tell(run: Run) -> None:
        with lock:
            done[:] = [each for each in done if _key(each) != _key(run)] + [run]
            kept["runs"] = trials.as_json(done)
            RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        what = run.problem or f"{len(run.findings)} findings, {run.requests} requests, {run.seconds:.0f} s"
        click.echo(f"{run.tool:<20} {run.fault or 'the good mock':<28} {what}", err=True)

    trials.runs(chosen, faults, done, jobs, tell)


def _key(run: Run) -> tuple[str, str, int]:
    return run.tool, run.fault, run.seed


def _command() -> str:
    return " ".join(["python -m bench.stock", *sys.argv[1:]])


if __name__ == "__main__":
    main(prog_name="python -m bench.stock")
