"""`doctor` names each thing that keeps a run from beginning, in a line with advice."""

from __future__ import annotations

import importlib.util
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contract_tests.doctor import answers, way
from contract_tests.doctor.findings import Finding, Hopeless
from contract_tests.kit.target import Target, basic
from tests.kit.servers import Answer, Heard, accepting, answering, fine
from tests.strangers import running
from tests.targets.runs import Ran, run

tls = pytest.mark.skipif(not importlib.util.find_spec("trustme"), reason="the extra tls is not installed")


def found(findings: Iterator[Finding]) -> list[Finding]:
    """What was found, up to where nothing further can be."""
    listed = []
    try:
        listed.extend(findings)
    except Hopeless as end:
        return [*listed, end.finding]
    return listed


def doctor(*arguments: str, status: int, **environment: str) -> dict[str, dict[str, str]]:
    """The findings of the command, by what they are about."""
    ran: Ran = run("doctor", "--json", "--wait", "5", *arguments, **environment)
    report = json.loads(ran.out)
    assert ran.status == status, ran.out
    assert report["can_begin"] is (status == 0)
    return {each["about"]: each for each in report["findings"]}


# ---- the way there


@pytest.mark.parametrize(
    ("url", "about", "named"),
    [
        ("https://online3.superoffice.com", "URL", "https://online3.superoffice.com/Cust12345"),
        ("https://sod.superoffice.com/api/v1", "URL", "Cust12345"),
        ("http://127.0.0.1:9/Cust1/api/v1/Webhook/7", "URL", "give http://127.0.0.1:9/Cust1"),
        ("http://127.0.0.1:9/x?y=1", "URL", "before ?"),
        ("http://no-such-host.invalid", "name", "typing error"),
        ("http://127.0.0.1:9", "port", "is this its port"),
    ],
)
def test_a_wrong_way_is_named(url, about, named):
    """The last finding says what is wrong with the URL, the name or the port, and what to do."""
    last = found(way.examine(url))[-1]

    assert (last.mark, last.about) == ("✗", about)
    assert named in f"{last.says} {last.advice}"


def test_http_to_another_network_is_worth_a_word():
    """Credentials that travel unencrypted are told, and no obstacle."""
    first = found(way.examine("http://crm.invalid"))[0]

    assert (first.mark, first.about) == ("?", "URL")
    assert "unencrypted" in first.says


def test_a_port_without_tls_is_told_apart():
    """https to a port that speaks HTTP names the other scheme."""
    with answering(fine) as server:
        last = found(way.examine(server.url.replace("http:", "https:")))[-1]

    assert (last.mark, last.about) == ("✗", "TLS")
    assert f"try {server.url}" in last.advice


@contextmanager
def secured(configure: Callable[[ssl.SSLContext, object], None]) -> Iterator[tuple[str, bytes]]:
    """A server with a certificate of a private authority; its URL, and the authority."""
    import trustme

    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    configure(context, authority)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # broken handshakes are the point
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", authority.cert_pem.bytes()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def good(context, authority):
    """A certificate for this address."""
    authority.issue_cert("127.0.0.1").configure_cert(context)


def misnamed(context, authority):
    """A certificate for another name."""
    authority.issue_cert("elsewhere.example").configure_cert(context)


def expired(context, authority):
    """A certificate of last year."""
    then = datetime.now(UTC) - timedelta(days=1)
    authority.issue_cert("127.0.0.1", not_after=then).configure_cert(context)


@tls
@pytest.mark.parametrize(
    ("configure", "trusts", "named"),
    [
        (good, False, "SSL_CERT_FILE"),
        (misnamed, True, "name that is in the certificate"),
        (expired, True, "renewed"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_bad_certificate_is_said_in_plain_words(configure, trusts, named, tmp_path, monkeypatch):
    """What is wrong with a certificate, and what to do."""
    with secured(configure) as (url, authority):
        (tmp_path / "ca.pem").write_bytes(authority)
        if trusts:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        last = found(way.examine(url))[-1]

    assert (last.mark, last.about) == ("✗", "TLS")
    assert named in f"{last.says} {last.advice}"


@tls
def test_a_private_authority_can_be_trusted(tmp_path, monkeypatch):
    """The advice works: with SSL_CERT_FILE the certificate is good."""
    with secured(good) as (url, authority):
        (tmp_path / "ca.pem").write_bytes(authority)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

        assert found(way.examine(url))[-1].mark == "✓"


# ---- what is answered

HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json"}
CASES: dict[str, tuple[Answer, str, str]] = {
    "another path": ((404, {}, b""), "API", "Cust12345"),
    "the website": ((200, HTML, b"<html><title>CRM</title>"), "API", "'CRM'"),
    "a page without a type": ((200, {}, b"\n<!doctype html>"), "API", "HTML instead of JSON"),
    "no JSON": ((200, {"Content-Type": "text/plain"}, b"hello"), "API", "no JSON"),
    "a login page": ((302, {"Location": "https://id.example/login?back=1"}, b""), "API", "login page"),
    "moved": ((301, {"Location": "/elsewhere"}, b""), "API", "/elsewhere"),
    "plain HTTP": ((400, {}, b"The plain HTTP request was sent to HTTPS port"), "API", "https://127"),
    "broken": ((503, {}, b""), "API", "its log"),
    "refused": (
        (401, {"WWW-Authenticate": 'Bearer realm="x"'}, b"{}"),
        "credentials",
        "it takes Bearer",
    ),
    "forbidden": ((403, {}, b"{}"), "credentials", "--token-env"),
}


def judged(answer: Callable[[Heard], Answer], *, given: bool = False) -> list[Finding]:
    """What is found out about a server that answers so."""
    with answering(answer) as server:
        return found(answers.examine(Target(server.url, basic("u", "p")), given=given))


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_answer_is_named(case):
    """The last finding says what came instead of the API, and what to do."""
    answer, about, named = CASES[case]
    last = judged(lambda _: answer)[-1]

    assert (last.mark, last.about) == ("✗", about)
    assert named in f"{last.says} {last.advice}"


def test_a_redirect_to_https_names_the_url():
    """The same address with the other scheme is what to give."""

    def to_https(heard: Heard) -> Answer:
        return 308, {"Location": f"https://{heard[2]['host']}{heard[1]}"}, b""

    last = judged(to_https)[-1]

    assert "redirects to https" in last.says
    assert last.advice.startswith("give https://127.0.0.1")


def test_ones_own_credentials_are_told_from_the_samples():
    """Whoever gave some is not told to give some."""
    last = judged(lambda _: (401, {}, b""), given=True)[-1]

    assert "yours" in last.says
    assert "--token-env" not in last.advice


def test_silence_is_told_apart_from_a_wrong_port():
    """A server that takes the connection and says nothing is not called closed."""
    with accepting(lambda connection, _number: connection.close()) as url:
        last = found(answers.examine(Target(url), given=False))[-1]

    assert (last.mark, last.about) == ("✗", "HTTP")


@pytest.mark.parametrize(
    ("quirks", "mark", "named"),
    [([], "✓", "agree"), (["clock_ahead"], "?", "ahead"), (["clock_behind"], "?", "behind")],
    ids=["equal", "ahead", "behind"],
)
def test_clocks_that_differ_are_told(quirks, mark, named):
    """A clock that is wrong by more than a minute is named, with the direction."""
    with running(quirks) as url:
        clock = found(answers.examine(Target(url, basic("tje0", "Tje0")), given=False))[-1]

    assert (clock.mark, clock.about) == (mark, "clock")
    assert named in clock.says


def test_an_open_server_is_told():
    """Where nobody has to say who he is that is worth knowing."""
    (first, *_) = judged(lambda _: (200, JSON, b"[]"))

    assert (first.mark, first.about) == ("?", "credentials")


# ---- the whole command


def test_a_good_server_can_be_asked():
    """Every finding about a good server is in order, and what was made is gone."""
    with running(["wrong_credentials_401"]) as url:
        said = doctor("--target", url, status=0)

    assert {each["verdict"] for each in said.values()} == {"fine"}
    assert "targets" not in said
    assert {"URL", "port", "credentials", "API", "clock", "webhooks", "offers", "deliveries", "clean-up"} <= {
        *said
    }


def test_a_part_of_the_operations_is_doubtful():
    """What is missing is named; a run can begin."""
    with running(offer="core") as url:
        said = doctor("--target", url, status=0)

    assert "PUT /Webhook/{id}" not in said["offers"]["says"]  # the last line is that of the agents
    assert "SaveWebhook" in said["offers"]["says"]


def test_a_server_that_pings_is_told():
    """A test event before the answer to a save is a finding."""
    with running(["pings_saves"]) as url:
        assert doctor("--target", url, status=0)["targets"]["verdict"] == "fine"


def test_a_server_that_pings_in_vain_is_told():
    """Where the receiver cannot be reached the advice is --receiver-url."""
    with running(["pings_saves"]) as url:
        said = doctor("--target", url, "--receiver-url", "http://127.0.0.1:9", status=3)

    assert "--receiver-url" in said["webhooks"]["advice"]


@tls
def test_a_server_that_insists_on_https_is_told(tmp_path):
    """The advice is a receiver with TLS."""
    import trustme

    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with running(authorities=str(tmp_path / "ca.pem")) as url:
        said = doctor("--target", url, status=3)

    assert "https" in said["webhooks"]["says"]
    assert "--receiver-tls" in said["webhooks"]["advice"]


def test_a_receiver_out_of_reach_is_doubtful():
    """Without deliveries a run can begin, and says less."""
    with running() as url:
        said = doctor("--target", url, "--receiver-url", "http://127.0.0.1:9", status=0)

    assert said["deliveries"]["verdict"] == "doubtful"
    assert "--receiver-url" in said["deliveries"]["advice"]


def test_lines_have_marks():
    """Without --json there is a line for each finding, and the last one has a cross."""
    ran = run("doctor", "--target", "http://127.0.0.1:9")

    assert ran.status == 3
    assert [line[0] for line in ran.out.splitlines()] == ["✓", "✓", "✗"]
