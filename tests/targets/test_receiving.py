"""Where deliveries are received, how targets get there, and what is said when they do not."""

from __future__ import annotations

import importlib.util
import socket
import ssl
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest
import urllib3

from contract_tests import embedded, receiving
from contract_tests.kit.run import Run
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import Blocked, Unproved
from contract_tests.receiving import Reception, WrongReceiver
from tests.strangers import running
from tests.targets.runs import check
from tests.targets.runs import run as called

tls = pytest.mark.skipif(not importlib.util.find_spec("trustme"), reason="the extra tls is not installed")
DELIVERED = "-k", "delivery.event-header"


def has_ipv6() -> bool:
    """True when loopback has an IPv6 address."""
    with closing(socket.socket(socket.AF_INET6)) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True


# ---- where it listens


@pytest.mark.parametrize(
    ("bind", "place"),
    [
        ("127.0.0.1", ("127.0.0.1", 0)),
        ("127.0.0.1:9000", ("127.0.0.1", 9000)),
        ("crm.example.com:80", ("crm.example.com", 80)),
        ("::1", ("::1", 0)),
        ("[::1]", ("::1", 0)),
        ("[::1]:9000", ("::1", 9000)),
    ],
)
def test_a_place_is_a_host_and_perhaps_a_port(bind, place):
    """HOST[:PORT], with brackets where an IPv6 address has a port."""
    assert Reception(bind).place == place


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (Reception("127.0.0.1:http"), "HOST:PORT"),
        (Reception("127.0.0.1:99999"), "HOST:PORT"),
        (Reception("0.0.0.0"), "--receiver-url"),  # noqa: S104  # it is refused
        (Reception("::"), "--receiver-url"),
        (Reception(url="here"), "here"),
        (Reception(cert=Path("a.pem")), "--receiver-key"),
        (Reception(ca_out=Path("a.pem")), "--receiver-tls"),
        (Reception(tls=True, cert=Path("a.pem"), key=Path("a.key")), "--receiver-cert"),
    ],
    ids=lambda each: "" if isinstance(each, str) else repr(each),
)
def test_contradictions_are_refused(wanted, named):
    """What cannot be is said before anything is opened."""
    with pytest.raises(WrongReceiver, match=named), receiving.opened(wanted):
        pass


def test_a_place_that_is_taken_is_named():
    """An address where somebody listens already is a line with the option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(WrongReceiver, match=bind), receiving.opened(Reception(bind)):
            pass


@pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6 here")
def test_it_listens_on_ipv6():
    """The URL of an IPv6 address has brackets, and leads there."""
    with receiving.opened(Reception("::1")) as receiver:
        assert receiver.url.startswith("http://[::1]:")
        assert urllib3.request("POST", f"{receiver.url}/tag/1", body=b"{}").status == 200


@pytest.mark.parametrize("prefix", ["", "/inbox/7"])
def test_deliveries_through_a_tunnel_find_their_mailbox(prefix):
    """Whether a tunnel keeps the path of its URL or cuts it off."""
    with receiving.opened(Reception(url="https://tunnel.example.com/inbox/7/")) as receiver:
        assert receiver.url == "https://tunnel.example.com/inbox/7"
        urllib3.request("POST", f"{receiver.own_url}{prefix}/tag/1", body=b"{}")

        assert len(receiver.all("/tag/1")) == 1
        assert receiver.has_heard("tag")
        assert not receiver.has_heard("other")


# ---- what silence means


def silence(wanted: Reception, target: str = "http://127.0.0.1:9", *, failed: str = "") -> Exception:
    """What a missing delivery comes to."""
    with receiving.opened(wanted) as receiver:
        receiver.failed = failed
        return Run(Target(target), receiver, "tag").silence(Blocked("nothing came"))


def test_a_target_of_this_machine_is_held_to_deliver():
    """It reaches loopback, so silence is its own."""
    assert isinstance(silence(Reception()), Blocked)


@pytest.mark.parametrize(
    ("wanted", "target", "failed", "named"),
    [
        (Reception(), "http://crm.example.com", "", "--receiver-url"),
        (Reception(url="http://tunnel.example.com"), "http://127.0.0.1:9", "", "tunnel.example.com"),
        (Reception(), "http://127.0.0.1:9", "UNKNOWN_CA", "--receiver-ca-out"),
        (Reception(none=True), "http://127.0.0.1:9", "", "--no-receiver"),
    ],
    ids=["elsewhere", "tunnel", "TLS", "none"],
)
def test_silence_that_may_be_ours_proves_nothing(wanted, target, failed, named):
    """Where a delivery may be lost on its way the reason says what to do."""
    said = silence(wanted, target, failed=failed)

    assert isinstance(said, Unproved)
    assert named in str(said)


def test_a_target_that_was_heard_is_held_to_deliver():
    """What has reached us once can reach us again."""
    with receiving.opened(Reception(url="http://tunnel.example.com")) as receiver:
        urllib3.request("POST", f"{receiver.own_url}/tag/1", body=b"{}")

        assert isinstance(
            Run(Target("http://crm.example.com"), receiver, "tag").silence(Blocked("")), Blocked
        )


# ---- TLS


@tls
def test_the_authority_is_kept_and_used_again(tmp_path):
    """The second run has a certificate by the authority of the first, whose key nobody else can read."""
    file = tmp_path / "ca.pem"
    wanted = Reception(tls=True, ca_out=file)
    with receiving.opened(wanted):
        kept = file.read_bytes()
    with receiving.opened(wanted) as receiver:
        pool = urllib3.PoolManager(ca_certs=str(file))
        assert pool.request("POST", f"{receiver.url}/tag/1", body=b"{}").status == 200

    assert file.read_bytes() == kept
    assert stat.S_IMODE((tmp_path / "ca.pem.key").stat().st_mode) == 0o600


@tls
def test_a_certificate_of_ones_own_is_shown(tmp_path):
    """The receiver speaks TLS with the files of --receiver-cert and --receiver-key."""
    import trustme

    authority, cert, key = trustme.CA(), tmp_path / "cert.pem", tmp_path / "key.pem"
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(str(key))
    cert.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    context = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    with receiving.opened(Reception(cert=cert, key=key)) as receiver:
        pool = urllib3.PoolManager(ssl_context=context)
        assert pool.request("POST", f"{receiver.url}/tag/1", body=b"{}").status == 200


@tls
def test_a_sender_without_trust_is_noticed():
    """A failed handshake is remembered with its reason."""
    with receiving.opened(Reception(tls=True)) as receiver:
        with pytest.raises(urllib3.exceptions.HTTPError):
            urllib3.request("POST", f"{receiver.url}/tag/1", body=b"{}", retries=False)
        for _ in range(100):
            if receiver.failed:
                break
            time.sleep(0.05)  # the thread of the connection has its turn

        assert "CA" in receiver.failed


@pytest.mark.parametrize("content", ["", "no certificate"])
def test_files_that_are_no_certificate_are_named(content, tmp_path):
    """A bad file is one line with the options."""
    file = tmp_path / "cert.pem"
    file.write_text(content, encoding="utf-8")

    with (
        pytest.raises(WrongReceiver, match="--receiver-cert"),
        receiving.opened(Reception(cert=file, key=file)),
    ):
        pass


# ---- runs


@tls
def test_a_target_that_insists_on_https_and_pings_is_checked(tmp_path):
    """The mock that refuses http and tries each target is asked as any other."""
    file = tmp_path / "ca.pem"
    with receiving.opened(Reception(tls=True, ca_out=file)):
        pass
    with embedded.mock("--require-https", "--ping-on-save", "--ca", str(file)) as url:
        ran = check("--target", url, "--receiver-tls", "--receiver-ca-out", str(file), *DELIVERED)

    assert ran.verdicts == {"delivery.event-header": "kept"}, ran.out


@tls
def test_a_stranger_that_insists_on_https_and_pings_is_checked(tmp_path):
    """So is a server that shares nothing with the mock."""
    file = tmp_path / "ca.pem"
    with receiving.opened(Reception(tls=True, ca_out=file)):
        pass
    with running(["pings_saves"], authorities=str(file)) as url:
        ran = check("--target", url, "--receiver-tls", "--receiver-ca-out", str(file), *DELIVERED)

    assert ran.verdicts == {"delivery.event-header": "kept"}, ran.out


def test_without_a_receiver_deliveries_are_unproved():
    """They are counted, and the reason says why; the rest of the run goes on."""
    with running() as url:
        ran = check("--target", url, "--no-receiver", *DELIVERED)

    assert ran.status == 0
    assert "--no-receiver" in ran.reasons("unproved")["delivery.event-header"]


def test_a_receiver_that_cannot_be_reached_is_told():
    """Behind a URL that leads nowhere deliveries are unproved, and the reason names the option."""
    with running() as url:
        ran = check("--target", url, "--receiver-url", "http://127.0.0.1:9", *DELIVERED)

    assert ran.status == 0
    assert "--receiver-url" in ran.reasons("unproved")["delivery.event-header"]


@pytest.mark.parametrize(
    "options", [("--receiver-bind", "x:y"), ("--receiver-cert", "no-such")], ids=" ".join
)
def test_wrong_usage_is_one_line(options):
    """Options about the receiver are looked at before the run."""
    ran = called("check", "--target", "http://127.0.0.1:9", *options)

    assert (ran.status, ran.err.count("\n")) == (2, 1)


@tls
@pytest.mark.parametrize("options", [(), ("--jobs", "2")], ids=["alone", "jobs"])
def test_the_embedded_mock_trusts_the_receiver(options):
    """Without a target nobody has to be told of the authority, in however many processes."""
    ran = check("--receiver-tls", *DELIVERED, *options)

    assert ran.verdicts == {"delivery.event-header": "kept"}, ran.out
