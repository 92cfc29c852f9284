"""The strangers are what they say: conforming, legally different, or wrong in one way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from .defects import DEFECTS, EVERY_DEFECT
from .probes import PROBES, Probe
from .quirks import ALL_QUIRKS
from .rules import DECISIONS
from .visitor import Target, listening, visiting
from .worlds import WORLDS

ROOT = Path(__file__).parent.parent.parent
SLOW = (
    "condition_registered",
    "never_retried",
    "retry_renamed",
    "errors_stay",
    "last_error_old",
    "stopped_retried",
)
SEED_WEBHOOK = {
    "WebhookId": 983,
    "Name": "Blick-Schroeder",
    "Events": ["nostrum", "nihil"],
    "TargetUrl": "http://www.example.com/",
    "Secret": "neque",
    "State": "Active",
    "Type": "ratione",
    "Headers": {"Headers1": "nam", "Headers2": "rerum"},
    "Properties": {"fieldName": {}},
    "Registered": "2024-04-18T14:34:02.9242705+02:00",
    "RegisteredAssociate": None,
    "ErrorsEmail": "zelda@farrell.biz",
}


@pytest.fixture
def target() -> Iterator[Target]:
    with listening() as open_target:
        yield open_target


def test_plain_stranger_does_the_samples(target: Target) -> None:
    with visiting(target, offer="core") as visitor:
        status, entity = visitor.ask("POST", "Webhook", SEED_WEBHOOK)
        assert status == 200
        chosen = set(SEED_WEBHOOK) - {"WebhookId", "Registered", "RegisteredAssociate"}
        assert {key: entity[key] for key in chosen} == {key: SEED_WEBHOOK[key] for key in chosen}
        sample = [{"op": "add", "path": "similique", "value": {}}] * 2
        assert visitor.patch(entity["WebhookId"], sample)[0] == 200
        filters = {"NameFilter": "Johns Inc and Sons", "EventFilter": "qui", "StatusFilter": "Active"}
        assert visitor.all(**filters) == []
        assert visitor.signal("Murazik, Heaney and Maggio", 952, {"fieldName": {}}) == 204
        assert visitor.ask("GET", f"Webhook/{entity['WebhookId']}")[0] == 404


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_works(world: str, target: Target) -> None:
    with visiting(target, *WORLDS[world]) as visitor:
        hook_id = visitor.made(Name="né", Events=["a.b"], Headers={"X-A": "1"}, Properties={"p": 1})
        listed = [
            {"op": "add", "path": "events/-", "value": "c.d"},
            {"op": "test", "path": "/Secret", "value": "s"},
        ]
        assert visitor.patch(hook_id, listed)[1]["Events"] == ["a.b", "c.d"]
        assert visitor.patch(hook_id, {"Name": "ñ"})[1]["Name"] == "ñ"
        conflict = [
            {"op": "replace", "path": "Name", "value": "x"},
            {"op": "test", "path": "Secret", "value": "t"},
        ]
        assert visitor.patch(hook_id, conflict)[0] == 409
        assert [hook["Name"] for hook in visitor.all(NameFilter="ñ")] == ["ñ"]
        target.got.clear()
        assert visitor.signal("c.d", 3) == 204
        headers, body = target.received()[0]
        assert headers["x-a"] == "1"
        assert "x-superoffice-signature" in headers
        assert json.loads(body)["PrimaryKey"] == 3


def test_every_quirk_is_in_a_world() -> None:
    assert {quirk for quirks in WORLDS.values() for quirk in quirks} == set(ALL_QUIRKS)


@pytest.mark.parametrize("world", WORLDS)
def test_quirks_of_a_world_do_not_undo_each_other(world: str) -> None:
    made = []
    for quirk in WORLDS[world]:
        for name, value in ALL_QUIRKS[quirk].change.items():
            made += [(name, key) for key in value] if isinstance(value, dict) else [(name, None)]
    assert sorted(made, key=str) == sorted(set(made), key=str)


def test_changes_name_decisions_that_exist() -> None:
    changes = [*ALL_QUIRKS.values(), *DEFECTS.values()]
    assert {name for change in changes for name in change.change} <= DECISIONS


def test_every_defect_has_its_own_name_and_a_probe() -> None:
    assert len(DEFECTS) == len(EVERY_DEFECT)
    assert set(DEFECTS) == set(PROBES)


@cache
def plain_outcome(probe: Probe) -> Any:
    with listening() as target, visiting(target) as visitor:
        return probe(visitor)


@pytest.mark.parametrize("probe", dict.fromkeys(PROBES[name] for name in PROBES if name not in SLOW))
def test_plain_servers_do_not_differ(probe: Probe, target: Target) -> None:
    with visiting(target) as visitor:
        assert probe(visitor) == plain_outcome(probe)


# A quarter of all signatures are the same in both alphabets of base64.
CHANCES = {"signature_urlsafe": 10}


def shows(defect: str) -> bool:
    """Whether a server with the defect is found to differ from a plain one."""
    with listening() as target, visiting(target, defect=defect) as visitor:
        return bool(PROBES[defect](visitor) != plain_outcome(PROBES[defect]))


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_shows(defect: str) -> None:
    assert any(shows(defect) for _ in range(CHANCES.get(defect, 1)))


@pytest.mark.parametrize(
    ("word", "status", "said"),
    [
        ("post.ok", 0, "caught by webhook.post.ok"),
        ("name-filter-whole", 1, "missed"),
    ],
    ids=["caught", "missed"],
)
def test_the_suite_judges_by_command(word: str, status: int, said: str) -> None:
    command = [sys.executable, "-m", "tests.strangers.judged", "post_201", "-k", word]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, timeout=240, check=False)

    assert done.returncode == status, done.stdout + done.stderr
    assert said in done.stdout
