"""The command `webhook-contract` as people and pipelines call it: exit statuses, streams and reports."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from openapi import clauses
from tests.kit.servers import accepting
from tests.strangers import running

ROOT = Path(__file__).parent.parent
ONE_CLAUSE = "webhook.post.ok"
REFUSED = "http://127.0.0.1:9"
MEMBERS = {"suite", "target", "started", "seconds", "requests", "clauses", "summary"}
CLAUSE_MEMBERS = {"id", "level", "verdict", "says", "source", "checks", "failure"}


def contract(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One finished call of the command; whatever it says, it says it without a traceback."""
    command = [sys.executable, "-m", "contract_tests", *arguments]
    variables = {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"} | environment
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", env=variables, timeout=240, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def refusal(*arguments: str, status: int, **environment: str) -> str:
    """The one line that a call says on standard error when it cannot be answered."""
    done = contract(*arguments, **environment)
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


# ---- help


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help")], ids=" ".join)
def test_help_shows_examples_and_exit_statuses(arguments):
    """Both helps say how the command is called and what its exit status means."""
    done = contract(*arguments)

    assert done.returncode == 0
    assert "Examples:" in done.stdout
    assert "Exit status:" in done.stdout


def test_clauses_lists_every_id():
    """The list has a line for every clause of the file."""
    listed = contract("clauses").stdout.split()

    assert [each for each in clauses.load() if each not in listed] == []


# ---- usage


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(["check", "--no-such"], "--no-such", id="unknown option"),
        pytest.param(["no-such"], "no-such", id="unknown command"),
        pytest.param(["check", "--target", "ftp://x"], "ftp://x", id="another scheme"),
        pytest.param(["check", "--target", "http://"], "http://", id="no host"),
        pytest.param(["check", "--target", "http://127.0.0.1:99999"], "99999", id="no such port"),
        pytest.param(["check", "--target", "http://127.0.0.1:80\\x"], "a URL like", id="a backslash"),
        pytest.param(["doctor", "--target", "http://127.0.0.1:80\\x"], "a URL like", id="another one"),
        pytest.param(["check", "-k", "nothing-such"], "nothing-such", id="no such clause"),
        pytest.param(["clauses", "-k", "nothing-such"], "nothing-such", id="no such clause to list"),
        pytest.param(["check", "--password", "x"], "--user", id="password without user"),
        pytest.param(["check", "--user", "x", "--token-env", "X"], "--token-env", id="two credentials"),
        pytest.param(["check", "--seed", "many"], "many", id="seed in words"),
        pytest.param(["check", "--target", "http://127.0.0.1:9/?a=b"], "no ?", id="a query"),
        pytest.param(["check", "--rate", "nan"], "nan", id="no number"),
        pytest.param(["clean", "--target", REFUSED, "--older-than", "inf"], "inf", id="no end"),
        pytest.param(["listen", "--host", ""], "--host", id="every address by mistake"),
        pytest.param(["check", "--receiver-bind", ""], "--receiver-bind", id="a receiver nowhere"),
        pytest.param(["plan", "--shard", "4"], "I/N", id="a shard of what"),
        pytest.param(["plan", "--json", "/no/such/plan.json"], "/no/such", id="a plan nowhere"),
        pytest.param(["prove", "--json", "/no/such/proof.json"], "/no/such", id="findings nowhere"),
        pytest.param(["prove", "--mock", ""], "--mock", id="an empty command"),
        pytest.param(["prove", "--mock", "a 'b"], "a 'b", id="an open quotation"),
    ],
)
def test_wrong_usage_is_one_line(arguments, named):
    """Wrong usage ends with 2 and a line that names what is wrong."""
    assert named in refusal(*arguments, status=2)


@pytest.mark.parametrize("option", ["--json", "--junit", "--html", "--sarif", "--summary", "--har"])
def test_a_report_that_cannot_be_written_is_known_before_the_run(option, tmp_path):
    """A report has to be a file in a directory that is there."""
    for place in (tmp_path, tmp_path / "missing" / "report"):
        assert str(place) in refusal("check", "--target", REFUSED, option, str(place), status=2)


def test_a_password_in_the_target_is_refused_without_being_shown():
    """The URL of the target ends up in reports, so there is another place for it."""
    said = refusal("check", "--target", "http://me:s3cret@127.0.0.1:9", status=2)

    assert "s3cret" not in said
    assert "--password-env" in said


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[" * 100_000, b"{}", b"nan"], ids=repr)
def test_a_file_that_is_no_report_is_one_line(content, tmp_path):
    """Whatever is in it."""
    file = tmp_path / "report.json"
    file.write_bytes(content)

    assert str(file) in refusal("report", str(file), status=2)


def test_an_authority_is_not_written_over_another_file(tmp_path):
    """A file that is there without its key is somebody else's."""
    file = tmp_path / "ca.pem"
    file.write_text("precious")

    assert str(file) in refusal("check", "--receiver-tls", "--receiver-ca-out", str(file), status=3)
    assert [file.read_text(), *tmp_path.iterdir()] == ["precious", file]


# ---- a run that cannot begin


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "the connection was closed before an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "what came is no HTTP: 'SSH-2.0-OpenSSH_9.2'"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "closed in the middle of the answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", "Content-Encoding"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000, "instead of 200 with a JSON object"),
        (b"HTTP/1.1 429 Busy\r\nRetry-After: 999\r\nContent-Length: 0\r\n\r\n", "is answered 429"),
    ],
    ids=["nothing", "SSH", "half", "no gzip", "deep", "busy"],
)
@pytest.mark.parametrize("command", ["check", "clean"])
def test_what_is_wrong_with_a_target_is_said_in_words(command, answer, said):
    """Whatever a port speaks, the line names the target and what came, and nothing of ours."""

    def meet(connection: socket.socket, _number: int) -> None:
        connection.recv(65_536)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):  # closed with something unread, it would be reset
            pass

    with accepting(meet) as url:
        line = refusal(command, "--target", url, status=3)

    assert said in line or (command == "clean" and "instead of 200 with an array" in line)
    assert "Error(" not in line
    assert "Traceback" not in line


def test_what_a_person_wants_of_pytest_is_not_for_the_run(mock, tmp_path):
    """Variables for other tests change nothing, and the directory one stands in stays as it is."""
    done = subprocess.run(
        [sys.executable, "-m", "contract_tests", "check", "--target", mock, "-k", ONE_CLAUSE],
        env={
            **os.environ,
            "PYTEST_ADDOPTS": "--no-such",
            "PYTEST_PLUGINS": "no_such",
            "PYTHONPATH": str(ROOT),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert [*tmp_path.iterdir()] == []


def test_a_silent_target_is_named():
    """A target that refuses the connection ends the run with 3 and its address."""
    assert REFUSED in refusal("check", "--target", REFUSED, status=3)


@pytest.mark.parametrize("option", ["--token-env", "--ticket-env"])
def test_a_missing_variable_is_named(option):
    """A credential that is not in the environment ends the run with 3 and the variable's name."""
    assert "NO_SUCH_TOKEN" in refusal("check", "--target", REFUSED, option, "NO_SUCH_TOKEN", status=3)


def test_a_secret_is_never_shown():
    """A token that no header can carry is refused without being printed."""
    said = refusal("check", "--target", REFUSED, "--token-env", "TOKEN", status=3, TOKEN="s3cret\nline")

    assert "s3cret" not in said


def test_wrong_credentials_are_told_apart(mock):
    """A target that refuses the credentials ends the run with 3 and says which options give others."""
    said = refusal("check", "--target", mock, "--user", "tje0", "--password", "wrong", status=3)

    assert "401" in said
    assert "--password" in said


# ---- a run


@pytest.fixture(scope="module")
def reports(mock, tmp_path_factory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """A run of one clause against the mock, and the directory of its two reports."""
    place = tmp_path_factory.mktemp("reports")
    files = ("--json", f"{place / 'report.json'}", "--junit", f"{place / 'report.xml'}")
    return contract("check", "--target", mock, "-k", ONE_CLAUSE, *files), place


def test_a_kept_clause_is_success(reports, mock):
    """The run ends with 0, and its output names the clause and the target."""
    done, _ = reports

    assert done.returncode == 0, done.stderr
    assert "A POST of a webhook answers 200." in done.stdout
    assert mock in done.stdout


def test_the_json_report_has_its_members(reports, mock):
    """The JSON report is complete, and says what the run found."""
    report = json.loads((reports[1] / "report.json").read_text(encoding="utf-8"))

    assert set(report) >= MEMBERS
    assert report["target"] == mock
    assert report["summary"]["kept"] == 1
    assert [each["id"] for each in report["clauses"]] == [ONE_CLAUSE]
    assert all(set(each) >= CLAUSE_MEMBERS for each in report["clauses"])
    assert report["clauses"][0]["failure"] is None


def test_the_junit_report_has_a_case_for_each_clause(reports):
    """The JUnit report is XML with one case, which neither failed nor erred."""
    suite = ElementTree.parse(reports[1] / "report.xml").getroot()[0]  # noqa: S314  # our own file

    assert {name: suite.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "1",
        "failures": "0",
        "errors": "0",
    }
    assert [case.get("name") for case in suite.iter("testcase")] == [ONE_CLAUSE]


# ---- a run that finds something


def test_a_broken_promise_is_1():
    """A broken must-clause ends the run with 1, and its output has what repeats it."""
    with running(defect="merge_null_keeps") as url:
        done = contract("check", "--target", url, "-k", "webhook.patch.merge-null")

    assert done.returncode == 1, done.stderr
    assert "curl" in done.stdout


@pytest.mark.parametrize(("options", "status"), [((), 0), (("--strict",), 1)], ids=["usually", "strictly"])
def test_a_broken_recommendation_counts_when_it_is_strict(options, status):
    """A broken should-clause ends the run with 0, or with 1 where --strict was given."""
    with running(defect="name_part") as url:
        done = contract("check", "--target", url, "-k", "name-filter-whole", *options)

    assert done.returncode == status, done.stderr
    assert "agent.list.name-filter-whole" in done.stdout
