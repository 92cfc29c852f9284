"""A failure is tried again before it is told: what does not come again is flaky, and nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import strategies as st

from contract_tests import confirming
from contract_tests.kit import arming
from contract_tests.kit.properties import given
from contract_tests.kit.run import Run
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import Blocked, ContractViolation, Failure, Repeats, Turn

FIRST = Failure("test_it", "one", "another", turns=(Turn("GET", "http://x/first"),))


@dataclass
class Item:
    """A collected check, as far as it matters here."""

    runtest: Callable[[], None]
    fixturenames: tuple[str, ...] = ("run",)
    calls: list[str] = field(default_factory=list)


def run() -> Run:
    """A run against nobody."""
    return Run(Target("http://127.0.0.1:9"), None, "wct00000000")


def failing(error: BaseException | None) -> Callable[[], None]:
    """A check that ends like this."""

    def check() -> None:
        if error is not None:
            raise error

    return check


VIOLATION = ContractViolation("one", "another")


@pytest.mark.parametrize(
    ("second", "repeats"),
    [
        (None, Repeats.NO),
        (VIOLATION, Repeats.YES),
        (ContractViolation("two", "three"), Repeats.YES),
        (ExceptionGroup("flaky", [VIOLATION]), Repeats.YES),
        (Blocked("set-up failed"), Repeats.NOT_TRIED),
        (KeyError("of ours"), Repeats.NOT_TRIED),
    ],
    ids=repr,
)
def test_only_a_check_that_passes_clears_the_target(second, repeats):
    """Any failure confirms the first; what could not be asked again leaves it as it is."""
    told = confirming.confirmed(Item(failing(second)), run(), FIRST)

    assert told.repeats is repeats
    assert (told.expected, told.came, told.turns) == (FIRST.expected, FIRST.came, FIRST.turns)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (None, type(None)),
        (VIOLATION, ContractViolation),
        (ExceptionGroup("flaky", [Blocked("x"), VIOLATION]), ContractViolation),
        (ExceptionGroup("flaky", [KeyError("x"), Blocked("x")]), Blocked),
        (ExceptionGroup("flaky", [ExceptionGroup("more", [Blocked("x")])]), Blocked),
        (ExceptionGroup("flaky", [KeyError("x")]), KeyError),
    ],
    ids=repr,
)
def test_what_hypothesis_wraps_is_found(error, kind):
    """Of all that was raised a violation says most, and a set-up that failed is no error of ours."""
    assert type(confirming.cause(error)) is kind


def test_what_looks_at_a_slow_observation_is_not_tried_again(monkeypatch):
    """The observation was made once and would be the same, so the failure stands."""
    monkeypatch.setitem(arming.EXPERIMENTS, "observed", lambda run: None)
    item = Item(failing(None), ("run", "observed"))

    assert confirming.confirmed(item, run(), FIRST).repeats is Repeats.NOT_TRIED


def test_what_is_not_there_is_not_looked_for_again():
    """The check would pass without its operation, or say that it is not offered."""
    told = confirming.confirmed(Item(failing(None)), run(), FIRST, is_missing=True)

    assert told.repeats is Repeats.NOT_TRIED


@pytest.mark.parametrize(
    ("example", "whole", "tried", "repeats"),
    [
        (VIOLATION, None, ["example"], Repeats.YES),
        (None, VIOLATION, ["example", "whole"], Repeats.YES),
        (None, None, ["example", "whole"], Repeats.NO),
        (Blocked("x"), None, ["example"], Repeats.NOT_TRIED),
    ],
    ids=repr,
)
def test_a_drawn_example_is_tried_alone_first(example, whole, tried, repeats):
    """Only when the example that failed passes is the whole search made again."""
    calls: list[str] = []
    asked = run()
    asked.failing = lambda: (calls.append("example"), failing(example)())[0]
    item = Item(lambda: (calls.append("whole"), failing(whole)())[0])

    assert confirming.confirmed(item, asked, FIRST).repeats is repeats
    assert calls == tried


def test_a_failing_example_is_remembered():
    """The last example that failed is the smallest, and can be tried again without a search."""
    seen: list[int] = []
    asked = run()

    @given(number=st.integers(0, 1000))
    def check(run: Run, number: int) -> None:
        seen.append(number)
        if number > 10:
            raise ContractViolation("a small number", str(number))

    with pytest.raises(ContractViolation, match="came 11"):
        check(run=asked)
    searched = len(seen)
    with pytest.raises(ContractViolation, match="came 11"):
        asked.failing()
    assert len(seen) == searched + 1


# ---- a whole run


# Writes down what was said, where the test can read it.
CONFTEST = """
import dataclasses, json, pathlib
from contract_tests import plugin
pytest_plugins = ("contract_tests.plugin",)

def pytest_unconfigure(config):
    found = config.stash[plugin.VERDICTS].outcomes
    said = {clause: [dataclasses.asdict(each) for each in outcomes] for clause, outcomes in found.items()}
    pathlib.Path("outcomes.json").write_text(json.dumps(said))
"""


@pytest.fixture
def suite(mock: str, tmp_path: Path) -> Callable[[str], list[dict]]:
    """Runs a check of the test's own against the mock, and gives its outcomes."""

    def outcomes(condition: str) -> list[dict]:
        (tmp_path / "conftest.py").write_text(CONFTEST)
        (tmp_path / "test_own.py").write_text(SOURCE.replace("CONDITION", condition))
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--target={mock}"]
        done = subprocess.run(command, capture_output=True, cwd=tmp_path, text=True, timeout=240, check=False)
        assert (tmp_path / "outcomes.json").exists(), done.stdout + done.stderr
        return json.loads((tmp_path / "outcomes.json").read_text())["webhook.post.ok"]

    return outcomes


SOURCE = """
from contract_tests.kit import arrange, expect
from contract_tests.kit.clause import checks
times = []

@checks("webhook.post.ok")
def test_it(run):
    hook = arrange.saved(run, Name=f"attempt-{len(times)}")
    times.append(hook["WebhookId"])
    exchange = run.target.send("GET", f"/Webhook/{hook['WebhookId']}")
    expect.that(CONDITION, "one", "another", exchange)
"""


def test_what_happens_once_is_flaky(suite):
    """A check that fails once and then passes is flaky, with the transcripts of both times."""
    (outcome,) = suite("len(times) > 1")

    assert outcome["verdict"] == 4
    assert outcome["failure"]["repeats"] == "no"
    assert "attempt-0" in json.dumps(outcome["failure"]["turns"])
    assert "attempt-1" in json.dumps(outcome["failure"]["again"])


def test_what_happens_again_is_broken(suite):
    """A check that fails twice is broken, and told by what was seen first."""
    (outcome,) = suite("False")

    assert outcome["verdict"] == 7
    assert outcome["failure"]["repeats"] == "yes"
    assert "attempt-0" in json.dumps(outcome["failure"]["turns"])
    assert outcome["failure"]["again"] == []


def test_what_is_kept_is_asked_once(suite):
    """A check that passes is not run again."""
    (outcome,) = suite("len(times) == 1")

    assert outcome["verdict"] == 0
