"""How many requests the mock answers, next to the bare application and Prism."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict

from bench import load
from bench.calls import MEASURED, POST, Request
from bench.findings import Plan, Row, Section, Target, at_least, figure, middle, times
from bench.load import Window
from bench.processes import cores
from bench.servers import PRISM, SILENT_PRISM, Running, Server, peers, started

CONNECTIONS = (1, 16)
WARM_SECONDS = 3.0
OF_BARE = 0.6
OF_PRISM = 4.0
METHOD = """\
Each round starts every server anew, on one core that they share and of which only the one under load takes \
time; wrk has another core. After a warm-up of each, every kind of request is sent to one server after the \
other before the next kind begins, in an order that changes with the round. Figures are medians of the \
rounds. The mock has everything on: credentials, tenants, validation, conditions. The bare application runs \
on the same server with the same settings, and writes the same JSON without doing anything for it: see \
`bench/bare.py`. Prism answers with the examples of `openapi/api.yaml`, which are shorter; as it starts by \
default it writes a log, silent Prism is the same with `--verboseLevel silent`. A row with a single answer \
that is not a success is not valid."""

Kind = tuple[Request, int]
Told = Callable[[str], None]
Windows = dict[tuple[str, Kind], list[Window]]
Measure = Callable[[Window], float]
KINDS: tuple[Kind, ...] = tuple((request, number) for request in MEASURED for number in CONNECTIONS)


def measure(plan: Plan, tell: Told) -> list[Section]:
    """Requests per second, and per second of the server's processor time."""
    title = "Requests per second of processor time"
    if load.is_missing():
        return [Section(title=title, method=METHOD, columns=(), notes=(load.MISSING,))]
    servers, notes = peers()
    servers += (SILENT_PRISM,) if PRISM in servers else ()
    windows: Windows = {}
    for number in range(plan.rounds):
        tell(f"throughput, round {number + 1} of {plan.rounds}")
        for key, found in _round(_turned(servers, number), plan):
            windows.setdefault(key, []).append(found)
    if cores()[0] is None:
        notes += ("There is one core only, so the load took its time from the servers.",)
    return [
        _section(title, METHOD, servers, windows, _per_cpu_second, notes=notes),
        _section("Requests per second", "Of the same windows.", servers, windows, _per_second),
    ]


def _per_cpu_second(window: Window) -> float:
    return window.per_cpu_second


def _per_second(window: Window) -> float:
    return window.per_second


def _turned(servers: Sequence[Server], number: int) -> list[Server]:
    start = number % len(servers)
    return [*servers[start:], *servers[:start]]


def _round(servers: Sequence[Server], plan: Plan) -> Iterator[tuple[tuple[str, Kind], Window]]:
    with ExitStack() as stack:
        alive = [stack.enter_context(started(server, core=cores()[0])) for server in servers]
        for each in alive:
            _warm(each, plan)
        for kind in KINDS:
            for each in alive:
                found = load.window(each, [(1, kind[0])], connections=kind[1], seconds=plan.seconds)
                yield (each.server.name, kind), found


def _warm(server: Running, plan: Plan) -> None:
    """Makes the webhook that is read and changed, and sends some of everything but new webhooks."""
    created = server.client.send(POST)
    if not isinstance(created, dict) or "WebhookId" not in created:
        raise RuntimeError(f"{server.server.name} answers a new webhook with {created!r}")
    cycle = [(1, request) for request in MEASURED if request is not POST]
    load.window(server, cycle, connections=16, seconds=min(WARM_SECONDS, plan.seconds))


def _section(
    title: str,
    method: str,
    servers: Sequence[Server],
    windows: Windows,
    value: Measure,
    *,
    notes: tuple[str, ...] = (),
) -> Section:
    names = [server.name for server in servers]
    columns = ["request", "connections", names[0]]
    for name in names[1:]:
        columns += [name, f"× {name}"]
    return Section(
        title=title,
        method=method,
        columns=tuple(columns),
        rows=tuple(_row(kind, names, windows, value) for kind in KINDS),
        notes=notes,
        targets=tuple(_targets(title, names, windows, value)),
        raw=[
            {"server": name, "request": request.name, "connections": number, **asdict(window)}
            for (name, (request, number)), found in windows.items()
            for window in found
        ],
    )


def _row(kind: Kind, names: Sequence[str], windows: Windows, value: Measure) -> Row:
    cells = [kind[0].name, str(kind[1]), _cell(windows[names[0], kind], value)]
    for name in names[1:]:
        ratio = _ratio(kind, names[0], name, windows, value)
        cells += [_cell(windows[name, kind], value), "–" if ratio is None else figure(ratio)]
    return tuple(cells)


def _cell(found: Sequence[Window], value: Measure) -> str:
    if errors := sum(window.errors for window in found):
        return f"not valid: {errors} errors"
    return figure(middle([value(window) for window in found]))


def _ratio(kind: Kind, name: str, other: str, windows: Windows, value: Measure) -> float | None:
    pair = [windows[each, kind] for each in (name, other)]
    if any(window.errors for found in pair for window in found):
        return None
    mine, theirs = (middle([value(window) for window in found]) for found in pair)
    return times(mine, theirs)


def _targets(title: str, names: Sequence[str], windows: Windows, value: Measure) -> Iterator[Target]:
    for other, limit in zip(names[1:], (OF_BARE, OF_PRISM), strict=False):
        ratios = [_ratio(kind, names[0], other, windows, value) for kind in KINDS]
        valid = [ratio for ratio in ratios if ratio is not None]
        worst = min(valid) if len(valid) == len(ratios) else None
        yield at_least(f"{title}: the worst row against {other}", limit, worst, " ×")
