"""What a pipeline feels of the mock: its start, its memory, and a job of a thousand calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from bench import load
from bench.calls import GET, PATCH, POST
from bench.findings import Plan, Section, Target, at_most, figure, middle, times
from bench.processes import cpu_seconds, megabytes
from bench.servers import MOCK, Running, Server, peers, started

START_SECONDS = 0.4
IDLE_MEGABYTES = 80.0
GROWTH_MEGABYTES = 40.0
JOB_SECONDS = 1.0
CALLS = 500
SETTLE_SECONDS = 1.0
# Of a hundred requests: enough webhooks that a store shows, few enough that they are not all there is to see.
CYCLE = [(50, GET), (49, PATCH), (1, POST)]
CHUNK_SECONDS = 5.0

START_METHOD = """\
Seconds from the start of the process to the first 200, of `GET /healthz` or, for Prism, of a webhook; one \
server after the other, without a core of their own."""
JOB_METHOD = f"""\
Seconds for the start of the server, {CALLS} new webhooks and {CALLS} reads of them, one after the other \
from Python's `http.client` over one connection."""
IDLE_METHOD = f"""\
Resident megabytes (RSS) of the process and its children together, {SETTLE_SECONDS:.0f} s after the first \
answer."""
GROWTH_METHOD = """\
Resident megabytes of the mock before and after that many requests over 16 connections: of a hundred, 50 \
read a webhook, 49 patch it and one makes a new one, so the store grows as well."""

Told = Callable[[str], None]
# What was measured of a server each time: the figure itself, and the processor time that it took.
Figures = dict[str, list[tuple[float, float]]]


def start(plan: Plan, tell: Told) -> list[Section]:
    """Seconds from the start of the process to the first good answer."""
    tell("start")
    figures, notes = _interleaved(plan.starts, _start)
    target = at_most("Start to the first answer", START_SECONDS, _mine(figures), " s")
    method = f"{START_METHOD} Medians of {plan.starts}."
    return [_compared("Start", method, "seconds", figures, notes=notes, target=target)]


def job(plan: Plan, tell: Told) -> list[Section]:
    """Seconds of a small job in a pipeline, with the start of the server."""
    tell("job")
    figures, notes = _interleaved(plan.starts, _job)
    target = at_most(f"Job of {2 * CALLS:,} calls", JOB_SECONDS, _mine(figures), " s")
    method = f"{JOB_METHOD} Medians of {plan.starts}."
    return [_compared("A job in a pipeline", method, "seconds", figures, notes=notes, target=target)]


def memory(plan: Plan, tell: Told) -> list[Section]:
    """Megabytes of the idle server, and of the mock after much work."""
    tell("memory")
    figures, notes = _interleaved(plan.runs, _idle)
    target = at_most("Memory, idle", IDLE_MEGABYTES, _mine(figures), " MB")
    method = f"{IDLE_METHOD} Medians of {plan.runs}."
    if load.is_missing():
        notes += (load.MISSING,)
    idle = _compared("Memory", method, "MB", figures, notes=notes, target=target)
    return [idle] if load.is_missing() else [idle, _grown(plan)]


def _compared(
    title: str, method: str, unit: str, figures: Figures, *, notes: tuple[str, ...], target: Target
) -> Section:
    columns = ("server", unit, f"× {MOCK.name}", "processor seconds")[: 4 if unit == "seconds" else 3]
    return Section(
        title=title,
        method=method,
        columns=columns,
        rows=tuple(row[: len(columns)] for row in _rows(figures)),
        notes=notes,
        targets=(target,),
        raw=figures,
    )


def _interleaved(
    number: int, measure: Callable[[Server], tuple[float, float]]
) -> tuple[Figures, tuple[str, ...]]:
    servers, notes = peers()
    figures: Figures = {server.name: [] for server in servers}
    for _ in range(number):
        for server in servers:
            figures[server.name].append(measure(server))
    return figures, notes


def _mine(figures: Figures) -> float:
    return _middle(figures[MOCK.name])[0]


def _middle(found: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return middle([value for value, _ in found]), middle([cpu for _, cpu in found])


def _rows(figures: Figures) -> tuple[tuple[str, ...], ...]:
    mine = _mine(figures)
    middles = {name: _middle(found) for name, found in figures.items()}
    return tuple(
        (name, figure(value), figure(times(value, mine)), figure(cpu))
        for name, (value, cpu) in middles.items()
    )


def _start(server: Server) -> tuple[float, float]:
    began = time.perf_counter()
    with started(server) as running:
        return time.perf_counter() - began, cpu_seconds(running.pid)


def _job(server: Server) -> tuple[float, float]:
    began = time.perf_counter()
    with started(server) as running:
        made = [running.client.send(POST)["WebhookId"] for _ in range(CALLS)]
        for webhook_id in made:
            running.client.send(replace(GET, path=f"/Webhook/{webhook_id}"))
        return time.perf_counter() - began, cpu_seconds(running.pid)


def _idle(server: Server) -> tuple[float, float]:
    with started(server) as running:
        time.sleep(SETTLE_SECONDS)
        return megabytes(running.pid), cpu_seconds(running.pid)


def _grown(plan: Plan) -> Section:
    with started(MOCK) as mock:
        mock.client.send(POST)
        time.sleep(SETTLE_SECONDS)
        seen = [(0, megabytes(mock.pid))]
        errors = 0
        while seen[-1][0] < plan.requests:
            found = load.window(mock, CYCLE, connections=16, seconds=CHUNK_SECONDS)
            errors += found.errors
            seen.append((seen[-1][0] + found.requests, megabytes(mock.pid)))
            if not found.requests:
                break
        return _growth(mock, seen, errors)


def _growth(mock: Running, seen: Sequence[tuple[int, float]], errors: int) -> Section:
    (_, before), (requests, after) = seen[0], seen[-1]
    # Minutes without a request: the server has ended the connection, and the next one is new.
    mock.client.close()
    hooks = len(mock.client.send(replace(GET, path="/Webhook")))
    return Section(
        title="Memory after work",
        method=GROWTH_METHOD,
        columns=("requests", "webhooks", "MB before", "MB after", "growth in MB"),
        rows=((f"{requests:,}", f"{hooks:,}", figure(before), figure(after), figure(after - before)),),
        notes=(f"Not valid: {errors} errors.",) if errors else (),
        targets=(_growth_target(requests, after - before, errors),),
        raw=seen,
    )


def _growth_target(requests: int, growth: float, errors: int) -> Target:
    says = f"Growth after {requests:,} requests"
    return at_most(says, GROWTH_MEGABYTES, None if errors else growth, " MB")
