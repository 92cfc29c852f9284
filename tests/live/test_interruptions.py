"""A run that is ended at any moment leaves nothing behind: by itself, or after `clean`."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract_tests.jobs import LOST
from tests.kit.servers import Answer, Heard

from .tenants import finished, started, tenant

# `ROUNDS=20` tries more moments than a pipeline has time for.
ROUNDS = int(os.environ.get("ROUNDS", "2"))
WORD = "webhook.post"  # some 700 requests
MOMENTS = random.Random(1).sample(range(1, 400), ROUNDS)


@dataclass(slots=True)
class Interruption:
    """Sends a signal when the run's request of that number has come, before it is answered."""

    number: int
    signal: int
    process: subprocess.Popen[str] | None = None

    def __call__(self, _heard: Heard, number: int) -> Answer | None:
        if number == self.number and self.process is not None:
            self.process.send_signal(self.signal)
        return None


def interrupted(number: int, with_signal: int, offer: str = "all", *options: str):
    """What a run leaves on a tenant: exit status, standard error, what is there, and what `clean` leaves."""
    interruption = Interruption(number, with_signal)
    with tenant(offer=offer, disturb=interruption) as place:
        before = place.populate("http://127.0.0.1:9/")
        interruption.process = started("check", "--target", place.url, "-k", WORD, *options)
        _, errors = interruption.process.communicate(timeout=300)
        left = place.hooks()
        if with_signal == signal.SIGKILL:
            cleaned = finished("clean", "--target", place.url, "--older-than", "0")
            assert cleaned[0] == 0, cleaned
        return interruption.process.returncode, errors, before, left, place.hooks()


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("number", MOMENTS)
def test_an_interrupted_run_cleans_up(number, with_signal):
    """The request under way is finished, all that was made is removed, the exit status names the signal."""
    status, errors, before, left, _ = interrupted(number, with_signal)

    assert left == before, errors
    assert status == 128 + with_signal, errors
    assert errors.splitlines()[-1] == "webhook-contract: interrupted; what the run had made was removed"


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("number", MOMENTS)
def test_the_parts_of_an_interrupted_run_clean_up(number, with_signal):
    """A signal that comes to the first process alone ends all of them, with its status and one line."""
    status, errors, before, left, _ = interrupted(number, with_signal, "all", "--jobs", "2")

    assert left == before, errors
    assert status == 128 + with_signal, errors
    assert errors.splitlines()[-1] == "webhook-contract: interrupted; what the run had made was removed"


def test_the_parts_of_a_killed_run_clean_up():
    """Where the first process is killed, its parts notice, and remove what they have made."""
    _, errors, before, left, _ = interrupted(150, signal.SIGKILL, "all", "--jobs", "2")

    assert left == before, errors


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells which processes there are")
def test_where_a_part_is_killed_the_others_end_and_clean_up():
    """Whoever waits for more to do, or for an answer, is not waited for; one line says what is left to do."""
    with tenant(disturb=lambda _heard, number: _kill_a_part(process) if number == 150 else None) as place:
        before = place.populate("http://127.0.0.1:9/")
        process = started("check", "--target", place.url, "-k", WORD, "--jobs", "3")
        _, errors = process.communicate(timeout=300)
        tags = {each["Name"].split("-")[0] for each in place.hooks() if each not in before}
        finished("clean", "--target", place.url, "--older-than", "0")
        cleaned = place.hooks()

    assert process.returncode == 3, errors
    assert errors.splitlines()[-1] == f"webhook-contract: {LOST}"
    assert len(tags) <= 1  # of the one that was killed
    assert cleaned == before


def _kill_a_part(process: subprocess.Popen[str]) -> None:
    parts = [each for child in _children(process.pid) for each in _children(child)]
    os.kill(parts[0], signal.SIGKILL)


def _children(parent: int) -> list[int]:
    told = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(each) for each in told.split()]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells which processes there are")
def test_a_killed_run_leaves_no_mock(tmp_path):
    """The mock that a run has started ends soon after the run, however that ends."""
    process = started("check", "--json", str(tmp_path / "report.json"))
    mock = _child(process.pid)
    process.kill()
    process.communicate(timeout=60)

    for _ in range(600):
        if not _lives(mock):
            return
        time.sleep(0.1)
    pytest.fail(f"process {mock} is still there")


def _child(parent: int) -> int:
    """The process that another has started, once it is there."""
    for _ in range(600):
        if told := _children(parent):
            return told[0]
        time.sleep(0.1)
    pytest.fail("no mock was started")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("number", MOMENTS)
def test_a_killed_run_is_cleaned_up_after(number):
    """Nobody can do anything about SIGKILL; `clean` finds what is left by its tag, and nothing else."""
    status, errors, before, left, cleaned = interrupted(number, signal.SIGKILL)

    assert status == -signal.SIGKILL, errors
    assert cleaned == before
    assert number < 20 or left != before


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGKILL])
def test_what_cannot_be_removed_is_stopped(with_signal):
    """Where nothing deletes, everything is stopped, and webhooks of others are not."""
    _, errors, before, _, cleaned = interrupted(150, with_signal, "core")

    theirs = {each["WebhookId"] for each in before}
    assert [each for each in cleaned if each["WebhookId"] in theirs] == before, errors
    ours = [each["State"] for each in cleaned if each["WebhookId"] not in theirs]
    assert len(ours) > 10
    assert {*ours} == {"Stopped"}


def test_whoever_insists_is_obeyed():
    """A second signal while the run cleans up ends it, and says what is left and how it is removed."""
    interruption, seen = Interruption(0, signal.SIGINT), Counter[str]()

    def disturb(heard: Heard, _number: int) -> Answer | None:
        removes = heard[0] == "DELETE"
        makes = heard[0] == "POST" and heard[1].partition("?")[0].endswith("/v1/Webhook")
        seen["there"] += makes - removes
        seen["removed"] += bool(seen["signals"]) and removes
        # One signal ends the removal of what the check has made, one is put off, and one is not.
        due = removes and seen["removed"] in (2, 3, 4) if seen["signals"] else seen["there"] >= 8
        if due:
            seen["signals"] += 1
            interruption.process.send_signal(signal.SIGINT)
        return None

    with tenant(disturb=disturb) as place:
        interruption.process = started("check", "--target", place.url, "-k", WORD)
        _, errors = interruption.process.communicate(timeout=300)
        left = [each["WebhookId"] for each in place.hooks()]

    assert left
    assert "once more leaves it behind" in errors
    assert f"webhook-contract clean --target={place.url} --tag=wct" in errors
    assert all(str(each) in errors for each in left)
