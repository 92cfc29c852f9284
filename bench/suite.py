"""How long the suite takes, next to schemathesis as it comes out of its package."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.calls import CREDENTIALS, Request
from bench.counted import COUNT
from bench.findings import Plan, Section, at_most, figure, middle
from bench.processes import ROOT, output
from bench.servers import COUNTED, started

SECONDS = 15.0
LIMIT = 900.0
COUNTING = Request("count", "GET", COUNT)
METHOD = """\
Each run has a mock of its own. The tools come from the same environment, run one after the other, and have \
their default settings and the credentials of the documentation's samples: `webhook-contract check \
--target URL` and `schemathesis run openapi/api.yaml --url URL --header "Authorization: Basic …"`. Requests \
are counted where they arrive, before the mock. Medians of the runs."""

Told = Callable[[str], None]
Command = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a tool."""

    seconds: float
    requests: int
    cpu: float
    status: int


def measure(plan: Plan, tell: Told) -> list[Section]:
    """Seconds and requests of both tools."""
    tools = _tools(plan)
    runs: dict[str, list[Run]] = {name: [] for name in tools}
    for number in range(plan.runs):
        for name, command in tools.items():
            tell(f"suite, run {number + 1} of {plan.runs}: {name}")
            runs[name].append(_run(command))
    return [_section(runs)]


def _tools(plan: Plan) -> dict[str, Command]:
    if not plan.quick:
        return {"webhook-contract": _check, "schemathesis": _schemathesis}
    return {
        "webhook-contract": _check,
        "schemathesis, phase examples only": lambda base: [*_schemathesis(base), "--phases", "examples"],
    }


def _check(base: str) -> list[str]:
    return [sys.executable, "-m", "contract_tests", "check", "--target", base]


def _schemathesis(base: str) -> list[str]:
    program = str(Path(sys.executable).with_name("schemathesis"))
    document = str(ROOT / "openapi" / "api.yaml")
    return [program, "run", document, "--url", base, "--header", f"Authorization: {CREDENTIALS}"]


def _run(command: Command) -> Run:
    # What the tools leave in their directory is not wanted.
    with tempfile.TemporaryDirectory() as room, started(COUNTED) as mock:
        before, cpu = mock.client.send(COUNTING), _cpu_of_children()
        began = time.perf_counter()
        status, told = output(
            command(f"http://127.0.0.1:{mock.port}/api/v1"), core=None, limit=LIMIT, cwd=Path(room)
        )
        seconds = time.perf_counter() - began
        # Both tools end with 1 when they have found something.
        if status not in (0, 1):
            raise RuntimeError(f"{command('URL')[0]} ended with {status}: {told.strip()[-300:]}")
        cpu = _cpu_of_children() - cpu
        # The server has closed the connection, which was idle for so long.
        mock.client.close()
        return Run(seconds, mock.client.send(COUNTING) - before - 1, cpu, status)


def _cpu_of_children() -> float:
    """Processor time of every child that has ended; the mock has not, when a tool has."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _section(runs: dict[str, list[Run]]) -> Section:
    ours = next(iter(runs.values()))
    kept = all(run.status == 0 for run in ours)
    return Section(
        title="The suite",
        method=METHOD,
        columns=("tool", "seconds", "processor seconds", "requests", "requests per second", "exit status"),
        rows=tuple(_row(name, found) for name, found in runs.items()),
        notes=()
        if kept
        else ("webhook-contract found broken clauses, which takes longer than finding none.",),
        targets=(at_most("A full run of the suite", SECONDS, middle([run.seconds for run in ours]), " s"),),
        raw={name: [asdict(run) for run in found] for name, found in runs.items()},
    )


def _row(name: str, found: Sequence[Run]) -> tuple[str, ...]:
    rates = [run.requests / run.seconds for run in found]
    statuses = ", ".join(str(status) for status in sorted({run.status for run in found}))
    return (
        name,
        figure(middle([run.seconds for run in found])),
        figure(middle([run.cpu for run in found])),
        f"{middle([float(run.requests) for run in found]):,.0f}",
        figure(middle(rates)),
        statuses,
    )
