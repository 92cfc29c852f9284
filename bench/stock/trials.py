"""One run of a tool against one mock, and what was found in many of them."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.processes import ROOT
from bench.stock.tools import Tool

LIMIT = 1800.0  # seconds of one run
HERE = Path(__file__).parent
SEED = 1
GOOD = ""
# Webhooks 1 to 3 are there before a tool begins, so that small ids mean something.
SEEDED = {
    "webhooks": [
        {"WebhookId": number, "Name": f"Sync {number}", "Events": ["contact.created"], "Secret": "s3cr3t"}
        | {"TargetUrl": "http://127.0.0.1:9/hook", "Type": "webhook", "State": state}
        for number, state in ((1, "Active"), (2, "Stopped"), (3, "TooManyErrors"))
    ]
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault as the mock tells of it."""

    id: str
    clause: str
    says: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one tool found in one mock, the good one if `fault` is empty, and what that took in seconds."""

    tool: str
    fault: str
    seed: int
    findings: tuple[str, ...]
    requests: int
    seconds: float
    cpu: float
    status: int
    problem: str = ""


def faults() -> tuple[Fault, ...]:
    """All faults, in the order in which the mock tells them."""
    command = [sys.executable, "-m", "mock_server", "--list-faults", "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout)
    return tuple(Fault(**each | {"options": tuple(each["options"])}) for each in told["faults"])


def runs(
    tools: Iterable[Tool],
    chosen: Sequence[Fault],
    done: Iterable[Run],
    jobs: int,
    tell: Callable[[Run], None],
) -> list[Run]:
    """Every run that is not done yet: of the good mock with each seed, and of each fault."""
    known = {(each.tool, each.fault, each.seed) for each in done if not each.problem}
    wanted = [
        (tool, fault, seed)
        for tool in tools
        for fault, seed in (*((None, seed) for seed in tool.seeds), *((fault, SEED) for fault in chosen))
        if (tool.name, fault.id if fault else GOOD, seed) not in known
    ]
    found = []
    workers = ThreadPoolExecutor(jobs)
    try:
        for future in as_completed([workers.submit(run, *each) for each in wanted]):
            found.append(future.result())
            tell(found[-1])
    finally:
        # Whoever ends it does not wait for what has not begun.
        workers.shutdown(cancel_futures=True)
    return found


def run(tool: Tool, fault: Fault | None, seed: int) -> Run:
    """One run; it has a mock of its own."""
    with tempfile.TemporaryDirectory() as directory, _mock(fault, Path(directory)) as port:
        room = Path(directory) / "room"
        room.mkdir()
        began = time.monotonic()
        command = tool.command(f"http://127.0.0.1:{port}/api/v1", room, seed)
        status, cpu, problem = _ended(command, room)
        seconds = time.monotonic() - began
        findings: frozenset[str] = frozenset()
        try:
            findings = frozenset() if problem else tool.found(room)
        except (OSError, ValueError, KeyError) as error:
            said = (room / "said.txt").read_text(encoding="utf-8", errors="replace")
            problem = f"{error}: {said.strip()[-200:]}"
        return Run(
            tool=tool.name,
            fault=fault.id if fault else GOOD,
            seed=seed,
            findings=tuple(sorted(findings)),
            requests=_requests(port),
            seconds=round(seconds, 2),
            cpu=round(cpu, 2),
            status=status,
            problem=problem,
        )


def _ended(command: Sequence[str], room: Path) -> tuple[int, float, str]:
    """The exit status of a command, its processor seconds, and what is wrong about it."""
    # A process between, so that its children's processor time is counted apart from that of other runs.
    between = [sys.executable, __file__, *command]
    with (room / "said.txt").open("wb") as said:
        try:
            ended = subprocess.run(
                between,
                cwd=room,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.PIPE,
                timeout=LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1, 0.0, f"it took more than {LIMIT:.0f} s"
    cpu = float(ended.stderr.split()[-1]) if ended.stderr.strip() else 0.0
    return ended.returncode, cpu, "" if ended.returncode in (0, 1) else f"it ended with {ended.returncode}"


@contextmanager
def _mock(fault: Fault | None, directory: Path) -> Iterator[int]:
    seeded = directory / "seeded.json"
    seeded.write_text(json.dumps(SEEDED), encoding="utf-8")
    wrong = ["--fault", fault.id, *fault.options] if fault else []
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--seed", str(seeded), *wrong]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield int(re.findall(r":(\d+)/", line)[0])
        finally:
            process.terminate()


def _requests(port: int) -> int:
    """How many requests the mock has answered, by its own count."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return int(
        sum(
            map(
                float,
                re.findall(r"^webhook_mock_request_duration_seconds_count.* (\S+)$", text, re.MULTILINE),
            )
        )
    )


def as_json(found: Iterable[Run]) -> list[dict[str, Any]]:
    """Runs as the file of results has them."""
    return [asdict(each) for each in sorted(found, key=lambda each: (each.tool, each.fault, each.seed))]


def from_json(told: Iterable[dict[str, Any]]) -> list[Run]:
    """The same, read again."""
    return [Run(**each | {"findings": tuple(each["findings"])}) for each in told]


if __name__ == "__main__":
    # Runs a command, and tells the processor seconds of it and its children on standard error.
    ended = subprocess.run(sys.argv[1:], stderr=subprocess.STDOUT, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(used.ru_utime + used.ru_stime, file=sys.stderr)
    sys.exit(ended.returncode)
