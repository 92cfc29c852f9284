"""PostgreSQL and Redis from their packages, started for a test and ended with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SECONDS = 30.0


def missing() -> str | None:
    """Why replicas cannot be tried here, if they cannot."""
    if _postgresql() is None:
        return "PostgreSQL's initdb and postgres are not installed"
    if shutil.which("redis-server") is None:
        return "redis-server is not installed"
    return None


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty server; the database's name is left to add."""
    programs, user = _postgresql(), _unprivileged()
    with _directory(user) as home:
        data, port = f"{home}/data", _free_port()
        subprocess.run(
            [f"{programs}/initdb", "-D", data, "-U", "mock", "--auth=trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            user=user,
            cwd=home,
        )
        command = [f"{programs}/postgres", "-D", data, "-p", str(port), "-k", home, "-h", "127.0.0.1"]
        # SIGINT ends it without waiting for its clients.
        with _running([*command, "-c", "fsync=off"], port, user=user, cwd=home, end=signal.SIGINT):
            yield f"postgresql://mock@127.0.0.1:{port}/"


@contextmanager
def redis() -> Iterator[str]:
    """The URL of an empty server; the database's number is left to add."""
    with _directory(None) as home:
        port = _free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", home]
        with _running(command, port):
            yield f"redis://127.0.0.1:{port}/"


def create(server: str, name: str) -> str:
    """The URL of a new database of a PostgreSQL server."""
    import psycopg

    end = time.monotonic() + SECONDS
    while True:
        try:
            with psycopg.connect(f"{server}postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
        except psycopg.OperationalError:  # it listens already, and is not ready yet
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return server + name


def _postgresql() -> str | None:
    # Debian keeps them out of PATH.
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    program = shutil.which("initdb") or (found and found[-1])
    return str(Path(program).parent) if program else None


def _unprivileged() -> str | None:
    """Whom the server runs as: it refuses root."""
    return "nobody" if os.geteuid() == 0 else None


@contextmanager
def _directory(user: str | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="mock-", ignore_cleanup_errors=True) as home:
        if user:
            shutil.chown(home, user)
        yield home


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _running(
    command: Sequence[str],
    port: int,
    *,
    user: str | None = None,
    cwd: str | None = None,
    end: int = signal.SIGTERM,
) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, user=user, cwd=cwd) as process:
        try:
            _wait(process, port)
            yield
        finally:
            process.send_signal(end)
            process.wait(SECONDS)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    stop = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < stop:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"{process.args!r} does not listen")
