"""What clients are told when a server does not answer, or not to the end."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import time
from http.client import IncompleteRead

import pytest
import trustme

from tests.mock_server.conftest import receiving
from tests.upstream.servers import proxying, raw, sent


def _hangs(connection: socket.socket) -> bool:
    time.sleep(5)
    return False


def _resets(connection: socket.socket) -> bool:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def _closes(connection: socket.socket) -> bool:
    return False


def _stalls(connection: socket.socket) -> bool:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{")
    return _hangs(connection)


def _babbles(connection: socket.socket) -> bool:
    connection.sendall(b"220 mail.example ESMTP\r\n")
    return False


@pytest.mark.parametrize(
    ("speak", "status", "error"),
    [
        (_hangs, 504, "http_response_timeout"),
        (_stalls, 504, "http_response_timeout"),
        (_resets, 502, "connection_terminated"),
        (_closes, 502, "connection_terminated"),
        (_babbles, 502, "http_protocol_error"),
    ],
)
def test_no_answer(server, proxy, speak, status, error):
    """The proxy says so in its own name, names the server, and blames nobody for what nobody can know."""
    server.speak = speak
    answer = proxy.ask("GET", "/Cust1/api/v1/Webhook")

    assert answer.status == status
    assert answer.values("proxy-status") == [f"webhook-mock; error={error}"]
    assert server.url in answer.json["Message"]
    (found,) = proxy.violations("/Cust1")
    assert (found["fault"], found["status"], found["place"]) == ("network", None, "answer")
    assert error in found["got"]
    proxy.ask("POST", "/Cust1/_mock/reset", headers={})


@pytest.mark.parametrize(
    "part", ["Content-Length: 9\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"]
)
def test_a_body_that_does_not_arrive(server, part):
    """The client gets a 408 and its connection ends; the server hears nothing of it."""
    with proxying(server.url, "--body-timeout", "0.3") as proxy:
        answer = sent(proxy.port, f"POST /api/v1/Webhook HTTP/1.1\r\nHost: h\r\n{part}".encode())

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"expected all of it within 0.3 s" in answer
    assert server.got == []


def test_nobody_listens():
    """502, and the line names the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with proxying(f"http://127.0.0.1:{port}") as proxy:
        answer = proxy.ask("GET", "/api/v1/Webhook")
        assert answer.status == 502
        assert answer.values("proxy-status") == ["webhook-mock; error=connection_refused"]
        assert f"http://127.0.0.1:{port}: Connection refused" in answer.json["Message"]
        # Nobody can tell that the server has broken the document.
        assert proxy.stop() == 0
        assert "1 without an answer" in proxy.out


def test_a_name_that_leads_nowhere():
    """Is told as that."""
    with proxying("http://nowhere.invalid") as proxy:
        answer = proxy.ask("GET", "/api/v1/Webhook")
        assert (answer.status, answer.values("proxy-status")) == (502, ["webhook-mock; error=dns_error"])


@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"WebhookId"',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n{"WebhookId"',
    ],
)
def test_a_body_that_breaks_off(server, proxy, answer):
    """Breaks off for the client as well, where it did; that is the server's violation."""

    def speak(connection: socket.socket) -> bool:
        connection.sendall(answer)
        return False

    server.speak = speak
    with pytest.raises(IncompleteRead) as raised:
        proxy.ask("GET", "/api/v1/Webhook/1")

    assert raised.value.partial == b'{"WebhookId"'
    (found,) = proxy.violations()
    assert (found["fault"], found["status"], found["expected"]) == ("server", 200, "a whole body")


def test_a_circle_is_seen():
    """A proxy before itself refuses, instead of asking itself for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with proxying(f"http://127.0.0.1:{port}", "--port", str(port)) as proxy:
        answer = proxy.ask("GET", "/api/v1/Webhook")
    assert (answer.status, answer.values("proxy-status")) == (
        508,
        ["webhook-mock; error=proxy_loop_detected"],
    )
    assert "leads back to this proxy" in answer.json["Message"]


def test_proxies_may_stand_in_a_row():
    """Each is another one."""
    with raw() as server, proxying(server.url) as inner, proxying(inner.url) as outer:
        assert outer.ask("GET", "/x").status == 204
        assert len(server.got[0].values("via")[0].split(",")) == 2


def test_https_upstream(tmp_path):
    """Certificates are believed that the system or --ca trusts, and no others."""
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1")
    leaf.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    leaf.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with receiving(tmp_path) as receiver:
        with proxying(receiver.url, "--ca", str(tmp_path / "ca.pem")) as proxy:
            assert proxy.ask("POST", "/x", b"hello").body == b"thank you"
            assert receiver.got[0].body == b"hello"
        with proxying(receiver.url) as proxy:
            answer = proxy.ask("POST", "/x", b"hello")
    assert (answer.status, len(receiver.got)) == (502, 1)
    assert answer.values("proxy-status") == ["webhook-mock; error=tls_certificate_error"]
    assert "--ca" in answer.json["Message"]


def refused(*options):
    """The finished command."""
    return subprocess.run(
        [sys.executable, "-m", "mock_server", "--port", "0", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--upstream", "crm.example.com"), "expected an http or https URL"),
        (("--upstream", "ftp://crm.example.com"), "expected an http or https URL"),
        (("--upstream", "http://a:b@crm.example.com"), "without a user"),
        (("--upstream", "http://crm.example.com/?a=b"), "without a query"),
        (("--upstream", "http://crm.example.com:99999"), "expected an http or https URL"),
        (("--upstream", "http://127.0.0.1:9", "--fault", "state-numbered"), "--fault"),
        (("--upstream", "http://127.0.0.1:9", "--seed", "x.json"), "--seed"),
        (("--upstream", "http://127.0.0.1:9", "--no-auth"), "--no-auth"),
        (("--upstream", "http://127.0.0.1:9", "--database", "sqlite:///x.db"), "--database"),
        (("--upstream", "http://127.0.0.1:9", "--har", "no/such/place.har"), "--har"),
        (("--upstream", "http://127.0.0.1:9", "--record", "no/such/place.json"), "--record"),
        (("--upstream", "https://127.0.0.1:9", "--ca", "nowhere.pem"), "nowhere.pem"),
        (("--record", "x.json"), "goes with --upstream"),
        (("--har", "x.har"), "goes with --upstream"),
        (("--violations", "all"), "goes with --upstream"),
    ],
)
def test_options_without_sense(options, words):
    """One line, and 2."""
    done = refused(*options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
