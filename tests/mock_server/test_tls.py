"""The mock over https, and the question whether it is well."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import urllib.request

import pytest
import trustme


def read(url, trusted, body=None):
    """The answer to a GET, or to a POST, by a client that trusts one authority."""
    context = ssl.create_default_context(cafile=str(trusted))
    headers = {"Authorization": "Basic dGplMDpUamUw", "Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310  # https, as the tests write it
    with urllib.request.urlopen(request, context=context, timeout=30) as answer:  # noqa: S310  # the same
        return json.load(answer)


def run(*options, **environment):
    """The finished command."""
    return subprocess.run(
        [sys.executable, "-m", "mock_server", *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, **environment},
    )


def files(directory, *names):
    """A certificate in two files, and the authority that it is by."""
    authority = trustme.CA()
    leaf = authority.issue_cert(*names)
    leaf.cert_chain_pems[0].write_to_path(str(directory / "cert.pem"))
    leaf.private_key_pem.write_to_path(str(directory / "key.pem"))
    authority.cert_pem.write_to_path(str(directory / "authority.pem"))
    return directory / "cert.pem", directory / "key.pem", directory / "authority.pem"


def test_https_by_a_private_authority(served, tmp_path):
    """Clients that trust the file get answers, under each of the names; links say https; others refuse."""
    out = tmp_path / "ca.pem"
    with served("--tls", "--tls-ca-out", str(out)) as (_, port):
        for name in ("127.0.0.1", "localhost"):
            url = f"https://{name}:{port}/api/v1/Webhook"
            assert read(url, out, b'{"TargetUrl": "http://h/"}')["_Links"]["Archive"] == url
        with pytest.raises(urllib.request.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(f"https://127.0.0.1:{port}/healthz", timeout=30)
        assert run("--health", "--port", str(port), "--tls").returncode == 0
        assert run("--health", "--port", str(port)).returncode == 1


def test_https_by_a_certificate_of_ones_own(served, tmp_path):
    """A certificate in files is shown as it is."""
    cert, key, authority = files(tmp_path, "localhost")
    with served("--tls-cert", str(cert), "--tls-key", str(key)) as (_, port):
        assert read(f"https://localhost:{port}/healthz", authority)["status"] == "ok"
        with pytest.raises(urllib.request.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            read(f"https://127.0.0.1:{port}/healthz", authority)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--tls-cert", "cert.pem"), "go together"),
        (("--tls-key", "key.pem"), "go together"),
        (("--tls-ca-out", "x.pem"), "goes with --tls"),
        (("--tls-cert", "nowhere.pem", "--tls-key", "key.pem"), "nowhere.pem"),
        (("--tls-cert", "authority.pem", "--tls-key", "key.pem"), "authority.pem"),
        (("--tls", "--tls-ca-out", "no/such/place.pem"), "cannot write"),
    ],
)
def test_certificates_that_lead_nowhere(tmp_path, monkeypatch, options, words):
    """The reason is told in a line."""
    files(tmp_path, "localhost")
    monkeypatch.chdir(tmp_path)
    done = run("--port", "0", *options)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr


def test_health(served):
    """0 while the mock answers, 1 with a line that says why not otherwise."""
    with served() as (_, port):
        assert run("--health", WEBHOOK_MOCK_PORT=str(port), WEBHOOK_MOCK_HOST="::").returncode == 1
        assert run("--health", WEBHOOK_MOCK_PORT=str(port)).returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    done = run("--health", "--port", str(port))

    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert done.stderr.count("\n") == 1
