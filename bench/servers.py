"""The servers that are measured: the mock, the bare application, and Prism."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from bench import calls
from bench.calls import Client
from bench.processes import ROOT, free_port, output, running

HERE = ROOT / "bench"
PRISM_MAIN = HERE / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
INSTALL_SECONDS = 300.0
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """How to start a server, where its operations are, and which path tells that it is there."""

    name: str
    command: Callable[[int], list[str]]
    base: str = "/api/v1"
    ready: str = "/healthz"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    server: Server
    pid: int
    port: int
    client: Client = field(compare=False)


MOCK = Server("webhook-mock", lambda port: [sys.executable, "-m", "mock_server", "--port", str(port)])
COUNTED = Server("webhook-mock", lambda port: [sys.executable, "-m", "bench.counted", str(port)], base="")


def bare(answer: str) -> Server:
    """The bare application, which gives the answer of the mock."""
    return Server("bare Flask", lambda port: [sys.executable, "-m", "bench.bare", str(port), answer])


def _prism(name: str, *options: str) -> Server:
    start = ["node", str(PRISM_MAIN), "mock", *options, "--host", "127.0.0.1"]
    document = str(ROOT / "openapi" / "api.yaml")
    return Server(name, lambda port: [*start, "--port", str(port), document], base="", ready="/Webhook/1")


PRISM = _prism("Prism")
# As it starts by default it writes a log, which costs it more than its answers; the mock has none.
SILENT_PRISM = _prism("silent Prism", "--verboseLevel", "silent")


@contextmanager
def started(server: Server, *, core: int | None = None) -> Iterator[Running]:
    """A server for as long as the block runs, from its first answer on."""
    port = free_port()
    with running(server.command(port), core=core) as pid:
        calls.wait_for(port, server.ready, START_SECONDS)
        client = Client(port, server.base)
        try:
            yield Running(server, pid, port, client)
        finally:
            client.close()


@cache
def peers() -> tuple[tuple[Server, ...], tuple[str, ...]]:
    """The mock and what it is measured against; and, in words, what is not here."""
    reason = _prism_is_missing()
    found = (MOCK, bare(_answer_of_the_mock()))
    return (found, (reason,)) if reason else ((*found, PRISM), ())


def _answer_of_the_mock() -> str:
    with started(MOCK) as mock:
        mock.client.send(calls.POST)
        return mock.client.text(calls.GET)


def _prism_is_missing() -> str | None:
    """Installs Prism below bench/node_modules the first time; why that did not work."""
    if PRISM_MAIN.exists() and shutil.which("node"):
        return None
    if not (shutil.which("npm") and shutil.which("node")):
        return "Prism was not measured: there is no npm or no node."
    command = ["npm", "install", "--prefix", str(HERE), "--no-audit", "--no-fund", "--no-package-lock"]
    try:
        status, told = output(command, core=None, limit=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"Prism was not measured: its installation took more than {INSTALL_SECONDS:.0f} s."
    return None if status == 0 else f"Prism was not measured: npm failed: {told.strip()[-200:]}"
