"""The command listen, as a process that real requests are sent to."""

from __future__ import annotations

import importlib.util
import json
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3

from contract_tests.listening.cases import Case, cases

from .calls import COMMAND, PATIENCE, Listening, call, environment, listening, send

SECRET = "s3cret"
GOOD, RETRY, *REST = cases(SECRET)
NUMBERS = count(1)


def deliver(running: Listening, case: Case = GOOD, *, box: str = "", **more: str) -> tuple[int, str]:
    """The status of a delivery, by default to a box of its own, and what is printed of it."""
    box = box or f"box-{next(NUMBERS)}"
    url, before = running.url + box, len(running.blocks(f"/{box}:"))
    status, _ = send(url, case.body, **{**case.headers, **more})
    running.wait(lambda: len(running.blocks(f"/{box}:")) > before)
    return status, running.blocks(f"/{box}:")[-1]


@pytest.fixture(scope="module")
def checking() -> Iterator[Listening]:
    """A listener with the secret."""
    with listening("--secret-env", "KEY", KEY=SECRET) as running:
        yield running


def test_a_good_delivery_is_shown(checking):
    """When, what, which attempt, what was answered, and that nothing is wrong with it; then the body."""
    status, said = deliver(checking, box="first")
    time, what, answered, signature, shape, *body = said.split("\n")

    assert status == 200
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} contact\.changed [0-9a-f-]{36}", time)
    assert what == "  POST /first: attempt 1 (X-SuperOffice-Retry 0)"
    assert (answered, signature) == ("  answered 200", "  ✓ signature verifies")
    assert shape == "  ✓ shape as documented"
    assert json.loads("\n".join(body)) == json.loads(GOOD.body)


def test_attempts_are_counted(checking):
    """The second attempt has a number, a pause, and the remark that the first was taken."""
    deliver(checking, box="again")
    _, said = deliver(checking, RETRY, box="again")

    assert re.search(r"attempt 2 \(X-SuperOffice-Retry 1\), \d\.\d\d s after the first, although", said)


def test_a_wrong_signature_is_explained(checking):
    """The reason is beside the verdict."""
    _, said = deliver(checking, next(each for each in REST if each.id == "bad-hex"))

    assert "✗ signature does not verify: it is written in hexadecimal, where base64 is documented" in said


def test_departures_are_listed(checking):
    """Each has a line."""
    _, said = deliver(checking, **{"Content-Type": "text/plain", "User-Agent": "curl/8"})

    assert "✗ header Content-Type: text/plain" in said
    assert "✗ header User-Agent: 'curl/8'" in said


def test_what_senders_write_cannot_command_the_terminal(checking):
    """Control characters are written out, in headers and in the body, and markup is only text."""
    body = '{"a": "\x9b31m\u202e"} [bold]'.encode()
    status, _ = send(f"{checking.url}[red]", body, **{"X-SuperOffice-Event": "\x1b[2J\x07[red]x"})
    checking.wait(lambda: checking.blocks("[bold]"))
    (said,) = checking.blocks("[bold]")

    assert status == 200
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said)
    assert "\\x1b[2J" in said
    assert "[red]x" in said


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff"], ids=["empty", "deep", "bytes"])
def test_every_body_is_answered(checking, body):
    """What is no JSON is shown as such, and taken."""
    status, _ = send(f"{checking.url}any", body)

    assert status == 200
    checking.wait(lambda: checking.blocks("✗ the body is no JSON"))


def test_the_secret_is_never_shown(checking):
    """Nothing that was printed has it."""
    deliver(checking)

    assert SECRET not in checking.said


def test_failures_come_first():
    """Each event fails so many times; a test delivery does not, and another event begins anew."""
    with listening("--fail-first", "2", "--secret", SECRET) as running:
        statuses = [deliver(running, box="box")[0] for _ in range(3)]
        test = next(each for each in REST if each.id == "good-test")

        assert statuses == [500, 500, 200]
        assert deliver(running, test)[0] == 200
        assert deliver(running, REST[0], box="box")[0] == 500
        assert running.end() == "5 deliveries: 5 signed rightly; answered 200: 2, answered 500: 3"


def test_a_status_and_a_delay_are_as_asked_for():
    """Every answer has the status, after the delay, while deliveries are shown at once."""
    with listening("--status", "410", "--delay", "0.2") as running:
        status, seconds = send(f"{running.url}slow", GOOD.body, **GOOD.headers)

        assert status == 410
        assert seconds >= 0.2
        assert running.blocks("answered 410 after 0.2 s")
        assert running.blocks("? signature not checked: signed, but there is no secret here")
        assert running.end(signal.SIGINT) == "1 delivery: 1 not checked; answered 410: 1"


def test_a_port_in_use_is_named(checking):
    """One line says so, and the exit status is 2."""
    port = str(urlsplit(checking.url).port)
    done = call("listen", "--port", port)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"127.0.0.1:{port}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_several_signals_end_it_once():
    """A second signal does not disturb the end."""
    with listening() as running:
        assert running.url
        running.process.send_signal(signal.SIGINT)

        assert running.end() == "0 deliveries"


def test_it_ends_when_nobody_reads():
    """A closed pipe, as of `head`, ends it with 0 instead of leaving senders alone."""
    command = [*COMMAND, "listen", "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=environment()) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3]
        process.stdout.close()
        with suppress(urllib3.exceptions.HTTPError):
            send(url)
        assert process.wait(PATIENCE) == 0


# ---- TLS


tls = pytest.mark.skipif(not importlib.util.find_spec("trustme"), reason="the extra tls is not installed")


@tls
def test_a_certificate_is_made_for_the_run():
    """Who trusts its authority can deliver, whoever else is silent; the failure of others is shown."""
    with listening("--tls", "--secret", SECRET) as running:
        authority = Path(re.findall(r"trust (.*)\)", running.url and running.ready)[0])
        context = ssl.create_default_context(cafile=authority)
        silent = socket.create_connection(("127.0.0.1", urlsplit(running.url).port or 0))
        with silent, urllib3.PoolManager(ssl_context=context, retries=False) as pool:
            answer = pool.request("POST", running.url, body=GOOD.body, headers=dict(GOOD.headers))
        with pytest.raises(urllib3.exceptions.SSLError):
            send(running.url)
        with pytest.raises(urllib3.exceptions.ProtocolError):
            send(running.url.replace("https", "http"))

        assert answer.status == 200
        running.wait(lambda: running.blocks("does not trust the authority"))
        running.wait(lambda: running.blocks("HTTP without TLS"))
        assert running.end().startswith("1 delivery: 1 signed rightly")
        assert not authority.exists()


def test_a_missing_library_is_named(tmp_path):
    """One line says what to install."""
    (tmp_path / "trustme.py").write_text("raise ImportError", encoding="utf-8")
    done = call("listen", "--port", "0", "--tls", PYTHONPATH=str(tmp_path))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("pip install 'superoffice-webhook-contract[tls]'\n")
