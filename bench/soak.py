"""The command `python -m bench.soak`: much mixed traffic, and memory that has to stay flat."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from random import Random
from statistics import linear_regression, median
from threading import Event

import click

from bench import mixture
from bench.calls import CREDENTIALS
from bench.findings import figure
from bench.mixture import MOST_HOOKS, WEIGHTS, Life, Request, World
from bench.pages import facts, table
from bench.processes import MEGABYTE, ROOT, megabytes
from bench.receiving import receiving
from bench.servers import Running, Server, started

DOCUMENT = ROOT / "docs" / "endurance.md"
STORES = ("memory", "file")
# How many tenants a client has at a time, and for how many requests each of them lasts.
TENANTS = 5
LIFE = (300, 3000)
# One request in so many goes to a tenant that nobody comes back to, and that has no webhooks.
STRAY = 100
SAMPLE_SECONDS = 5.0
# Requests that fill what is bounded, such as journals, or a share of them where there are few.
WARM_UP, WARM_SHARE = 150_000, 0.75
# What memory may grow by: in 100,000 requests, and from the end of the warm-up to the end of the run.
SLOPE_MEGABYTES = 1.5
GROWTH_MEGABYTES = 25.0
SHOWN = 20
USUAL = {"Authorization": CREDENTIALS, "Content-Type": mixture.JSON}

METHOD = f"""\
Clients in threads keep asking a mock in a process of its own, in a mixture that `bench/mixture.py` \
tells: every operation, patches of both forms, conditions, refusals, malformed bodies, gzip bombs, \
signals with deliveries to a target that fails now and then, faults, rules, clocks, snapshots, resets. A \
tenant has up to {MOST_HOOKS} webhooks and lasts for {LIFE[0]} to {LIFE[1]:,} requests; then it is reset \
or forgotten, and one request in {STRAY} goes to a tenant that is never seen again. Each answer has to \
have a status that is right for its request. Memory is the resident set (RSS) of the process, every \
{SAMPLE_SECONDS:.0f} s; the start is the median of the samples around the end of the warm-up, which is \
the first {WARM_UP:,} requests, or {WARM_SHARE:.0%} of fewer, and fills what is bounded, such as journals; \
the slope is that of the line of least squares from there on."""


@dataclass(frozen=True, slots=True)
class Sample:
    """How much memory there was after so many requests."""

    requests: int
    seconds: float
    megabytes: float


@dataclass(slots=True)
class Tally:
    """What the clients have done so far, and what came that was not right."""

    number: Iterator[int] = field(default_factory=lambda: count(1))
    requests: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    over: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Endured:
    """What one run has found."""

    store: str
    samples: tuple[Sample, ...]
    wrong: Counter[str]
    stored: float

    @property
    def settled(self) -> tuple[Sample, ...]:
        """The samples after the warm-up."""
        warm = min(WARM_UP, WARM_SHARE * self.samples[-1].requests)
        return tuple(each for each in self.samples if each.requests >= warm)

    @property
    def start(self) -> float:
        """Megabytes when the warm-up was over."""
        return median(each.megabytes for each in self.settled[:5])

    @property
    def end(self) -> float:
        """Megabytes at the end."""
        return median(each.megabytes for each in self.settled[-5:])

    @property
    def slope(self) -> float:
        """Megabytes for each 100,000 requests."""
        found = self.settled
        if len({each.requests for each in found}) < 2:
            return 0.0
        line = linear_regression([each.requests for each in found], [each.megabytes for each in found])
        return line.slope * 100_000

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.samples[-1].requests / self.samples[-1].seconds

    @property
    def is_flat(self) -> bool:
        """True when memory has grown by no more than it may."""
        return self.slope <= SLOPE_MEGABYTES and self.end - self.start <= GROWTH_MEGABYTES


class Caller:
    """One client with its tenants and a connection that it keeps."""

    def __init__(self, port: int, world: World, tally: Tally, name: str) -> None:
        self._port, self._world, self._tally, self._name = port, world, tally, name
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._lives = [self._born() for _ in range(TENANTS)]

    def _born(self) -> tuple[Life, int]:
        tenant = f"/{self._name}-{next(self._tally.number)}"
        return Life(tenant), self._world.random.randint(*LIFE)

    def go_on(self) -> None:
        """Asks until it is over."""
        makers, weights = list(WEIGHTS), list(WEIGHTS.values())
        while not self._tally.over.is_set():
            for make in self._world.random.choices(makers, weights, k=50):
                self._step(make)
        self._connection.close()

    def _step(self, make: mixture.Maker) -> None:
        place = self._world.random.randrange(TENANTS)
        life, left = self._lives[place]
        request = make(self._world, life)
        status, body = self.ask("" if make is mixture.metrics else life.tenant, request)
        if make in (mixture.create, mixture.coded) and status == 200 and request.method == "POST":
            life.ids.append(json.loads(body)["WebhookId"])
        if make is mixture.agent and b'"SaveWebhook' in request.path.encode() and status == 200:
            life.ids.append(json.loads(body)["WebhookId"])
        if self._world.random.randrange(STRAY) == 0:
            self.ask(f"/stray-{next(self._tally.number)}", mixture.request("GET", mixture.HOOKS))
        self._lives[place] = (life, left - 1) if left > 0 else self._ended(life)

    def _ended(self, life: Life) -> tuple[Life, int]:
        """A tenant whose time is over: its snapshot is given back to it, then it begins anew or goes."""
        _, taken = self.ask(life.tenant, mixture.request("GET", "/_mock/snapshot"))
        back = Request("PUT", "/_mock/snapshot", taken, {}, frozenset({204}))
        self.ask(life.tenant, back)
        if self._world.random.random() < 0.5:
            self.ask(life.tenant, mixture.request("POST", "/_mock/reset", None, 204))
            life.ids.clear()
            return life, self._world.random.randint(*LIFE)
        self.ask("", mixture.request("DELETE", f"/_mock/tenants{life.tenant}", None, 204))
        return self._born()

    def ask(self, tenant: str, request: Request) -> tuple[int, bytes]:
        """Status and body of an answer; one that is not right is counted."""
        self._tally.requests += 1
        try:
            self._connection.request(
                request.method, tenant + request.path, request.body or None, {**USUAL, **request.headers}
            )
            answer = self._connection.getresponse()
            body = answer.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            self._tally.wrong[f"{request.method} {request.path[:40]}: {type(error).__name__}"] += 1
            return 0, b""
        if answer.status not in request.right:
            path = "/".join(each for each in request.path.split("/") if not each.isdigit())
            self._tally.wrong[f"{request.method} {path[:60]}: {answer.status} {body[:200]!r}"] += 1
        return answer.status, body


@contextmanager
def served(store: str) -> Iterator[tuple[Running, Path]]:
    """A mock over a store, and the directory of its file."""
    with tempfile.TemporaryDirectory(prefix="soak-") as directory:
        url = "sqlite://" if store == "memory" else f"sqlite:///{directory}/hooks.db"
        options = ["--database", url, "--clock-scale", "50"]
        server = Server(
            "webhook-mock",
            lambda port: [sys.executable, "-m", "mock_server", "--port", str(port), *options],
        )
        with started(server) as mock:
            yield mock, Path(directory)


def endured(store: str, requests: int, seconds: float, clients: int, tell: Callable[[str], None]) -> Endured:
    """One run: as many requests, or as long, whichever ends first."""
    tally = Tally()
    with receiving() as target, served(store) as (mock, directory), ThreadPoolExecutor(clients) as pool:
        callers = [
            Caller(mock.port, World(Random(number), target), tally, f"client{number}")
            for number in range(clients)
        ]
        done = [pool.submit(each.go_on) for each in callers]
        try:
            samples = tuple(_watched(mock.pid, tally, requests, seconds, tell))
        finally:
            tally.over.set()
        for each in done:
            each.result()
        stored = sum(file.stat().st_size for file in directory.iterdir()) / MEGABYTE
    return Endured(store, samples, tally.wrong, stored)


def _watched(
    pid: int, tally: Tally, requests: int, seconds: float, tell: Callable[[str], None]
) -> Iterator[Sample]:
    began = time.monotonic()
    while True:
        sample = Sample(tally.requests, time.monotonic() - began, megabytes(pid))
        tell(f"{sample.requests:>9,} requests  {sample.seconds:>6.0f} s  {sample.megabytes:>6.1f} MB")
        yield sample
        if sample.requests >= requests or sample.seconds >= seconds:
            return
        time.sleep(min(SAMPLE_SECONDS, max(0.1, seconds - sample.seconds)))


def page(found: Sequence[Endured], command: str, now: datetime) -> str:
    """The document."""
    return "\n".join(_lines(found, command, now)) + "\n"


def _lines(found: Sequence[Endured], command: str, now: datetime) -> Iterator[str]:
    machine = facts()
    yield "# Endurance"
    yield ""
    yield (
        f"Written by `{command}` on {now:%-d %B %Y}, on {machine['cores']} cores, {machine['memory_gb']} GB "
        f"of memory and Python {machine['python']}. A run fails when memory grows by more than "
        f"{SLOPE_MEGABYTES:g} MB for each 100,000 requests, by more than {GROWTH_MEGABYTES:g} MB after the "
        "warm-up, or when an answer was wrong."
    )
    yield from ("", METHOD, "")
    yield from table(COLUMNS, [row(each) for each in found])
    for each in found:
        yield from ("", f"## Memory over time: {NAMES[each.store]}", "")
        yield from table(
            ("requests", "seconds", "MB"),
            [
                (f"{one.requests:,}", f"{one.seconds:,.0f}", figure(one.megabytes))
                for one in thinned(each.samples)
            ],
        )


COLUMNS = (
    "store",
    "requests",
    "seconds",
    "requests per second",
    "MB at the start",
    "MB at the end",
    "MB per 100,000 requests",
    "MB in the file",
    "wrong answers",
    "flat",
)
NAMES = {"memory": "in memory", "file": "in a file of SQLite"}


def row(each: Endured) -> tuple[str, ...]:
    """One run in figures."""
    last = each.samples[-1]
    return (
        NAMES[each.store],
        f"{last.requests:,}",
        f"{last.seconds:,.0f}",
        figure(each.rate),
        figure(each.start),
        figure(each.end),
        f"{each.slope:.2f}",
        f"{each.stored:.1f}" if each.store == "file" else "–",
        f"{each.wrong.total():,}",
        "yes" if each.is_flat else "no",
    )


def thinned(samples: Sequence[Sample]) -> list[Sample]:
    """Some of the samples, the first and the last among them."""
    step = max(1, (len(samples) - 1) // SHOWN)
    return [*samples[:-1:step], samples[-1]]


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--requests", default=500_000, show_default=True, type=click.IntRange(1), help="Requests of each run."
)
@click.option(
    "--minutes",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0.01),
    help="Minutes of each run at most.",
)
@click.option("--clients", default=4, show_default=True, type=click.IntRange(1, 64), help="Clients at once.")
@click.option(
    "--store", "stores", multiple=True, type=click.Choice(STORES), help="This one only; repeatable."
)
@click.option("--write", is_flag=True, help="Write docs/endurance.md.")
def main(*, requests: int, minutes: float, clients: int, stores: tuple[str, ...], write: bool) -> None:
    """Let the mock have much mixed traffic, and see whether its memory stays flat."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    found = []
    for store in stores or STORES:
        _tell(f"== {NAMES[store]}")
        found.append(endured(store, requests, minutes * 60, clients, _tell))
    for line in table(COLUMNS, [row(each) for each in found]):
        click.echo(line)
    for each in found:
        for said, times in each.wrong.most_common(10):
            click.echo(f"wrong, {times} times: {said}")
    if write:
        command = " ".join(["python -m bench.soak", *sys.argv[1:]])
        DOCUMENT.write_text(page(found, command, datetime.now(UTC)), encoding="utf-8")
        _tell(f"{DOCUMENT.name} is written")
    sys.exit(0 if all(each.is_flat and not each.wrong for each in found) else 1)


def _tell(text: str) -> None:
    with suppress(BrokenPipeError):
        click.echo(text, err=True)


if __name__ == "__main__":
    main(prog_name="python -m bench.soak")
