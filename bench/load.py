"""Load from wrk on a core of its own, with every answer that is not a good one counted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from bench.calls import HEADERS, Request
from bench.processes import cores, cpu_seconds, output
from bench.servers import HERE, Running

# Requests of a cycle, and how often each comes in it.
Cycle = Sequence[tuple[int, Request]]

MISSING = "wrk is not there; `apt-get install wrk` brings it on Debian."
SPARE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Window:
    """What came of some seconds of load."""

    requests: int
    seconds: float
    errors: int
    # Processor time that the server took meanwhile.
    cpu: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def per_cpu_second(self) -> float:
        return self.requests / max(self.cpu, 0.01)


def is_missing() -> bool:
    """True when there is nothing to make load with."""
    return shutil.which("wrk") is None


def window(server: Running, cycle: Cycle, *, connections: int, seconds: float) -> Window:
    """Keeps that many connections busy for some whole seconds."""
    command = _command(server, cycle, connections, max(1, round(seconds)))
    before = cpu_seconds(server.pid)
    _, told = output(command, core=cores()[1], limit=seconds + SPARE_SECONDS)
    cpu = cpu_seconds(server.pid) - before
    try:
        found = json.loads(told.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise RuntimeError(f"wrk failed: {told.strip()[-300:]}") from None
    return Window(**found, cpu=cpu)


def _command(server: Running, cycle: Cycle, connections: int, seconds: int) -> list[str]:
    headers = [word for name, value in HEADERS.items() for word in ("-H", f"{name}: {value}")]
    requests = [
        word
        for times, request in cycle
        for word in (str(times), request.method, server.server.base + request.path, request.body)
    ]
    options = ["-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "10", "-s", str(HERE / "load.lua")]
    return ["wrk", *options, *headers, f"http://127.0.0.1:{server.port}", "--", *requests]
