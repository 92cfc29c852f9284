"""The command verify-receiver, against receivers that are right and receivers with one mistake each."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from base64 import b64encode
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from contract_tests.cli import main
from contract_tests.kit import curl
from contract_tests.kit.signature import sign, verifies
from contract_tests.kit.verdicts import Verdict
from contract_tests.listening import cases, grading
from contract_tests.listening.endpoint import NotAllowed, endpoint
from contract_tests.listening.mistakes import RIGHT
from contract_tests.listening.rewriting import rewritten
from tests.kit.servers import accepting, answering

from .calls import call as process

SECRET = "s3cret pässwörd"
IDS = [each.id for each in cases.cases(SECRET)]
BAD = {each for each in IDS if each.startswith("bad-")}
Receiver = Callable[[dict[str, str], bytes], int]


def strict(headers: dict[str, str], body: bytes) -> int:
    """Takes what verifies."""
    return 200 if verifies(SECRET, body, headers.get("x-superoffice-signature", "")) else 401


def careless(_headers: dict[str, str], _body: bytes) -> int:
    """Takes everything."""
    return 200


def closed(_headers: dict[str, str], _body: bytes) -> int:
    """Takes nothing."""
    return 403


def created(headers: dict[str, str], body: bytes) -> int:
    """Answers 204 to what verifies."""
    return 204 if strict(headers, body) == 200 else 401


def optional(headers: dict[str, str], body: bytes) -> int:
    """Takes what has no signature, or an empty one."""
    return strict(headers, body) if headers.get("x-superoffice-signature") else 200


def reparsed(headers: dict[str, str], body: bytes) -> int:
    """Verifies the body as its parser and serialiser make it."""
    try:
        return strict(headers, rewritten(body))
    except ValueError:
        return 400


def fragile(headers: dict[str, str], body: bytes) -> int:
    """Fails over a missing signature, and over one beyond ASCII."""
    signature = headers.get("x-superoffice-signature")
    return 500 if signature is None or not signature.isascii() else strict(headers, body)


def beginning(headers: dict[str, str], body: bytes) -> int:
    """Compares as much as came."""
    signature = headers.get("x-superoffice-signature", "")
    return 200 if signature and sign(SECRET, body).startswith(signature) else 401


def caseless(headers: dict[str, str], body: bytes) -> int:
    """Compares without regard to case."""
    return 200 if sign(SECRET, body).lower() == headers.get("x-superoffice-signature", "").lower() else 401


def bilingual(headers: dict[str, str], body: bytes) -> int:
    """Takes hexadecimal as well."""
    right = RIGHT(SECRET.encode(), body).hex() == headers.get("x-superoffice-signature")
    return 200 if right else strict(headers, body)


def unset(headers: dict[str, str], body: bytes) -> int:
    """Takes what is signed with nothing, as if it had not been told its secret."""
    nothing = b64encode(RIGHT(b"", body)).decode() == headers.get("x-superoffice-signature")
    return 200 if nothing else strict(headers, body)


def sensitive(headers: dict[str, str], body: bytes) -> int:
    """Refuses a test delivery, and what is no event of a record."""
    return 400 if "x-hook-test" in headers or "Entity" not in json.loads(body or b"{}") else 200


def redirecting(headers: dict[str, str], body: bytes) -> int:
    """Sends away what does not verify."""
    return 200 if strict(headers, body) == 200 else 302


RECEIVERS: list[tuple[Receiver, set[str]]] = [
    (strict, set()),
    (redirecting, set()),
    (careless, BAD),
    (closed, set(IDS) - BAD),
    (created, set(IDS) - BAD),
    (optional, {"bad-unsigned", "bad-empty"}),
    (reparsed, {"good-indented", "good-escapes", "bad-re-serialised", "bad-line-end"}),
    (fragile, {"bad-unsigned", "bad-beyond-ascii"}),
    (beginning, {"bad-truncated"}),
    (caseless, {"bad-other-case"}),
    (bilingual, {"bad-hex"}),
    (unset, {"bad-empty-secret"}),
]


@pytest.mark.parametrize(
    ("receiver", "broken"), RECEIVERS, ids=lambda value: getattr(value, "__name__", None)
)
def test_each_mistake_is_found_and_nothing_else(receiver, broken):
    """The cases that go wrong are exactly those that the receiver's mistake concerns."""
    with answering(lambda heard: (receiver(heard[2], heard[3]), {}, b"")) as server:
        grades = grading.grade(f"{server.url}/", cases.cases(SECRET))

    assert [each.case.id for each in grades.grades] == IDS
    assert {each.case.id for each in grades.broken} == broken


def test_every_case_arrives_as_it_is_meant():
    """Bodies and headers arrive to the byte, and no two events share an id but the first and its retry."""
    asked = cases.cases(SECRET)
    with answering(lambda heard: (200, {}, b"")) as server:
        grading.grade(f"{server.url}/hook?a=b", asked)

    assert [heard[3] for heard in server.heard] == [each.body for each in asked]
    assert {heard[:2] for heard in server.heard} == {("POST", "/hook?a=b")}
    assert len({heard[2]["x-superoffice-eventid"] for heard in server.heard}) == len(asked) - 1
    unsigned = [each.id for each, heard in zip(asked, server.heard, strict=True) if SIGNATURE not in heard[2]]
    assert unsigned == ["bad-unsigned"]


SIGNATURE = "x-superoffice-signature"


def test_only_good_ones_verify():
    """What has to be taken verifies, and nothing that has to be refused does."""
    for each in cases.cases(SECRET):
        signature = {name.lower(): value for name, value in each.headers.items()}.get(SIGNATURE, "")
        assert verifies(SECRET, each.body, signature) is each.good, each.id


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine")
@pytest.mark.parametrize("name", ["good-unicode", "bad-empty", "bad-unsigned", "bad-line-end"])
def test_a_line_sends_the_case_again(name):
    """The line of a case that went wrong sends the same body and the same signature."""
    asked = next(each for each in cases.cases(SECRET) if each.id == name)
    with answering(lambda heard: (418, {}, b"")) as server:
        (grade,) = grading.grade(f"{server.url}/", [asked]).grades
        subprocess.run(["bash", "-c", curl.line(grade.request)], capture_output=True, timeout=20, check=True)
        first, second = server.heard

    assert first[3] == second[3]
    assert first[2].get(SIGNATURE) == second[2].get(SIGNATURE)


def answering_once(connection: socket.socket, number: int) -> None:
    """Answer 200 on the first connection, and close all others."""
    if number == 1:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        while connection.recv(4_096):
            pass


def test_a_receiver_that_falls_silent_is_broken():
    """A connection that ends without an answer is named, and the others are asked all the same."""
    asked = cases.cases(SECRET)[:3]
    with accepting(answering_once) as url:
        grades = grading.grade(f"{url}/", asked).grades

    assert [each.status for each in grades] == [200, 0, 0]
    assert all(each.reason.startswith("no answer (") for each in grades[1:])


# ---- the command


def grade(url: str, *options: str) -> Result:
    """One call of the command, in this process."""
    return CliRunner(env={"KEY": SECRET, "COLUMNS": "120"}).invoke(
        main, ["verify-receiver", url, "--secret-env", "KEY", *options]
    )


def test_a_good_receiver_is_kept(tmp_path):
    """The exit status is 0, every case has a row, and the JSON report says the same."""
    file = tmp_path / "grades.json"
    with answering(lambda heard: (strict(heard[2], heard[3]), {}, b"")) as server:
        done = grade(server.url, "--json", str(file))
    report = json.loads(file.read_bytes())

    assert done.exit_code == 0, done.output
    assert [each for each in IDS if each not in done.stdout] == []
    assert "kept: every good delivery is taken and every bad one refused" in done.stdout
    assert report["summary"] == {"kept": len(IDS), "broken": 0}
    assert {each["verdict"] for each in report["cases"]} == {Verdict.KEPT.word}
    assert SECRET not in done.output + file.read_text(encoding="utf-8")


def test_a_careless_receiver_is_broken(tmp_path):
    """The exit status is 1, each case that went wrong has a reason and a line, and no secret is shown."""
    file = tmp_path / "grades.json"
    with answering(lambda heard: (200, {}, b"")) as server:
        done = process("verify-receiver", server.url, "--secret", SECRET, "--json", str(file))
    broken = [each for each in json.loads(file.read_bytes())["cases"] if each["verdict"] == "broken"]

    assert done.returncode == 1, done.stderr
    assert done.stdout.count("    $ curl -sS -i -X POST") == len(BAD) == len(broken)
    assert "taken, though it does not verify" in done.stdout
    assert all(each["command"].startswith("curl") and each["expected"] == "4xx" for each in broken)
    assert SECRET not in done.stdout + done.stderr + file.read_text(encoding="utf-8")


def test_a_receiver_that_is_not_there_cannot_be_graded():
    """The exit status is 3, with one line."""
    done = grade("http://127.0.0.1:9/")

    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (3, "", 1)
    assert "http://127.0.0.1:9/" in done.stderr


def test_redirects_are_not_followed():
    """What is elsewhere is not asked."""
    with (
        answering(lambda heard: (200, {}, b"")) as elsewhere,
        answering(lambda heard: (307, {"Location": elsewhere.url}, b"")) as server,
    ):
        assert grade(server.url).exit_code == 1

    assert elsewhere.heard == []


# ---- where deliveries may go


@pytest.mark.parametrize(
    ("url", "put_together"),
    [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/"),
        ("http://LOCALHOST/hook?a=b#c", "http://localhost/hook?a=b"),
        ("https://[::1]:8443/hook", "https://[::1]:8443/hook"),
        ("http://127.8.9.1/", "http://127.8.9.1/"),
        ("https://test.example.com/hook", "https://test.example.com/hook"),
    ],
)
def test_this_machine_and_allowed_hosts_pass(url, put_together):
    """Loopback in any notation, and hosts that were named."""
    assert endpoint(url, ["Test.Example.com"]) == put_together


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "http://127.0.0.1@example.com/",
        "http://example.com@127.0.0.1/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com\\.127.0.0.1/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://127.0.0.1:99999/",
        "http://[127.0.0.1/",
        "http:///hook",
        "127.0.0.1:5000",
        "file:///etc/passwd",
        "",
    ],
)
def test_everything_else_is_refused(url):
    """Other hosts, and what only looks like this machine."""
    with pytest.raises(NotAllowed):
        endpoint(url, ["test.example.com"])
