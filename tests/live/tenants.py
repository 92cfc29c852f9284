"""A tenant with other people's webhooks, behind something that records and may disturb every request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import urllib3

from tests.kit.servers import Answer, Answering, Heard, answering
from tests.strangers import running

CREDENTIALS = {"Authorization": "Basic dGplMDpUamUw"}
# Events that people really listen for, and that the documentation's samples signal.
POPULAR = ["contact.created", "sale.changed", "murazik.created", "Murazik, Heaney and Maggio", "test", "x"]
DROPPED = {"transfer-encoding", "content-length", "connection", "keep-alive"}
Disturb = Callable[[Heard, int], Answer | None]


@dataclass(slots=True)
class Tenant:
    """The URL of a server, and of the recorder in front of it with what it has heard."""

    server: str
    recorder: Answering

    @property
    def url(self) -> str:
        """Where a run is sent."""
        return self.recorder.url

    def hooks(self) -> list[dict[str, Any]]:
        """All webhooks that are there, asked behind the recorder's back."""
        return ask(self.server, "POST", "/Agents/Webhook/GetAllWebhooks", {})

    def populate(self, target: str, count: int = 20) -> list[dict[str, Any]]:
        """Give it webhooks of other people, that listen for what others may signal; how they look."""
        for number in range(count):
            body = {"Name": f"theirs {number}", "Events": POPULAR, "TargetUrl": target, "Type": "webhook"}
            ask(self.server, "POST", "/Webhook", body)
        return self.hooks()


def ask(server: str, method: str, path: str, body: Any) -> Any:
    """One request of our own, and its JSON answer."""
    headers = CREDENTIALS | {"Content-Type": "application/json"}
    answer = urllib3.request(
        method, f"{server}/api/v1{path}", body=json.dumps(body), headers=headers, retries=False
    )
    assert answer.status == 200, answer.data
    return answer.json()


@contextmanager
def tenant(
    quirks: Sequence[str] = (), defect: str | None = None, offer: str = "all", disturb: Disturb | None = None
) -> Iterator[Tenant]:
    """A stranger behind a recorder; `disturb` sees each request with its number, and may answer it itself."""
    with running(quirks, defect, offer) as server:
        pool = urllib3.PoolManager(maxsize=16)

        def forward(heard: Heard) -> Answer:
            if disturb is not None and (instead := disturb(heard, len(place.recorder.heard))) is not None:
                return instead
            method, path, headers, body = heard
            sent = {name: value for name, value in headers.items() if name not in {"host", "connection"}}
            root = server.split("/", 3)[:3]
            answer = pool.request(method, "/".join(root) + path, body=body, headers=sent, retries=False)
            told = {name: value for name, value in answer.headers.items() if name.lower() not in DROPPED}
            return answer.status, told, answer.data

        with answering(forward) as recorder:
            recorder.url += server.removeprefix("/".join(server.split("/", 3)[:3]))
            place = Tenant(server, recorder)
            yield place


# Signals are taken by a run even where the process that starts it ignores them, as background jobs do.
MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from contract_tests.cli import main
main()
"""


def started(*arguments: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
    )


def finished(*arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of one call."""
    process = started(*arguments)
    output, errors = process.communicate(timeout=300)
    assert "Traceback" not in errors, errors
    return process.returncode, output, errors
