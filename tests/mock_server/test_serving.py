"""The command, and the server as a process."""

from __future__ import annotations

import ctypes
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

BASIC = {"Authorization": "Basic dGplMDpUamUw", "Content-Type": "application/json"}


def ask(port, method="GET", path="/healthz", body=None, **more):
    """Status and body of one request on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, path, body=body, headers=BASIC, **more)
        answer = connection.getresponse()
        return answer.status, answer.read()


def run(*options):
    """The finished command."""
    return subprocess.run(
        [sys.executable, "-m", "mock_server", *options],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_the_ready_line_is_true(served):
    """Once it is printed the mock answers, on a free port, over one connection as often as wished."""
    with served() as (_, port), closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        for _ in range(3):
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            assert json.loads(answer.read())["status"] == "ok"


def test_bodies_of_any_length_and_in_chunks(served):
    """A chunked body is read, and a huge one is refused."""
    body = json.dumps({"TargetUrl": "http://localhost:9/", "Name": "x" * 300}).encode()
    with served() as (_, port):
        chunks = (body[start : start + 50] for start in range(0, len(body), 50))
        status, answer = ask(port, "POST", "/api/v1/Webhook", chunks, encode_chunked=True)
        assert (status, json.loads(answer)["Name"]) == (200, "x" * 300)
        assert ask(port, "POST", "/api/v1/Webhook", b" " * 5_000_000)[0] == 413
        assert ask(port, "POST", "/api/v1/Webhook", b"{")[0] == 400


def test_names_beyond_ascii(served):
    """Prefixes and paths may hold any character, and links lead back."""
    with served() as (_, port):
        path = "/T%C3%B8nsberg/api/v1/Webhook"
        answer = json.loads(ask(port, "POST", path, b'{"TargetUrl": "http://localhost:9/"}')[1])

        assert answer["_Links"]["Self"] == f"http://127.0.0.1:{port}{path}/1"
        assert ask(port, "GET", f"{path}/1")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_runs_is_finished(served, receiving, number):
    """After a signal the request in flight is answered to its end, and the exit status is 0."""
    reached, answers = Event(), []

    def slowly(_):
        reached.set()
        time.sleep(0.4)
        return 200

    with receiving() as receiver, served() as (process, port):
        receiver.answers = slowly
        body = json.dumps({"TargetUrl": receiver.url}).encode()
        asking = Thread(target=lambda: answers.append(ask(port, "POST", "/api/v1/Webhook/Test", body)))
        asking.start()
        assert reached.wait(5)
        process.send_signal(number)
        asking.join(5)

        assert json.loads(answers[0][1])["Success"] is True
        assert process.wait(5) == 0
        assert process.stderr.read() == ""


def test_a_signal_that_wakes_nobody_is_heeded(served):
    """A signal may come to another thread than the one that waits for it."""
    with served() as (process, port):
        ask(port)  # so that there are threads
        threads = {int(each.name) for each in Path(f"/proc/{process.pid}/task").iterdir()} - {process.pid}
        assert ctypes.CDLL(None).tgkill(process.pid, threads.pop(), signal.SIGTERM) == 0
        assert process.wait(5) == 0


def test_an_attempt_in_flight_is_counted(served, receiving, tmp_path):
    """The database knows of the attempt that was running when the mock was asked to stop."""
    database = f"sqlite:///{tmp_path / 'hooks.db'}"
    with receiving() as receiver:
        receiver.answers = lambda _: time.sleep(0.4) or 200
        with served("--database", database) as (process, port):
            body = json.dumps({"TargetUrl": receiver.url, "Events": ["a.b"]}).encode()
            ask(port, "POST", "/api/v1/Webhook", body)
            assert ask(port, "POST", "/api/v1/Webhook/a.b/1")[0] == 204
            receiver.wait()
            process.terminate()
            assert process.wait(5) == 0
    with served("--database", database) as (_, port):
        assert json.loads(ask(port, "GET", "/api/v1/Webhook/1")[1])["TotalCalls"] == 1


def test_what_waits_goes_out_after_the_next_start(served, receiving, tmp_path):
    """SIGTERM finishes the attempt that runs; a file keeps the others, in their order."""
    database = f"sqlite:///{tmp_path / 'hooks.db'}"
    with receiving() as receiver:
        receiver.answers = lambda number: time.sleep(0.5 if number == 1 else 0) or 200
        with served("--database", database) as (process, port):
            body = json.dumps({"TargetUrl": receiver.url, "Events": ["a.b"]}).encode()
            ask(port, "POST", "/api/v1/Webhook", body)
            for key in range(1, 4):
                assert ask(port, "POST", f"/api/v1/Webhook/a.b/{key}")[0] == 204
            receiver.wait()
            process.terminate()
            assert process.wait(5) == 0
        assert len(receiver.got) == 1
        with served("--database", database):
            got = receiver.wait(3)
        assert [json.loads(one.body)["PrimaryKey"] for one in got] == [1, 2, 3]


def test_slow_targets_delay_no_request(served, receiving):
    """While targets keep the mock waiting, it answers."""
    with receiving() as receiver, served() as (_, port):
        receiver.answers = lambda _: time.sleep(1) or 200
        body = json.dumps({"TargetUrl": receiver.url}).encode()
        with ThreadPoolExecutor(6) as pool:
            for _ in range(6):
                pool.submit(ask, port, "POST", "/api/v1/Webhook/Test", body)
            receiver.wait(6)
            start = time.monotonic()
            assert ask(port)[0] == 200
            assert time.monotonic() - start < 0.5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--database", "nonsense"), "nonsense"),
        (("--database", "mysql://me:secret@h/x"), "sqlite:// or postgresql://"),
        (("--database", "sqlite:////nowhere/at/all.db"), "unable to open"),
        (("--database", "postgresql://me:secret@127.0.0.1:1/x"), "127.0.0.1"),
        (("--queue", "redis://127.0.0.1:1"), "postgresql://"),
        (("--fault", "nope"), "'nope'"),
        (("--allow-targets", "10.0.0.0/99"), "'10.0.0.0/99'"),
        (("--allow-targets", "http://example.com"), "a host's name"),
        (("--clock-scale", "nan"), "'nan' is no number"),
        (("--host", "nosuch.invalid"), "nosuch.invalid"),
        (("--port", "70000"), "70000"),
        (("--bogus",), "--bogus"),
    ],
)
def test_options_that_lead_nowhere(options, words):
    """The reason is told in a line, without a traceback and without a password."""
    done = run("--port", "0", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_a_port_that_is_taken():
    """Another listener on the port is noticed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = run("--port", str(listener.getsockname()[1]))

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "in use" in done.stderr


def test_help_and_lists():
    """A newcomer finds examples, the credentials, and the faults."""
    shown = run("--help").stdout

    assert "curl -u tje0:Tje0" in shown
    assert "--allow-targets" in shown
    assert "select-ignored" in run("--list-faults").stdout
    assert run("--version").returncode == 0


def test_options_reach_the_mock(served):
    """Credentials of the command line replace the printed ones; a fault is switched on."""
    with served("--user", "u", "--password", "p", "--fault", "post-created") as (_, port):
        assert ask(port, "GET", "/api/v1/Webhook")[0] == 401
    with served("--no-auth", "--fault", "post-created") as (_, port):
        assert ask(port, "POST", "/api/v1/Webhook", b'{"TargetUrl": "http://h/"}')[0] == 201
