"""The commands and the options of reports, as people and pipelines call them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from contract_tests.cli import main
from contract_tests.kit.verdicts import Verdict
from contract_tests.reports import json_report
from contract_tests.reports.report import Report
from tests.strangers import running
from tests.test_cli import contract

from .samples import CLAUSES, finished

KEPT, BROKEN = Verdict.KEPT, Verdict.BROKEN


def call(*arguments: object, **environment: str) -> Result:
    """One finished call of the command, in this process."""
    return CliRunner().invoke(main, [*map(str, arguments)], env={"COLUMNS": "100", **environment})


def saved(directory: Path, run: Report, name: str = "report.json") -> Path:
    """The JSON report of a run, in a file."""
    file = directory / name
    file.write_bytes(json_report.rendered(run))
    return file


# ---- report


def test_a_report_is_written_in_every_other_form(tmp_path):
    """A JSON report becomes each of the other forms, without another run."""
    file = saved(tmp_path, finished())
    forms = {name: tmp_path / f"out.{name}" for name in ("json", "junit", "html", "sarif", "summary")}
    done = call("report", file, *(part for name, out in forms.items() for part in (f"--{name}", out)))

    assert done.exit_code == 1
    assert "webhook.post.shape" in done.output
    assert forms["json"].read_bytes() == file.read_bytes()
    assert ElementTree.parse(forms["junit"]).getroot().tag == "testsuites"  # noqa: S314  # our own file
    assert forms["html"].read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(forms["sarif"].read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert forms["summary"].read_text(encoding="utf-8").startswith("## Webhook contract")


@pytest.mark.parametrize(
    ("said", "options", "status"),
    [
        ({"webhook.post.ok": KEPT}, [], 0),
        ({"webhook.post.ok": BROKEN}, [], 1),
        ({"webhook.post.ok": Verdict.BLOCKED}, [], 3),
        ({"webhook.post.links-self": BROKEN}, [], 0),
        ({"webhook.post.links-self": BROKEN}, ["--strict"], 1),
        ({"webhook.post.ok": Verdict.FLAKY}, [], 0),
        ({"webhook.post.ok": Verdict.FLAKY}, ["--strict"], 1),
    ],
)
def test_the_exit_status_is_that_of_the_run(said, options, status, tmp_path):
    """Showing a report again ends as the run itself did."""
    assert call("report", saved(tmp_path, finished(said)), *options).exit_code == status


def test_shards_are_one_report(tmp_path):
    """Several reports are shown as one, and written as one."""
    files = [
        saved(tmp_path, finished({clause: verdict}), f"{clause}.json") for clause, verdict in CLAUSES.items()
    ]
    done = call("report", *files, "--json", tmp_path / "all.json")

    assert done.exit_code == 1
    assert {line.clause.id for line in json_report.read(tmp_path / "all.json").lines} == set(CLAUSES)


def test_the_schema_is_printed():
    """The schema of a report can be had from the command."""
    assert json.loads(call("report", "--schema").output) == json_report.schema()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "FILE"),
        (["none.json"], "none.json"),
        (["empty.json"], "empty.json"),
        (["one.json", "elsewhere.json"], "http://elsewhere"),
        (["one.json", "--html", "none/x.html"], "none"),
        (["one.json", "--html", "x", "--sarif", "x"], "named twice"),
    ],
    ids=str,
)
def test_wrong_usage_is_one_line(arguments, named, tmp_path, monkeypatch):
    """What cannot be read, merged or written is said in one line, and the status is 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.json").touch()
    saved(tmp_path, finished({"webhook.post.ok": KEPT}), "one.json")
    saved(tmp_path, finished({}, target="http://elsewhere"), "elsewhere.json")
    done = call("report", *arguments)

    assert done.exit_code == 2
    assert named in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_summary_of_a_job_is_appended_to(tmp_path):
    """The file that GitHub names keeps what others wrote to it; any other file is written anew."""
    file, summary = saved(tmp_path, finished()), tmp_path / "summary.md"
    for environment, expected in (
        ({"GITHUB_STEP_SUMMARY": str(summary)}, "before\n## Webhook"),
        ({}, "## Webhook"),
    ):
        summary.write_text("before\n")
        call("report", file, "--summary", summary, **environment)
        assert summary.read_text(encoding="utf-8").startswith(expected)


# ---- diff


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ({"webhook.post.ok": KEPT}, {"webhook.post.ok": BROKEN}, 1),
        ({"webhook.post.ok": BROKEN}, {"webhook.post.ok": KEPT}, 0),
    ],
    ids=["worse", "better"],
)
def test_diff_says_what_has_changed(old, new, status, tmp_path):
    """What is newly broken is 1, what is fixed is 0, and both are named."""
    done = call("diff", saved(tmp_path, finished(old), "old"), saved(tmp_path, finished(new), "new"))

    assert done.exit_code == status
    assert "webhook.post.ok" in done.output


def test_diff_refuses_what_is_no_report(tmp_path):
    """A file that is no report is named in one line."""
    done = call("diff", saved(tmp_path, finished()), tmp_path / "none.json")

    assert (done.exit_code, "none.json" in done.stderr) == (2, True)


# ---- known failures

WORD = "patch.merge-null"
CLAUSE = "webhook.patch.merge-null"


def test_known_failures_from_the_first_to_the_last(tmp_path):
    """A failure is written down, excused, and when it is mended its entry fails the run until it is gone."""
    known, report = tmp_path / "known.toml", tmp_path / "report.json"
    use = ("-k", WORD, "--known-failures", str(known))
    update = ("--update-known-failures", "--reason", "ticket 7", "--owner", "team")
    with running(defect="merge_null_keeps") as url:
        first = contract("check", "--target", url, *use, *update)
        again = contract("check", "--target", url, *use, "--json", str(report))
    with running() as url:
        mended = contract("check", "--target", url, *use)
        cleared = contract("check", "--target", url, *use, *update)

    assert first.returncode == 0, first.stdout + first.stderr
    assert again.returncode == 0, again.stdout
    (line,) = (each for each in json.loads(report.read_text())["clauses"] if each["id"] == CLAUSE)
    assert (line["verdict"], line["known"]["owner"]) == ("known", "team")
    assert line["failure"]["expected"]
    assert (mended.returncode, "stale" in mended.stdout) == (1, True)
    assert cleared.returncode == 0, cleared.stdout
    assert CLAUSE not in known.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--known-failures", "none.toml"], "none.toml"),
        (["--known-failures", "bad.toml"], "bad.toml: line 2"),
        (["--update-known-failures"], "--known-failures"),
        (["--reason", "x"], "--known-failures"),
        (["--known-failures", "new.toml", "--update-known-failures"], "--reason"),
        (["--known-failures", "good.toml", "--owner", "x"], "--update-known-failures"),
        (["--known-failures", "good.toml", "--expires", "soon"], "soon"),
        (
            ["--known-failures", "none/x", "--update-known-failures", "--reason", "r", "--owner", "o"],
            "there is no directory",
        ),
    ],
    ids=str,
)
def test_wrong_use_of_known_failures_is_one_line(arguments, named, tmp_path, monkeypatch):
    """What is wrong is said before the run begins."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text('\n[[known]]\nclause = "no.such"\n')
    (tmp_path / "good.toml").touch()
    done = call("check", "--target", "http://127.0.0.1:9", *arguments)

    assert done.exit_code == 2
    assert named in done.stderr
    assert len(done.stderr.splitlines()) == 1


# ---- secrets


def test_no_report_tells_a_secret(tmp_path):
    """A password in an option is in no form of the report, nor on the screen."""
    forms = {name: tmp_path / f"out.{name}" for name in ("json", "junit", "html", "sarif", "summary", "har")}
    with running(defect="merge_null_keeps") as url:
        options = [part for name, file in forms.items() for part in (f"--{name}", str(file))]
        options += ["--user", "tje0", "--password", "opt1on-s3cret"]
        done = contract("check", "--target", url, "-k", WORD, *options)

    assert done.returncode == 1, done.stdout + done.stderr
    for text in (done.stdout, done.stderr, *(file.read_text(encoding="utf-8") for file in forms.values())):
        assert "s3cret" not in text
        assert "dGplMDpvcHQxb24tczNjcmV0" not in text
    assert "Authorization: Basic $TOKEN" in forms["html"].read_text(encoding="utf-8")


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path):
    """It would be in every line that names the target."""
    done = contract("check", "--target", "http://ada:adr3ss-s3cret@127.0.0.1:1", "-k", WORD)

    assert done.returncode == 2
    assert "s3cret" not in done.stdout + done.stderr
