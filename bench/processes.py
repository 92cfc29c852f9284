"""Processes that are measured: kept on a core, looked at through /proc, and stopped whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEGABYTE = 1024 * 1024
STOP_SECONDS = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")


def cores() -> tuple[int | None, int | None]:
    """A core for the server and one for the load; none when both would have to share it."""
    free = sorted(os.sched_getaffinity(0))
    return (free[0], free[1]) if len(free) > 1 else (None, None)


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """What is started in the block runs on that core alone, with everything that it starts itself."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, before if core is None else {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def running(
    command: Sequence[str], *, core: int | None = None, extra: Mapping[str, str] | None = None
) -> Iterator[int]:
    """A process for as long as the block runs; its id."""
    with on_core(core):
        # A group of its own, so that nothing it has started outlives it.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


def output(command: Sequence[str], *, core: int | None, limit: float, cwd: Path = ROOT) -> tuple[int, str]:
    """The exit status and the output of a command; TimeoutExpired when it takes longer than the limit."""
    with on_core(core):
        process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        told, _ = process.communicate(timeout=limit)
    finally:
        _stop(process)
    return process.returncode, told.decode(errors="replace")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for each in found:
        found.extend(_children(each))
    return found


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        files = (_PROC / str(pid) / "task").glob("*/children")
        return [int(child) for file in files for child in file.read_text().split()]
    return []


def cpu_seconds(pid: int) -> float:
    """Seconds of processor time, user and system, that a process and its descendants have taken."""
    return sum(_ticks(each) for each in tree(pid)) / _TICKS


def _ticks(pid: int) -> int:
    # The name in brackets may have blanks; utime and stime are the fields 14 and 15.
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def megabytes(pid: int) -> float:
    """Resident memory of a process and its descendants, whoever else has the same pages."""
    return sum(_resident(each) for each in tree(pid)) / MEGABYTE


def _resident(pid: int) -> int:
    return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE
