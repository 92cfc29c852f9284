"""The image, the compose file, the action and the unit: what they name is there, and their scripts run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from mock_server.cli import main as webhook_mock

HERE = Path(__file__).parent.parent
SCRIPTS = Path(sys.executable).parent
PORT = "8080"


def text(name: str) -> str:
    """A file of the project."""
    return (HERE / name).read_text(encoding="utf-8")


ACTION = yaml.safe_load(text("action.yml"))
COMPOSE = yaml.safe_load(text("compose.yaml"))
FILES = ("Dockerfile", "compose.yaml", "action.yml", "docs/webhook-mock.service")


def variables() -> set[str]:
    """Every variable that the mock reads."""
    return {each.envvar for each in webhook_mock.params if isinstance(each.envvar, str)}


@pytest.mark.parametrize("name", FILES)
def test_variables_exist(name):
    """What a file sets is read by the mock."""
    named = set(re.findall(r"WEBHOOK_MOCK_[A-Z_]*[A-Z]", text(name)))

    assert named
    assert named <= variables()


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text("Dockerfile"), flags=re.MULTILINE))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def test_the_image_is_what_it_says():
    """The last stage builds nothing, runs as nobody, listens where it exposes, and asks itself."""
    found = instructions()
    start = max(number for number, (word, _) in enumerate(found) if word == "FROM")
    last = dict(found[start:])
    environment = dict(pair.split("=", 1) for pair in shlex.split(last["ENV"]))

    assert last["FROM"] == "python:3.12-slim"
    assert not any("pip" in value for _, value in found[start:])
    assert last["USER"] == "10001"
    assert last["EXPOSE"] == environment["WEBHOOK_MOCK_PORT"] == PORT
    assert environment["WEBHOOK_MOCK_HOST"] == "0.0.0.0"  # noqa: S104  # of the container alone
    assert last["HEALTHCHECK"].endswith('CMD ["webhook-mock", "--health"]')
    assert last["CMD"] == '["webhook-mock"]'


def test_the_image_gets_what_it_builds_from():
    """.dockerignore lets in what the build needs, and neither tests nor anything of a checkout."""
    lines = [line for line in text(".dockerignore").splitlines() if line and not line.startswith("#")]
    kept = [line[1:] for line in lines if line.startswith("!")]
    project = text("pyproject.toml")

    assert lines[0] == "*"
    assert all((HERE / each).exists() for each in kept)
    assert {*re.findall(r'packages = \["(\w+)", "(\w+)", "(\w+)"\]', project)[0]} <= {*kept}
    assert {"pyproject.toml", "README.md", "LICENSE", ".ci/constraints.txt"} <= {*kept}
    assert not any(fnmatch(name, each) for name in ("tests", ".git", "bench") for each in kept)


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_services_fit_together(service):
    """Ports are on loopback; what is waited for tells its health, and is of the same profile."""
    found = COMPOSE["services"][service]
    for port in found.get("ports", ()):
        assert re.fullmatch(rf"127\.0\.0\.1:\d+:{PORT}", port)
    for other, how in found.get("depends_on", {}).items():
        assert how == {"condition": "service_healthy"}
        assert "healthcheck" in COMPOSE["services"][other]
        assert COMPOSE["services"][other]["profiles"] == found["profiles"]
    for volume in found.get("volumes", ()):
        assert volume.split(":")[0] in COMPOSE["volumes"]


def test_replicas_share_a_database_and_turns():
    """Their addresses name services of the file, with the user and the database that are made there."""
    one, two = COMPOSE["services"]["one"], COMPOSE["services"]["two"]
    environment = one["environment"]
    database = COMPOSE["services"]["database"]["environment"]
    expected = "postgresql://{POSTGRES_USER}:{POSTGRES_PASSWORD}@database/{POSTGRES_DB}".format(**database)

    assert environment == two["environment"]
    assert environment["WEBHOOK_MOCK_DATABASE"] == expected
    assert environment["WEBHOOK_MOCK_QUEUE"].startswith("redis://turns/")
    assert one["ports"] != two["ports"]


def test_inputs_of_the_action_are_used():
    """Each is read in some step, none by pasting it into a script, and no step reads another."""
    steps = ACTION["runs"]["steps"]
    used = {name for step in steps for name in re.findall(r"inputs\.(\w+)", yaml.safe_dump(step))}

    assert used == set(ACTION["inputs"])
    assert not any("${{" in step.get("run", "") for step in steps)
    assert all(step["shell"] == "bash" for step in steps if "run" in step)
    assert all(re.search(r"@v\d+$", step["uses"]) for step in steps if "uses" in step)


def step(name: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A step of the action, run as a runner would, with the commands of this environment."""
    home = tmp_path / "webhook-contract" / "bin"
    home.mkdir(parents=True)
    for command in ("webhook-mock", "webhook-contract"):
        (home / command).symlink_to(SCRIPTS / command)
    script = next(each["run"] for each in ACTION["runs"]["steps"] if each.get("name") == name)
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        capture_output=True,
        cwd=tmp_path,
        encoding="utf-8",
        env={
            **os.environ,
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            **environment,
        },
        timeout=120,
        check=False,
    )


def test_the_action_starts_a_mock(tmp_path):
    """It answers when the step has ended, where the output says."""
    done = step("Mock", tmp_path, ARGUMENTS="--no-auth", WEBHOOK_MOCK_PORT=str(free_port()))
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        url = (tmp_path / "output").read_text(encoding="utf-8").strip().removeprefix("url=")
        asked = step_check(tmp_path, url)
        assert asked.returncode == 0, asked.stdout + asked.stderr
        assert "webhook.post.ok" in (tmp_path / "webhook-contract-reports" / "contract.json").read_text(
            encoding="utf-8"
        )
        assert (tmp_path / "summary.md").stat().st_size > 0
    finally:
        end(tmp_path)


def step_check(tmp_path: Path, url: str) -> subprocess.CompletedProcess[str]:
    """The step that asks a target, about one clause."""
    shutil.rmtree(tmp_path / "webhook-contract")
    return step("Check", tmp_path, ARGUMENTS="-k webhook.post.ok", TARGET=url)


def end(tmp_path: Path) -> None:
    """Ends the mock that a step has left, found by its log, which it holds open."""
    log = tmp_path / "webhook-mock.log"
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "fd" / "1").readlink() == log:
                os.kill(int(process.name), 15)
        except OSError:
            continue


def test_the_action_fails_with_its_mock(tmp_path):
    """A wrong argument ends the step, and the log says why."""
    done = step("Mock", tmp_path, ARGUMENTS="--fault nope", WEBHOOK_MOCK_PORT=str(free_port()))

    assert done.returncode == 1
    assert "'nope'" in done.stdout


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_unit_is_a_unit(tmp_path):
    """systemd finds nothing wrong with it, and the database is in the directory that it makes."""
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text("docs/webhook-mock.service"))
    name = unit["Service"]["StateDirectory"]

    assert f"sqlite:///%S/{name}/" in text("docs/webhook-mock.service")
    assert unit["Service"]["WorkingDirectory"] == f"%S/{name}"
    assert unit["Service"]["DynamicUser"] == "yes"
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    file = tmp_path / "webhook-mock.service"
    command = unit["Service"]["ExecStart"]
    file.write_text(
        text("docs/webhook-mock.service").replace(f"ExecStart={command}", "ExecStart=/bin/true"),
        encoding="utf-8",
    )
    done = subprocess.run(
        ["systemd-analyze", "verify", file], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
