"""Who may steer the mock, and from where."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection

import pytest

ANYBODY = {"Authorization": ""}
EVERYWHERE = "0.0.0.0"  # noqa: S104  # a mock that listens everywhere is what is tried


def _ask(port, method, path, headers):
    """Asks a mock in a process of its own."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, headers=headers)
        with closing(connection.getresponse()) as answer:
            return answer.status, answer.read()


def test_on_loopback_it_is_open(api):
    """Without any credentials."""
    assert api("POST", "/_mock/reset", headers=ANYBODY).status_code == 204


def test_elsewhere_it_is_off(make):
    """Whatever is sent, and the refusal says how to turn it on; looks take the credentials of the API."""
    api = make(control=False)
    answer = api("POST", "/_mock/reset", headers={"Authorization": "Bearer 8A:x"})

    assert answer.status_code == 403
    assert "--control-token" in answer.json["Message"]
    assert api("GET", "/_mock/deliveries", headers=ANYBODY).status_code == 403
    assert api("GET", "/_mock/deliveries").status_code == 200
    assert api("GET", "/_mock/snapshot").status_code == 403


@pytest.mark.parametrize("control", [True, False])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("Bearer s3cr3t", 204),
        ("bearer  s3cr3t", 204),
        ("", 401),
        ("Bearer other", 401),
        ("Bearer", 401),
        ("Basic dGplMDpUamUw", 401),
        ("Bearer \xfc", 401),
    ],
)
def test_a_token_is_asked_for(make, control, sent, status):
    """Wherever the mock listens."""
    api = make(control=control, control_token="s3cr3t")
    answer = api("POST", "/Cust1/_mock/reset", headers={"Authorization": sent})

    assert answer.status_code == status
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "s3cr3t" not in answer.text


def test_other_pages_of_a_browser_are_refused(api):
    """A page that somebody happens to read must not empty the mock."""
    assert api("POST", "/_mock/reset", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert api("POST", "/_mock/reset", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 204


@pytest.mark.parametrize(
    ("options", "headers", "status"),
    [
        ((), {}, 204),
        (("--host", "localhost"), {}, 204),
        (("--host", EVERYWHERE), {}, 403),
        (("--host", EVERYWHERE, "--control-token", ""), {"Authorization": "Bearer "}, 403),
        (("--host", EVERYWHERE, "--control-token", "t"), {"Authorization": "Bearer t"}, 204),
        (("--control-token", "t"), {}, 401),
    ],
)
def test_the_command_knows_where_it_listens(served, options, headers, status):
    """Only on a loopback address it is open."""
    with served(*options) as (_, port):
        assert _ask(port, "POST", "/_mock/reset", headers)[0] == status


def test_the_command_seeds(served, tmp_path):
    """Before the first request; a file that is none ends it with one line."""
    file = tmp_path / "seed.json"
    file.write_text('{"webhooks": [{"TargetUrl": "http://h/", "Name": "seeded"}]}')
    with served("--no-auth", "--seed", str(file)) as (_, port):
        assert b"seeded" in _ask(port, "GET", "/api/v1/Webhook/1", {})[1]
    file.write_text("[]")
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--seed", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("webhook-mock: --seed: ")
    assert done.stderr.count("\n") == 1
