"""The official npm client, from Node, against the mock: each method of its Webhook agent."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("official_client.js")
PACKAGE = "@superoffice/webapi@12.4.1514"


@pytest.fixture(name="client", scope="module")
def _client(tmp_path_factory):
    """A folder with the client in it."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed")
    home = tmp_path_factory.mktemp("client")
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", PACKAGE]
    try:
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, timeout=240)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm has not installed {PACKAGE} within 240 s")
    if done.returncode != 0:
        pytest.skip(f"npm cannot install {PACKAGE}: {done.stderr.strip().splitlines()[-1:]}")
    shutil.copy(SCRIPT, home)
    return home


def called(home, port, target):
    """What every call of the script has come to."""
    command = ["node", SCRIPT.name, f"http://127.0.0.1:{port}/api", target]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_method_of_the_agent(client, served, receiving):
    """What is saved comes back, filters find it, its target gets a test and an event, and then it is gone."""
    with receiving() as receiver, served() as (_, port):
        found = called(client, port, receiver.url)
        test, event = receiver.wait(2)
    saved = found["saved"]

    assert found["default"]["webhookId"] == 0
    assert (saved["webhookId"], saved["name"], saved["state"]) == (1, "By the client", "Active")
    assert (saved["headers"], saved["properties"]) == ({"X-Mine": "1"}, {"extra": [1, "two"]})
    assert (saved["notifyVia"], saved["notifyWhen"]) == (1, 3)
    assert re.fullmatch(r"20\d\d-.*Z", saved["registered"])
    assert found["read"] == saved
    assert found["replaced"]["name"] == "Renamed"
    assert found["byName"] == found["byEvent"] == ["Renamed"]
    assert found["byRequest"] == found["byState"] == []
    assert found["test"]["success"] is True
    assert (test.headers["X-Hook-Test"], event.headers["X-SuperOffice-Event"]) == ("true", "sale.created")
    assert json.loads(event.body)["PrimaryKey"] == 42
    assert found["lastError"] == ""
    assert (found["signal"], found["deleted"], found["gone"]) == ("", "", None)
    assert found["refused"] == {"status": 404, "type": "SoNotFoundException"}
    assert found["unauthorized"] == {"status": 401, "type": "UnauthorizedAccessException"}
