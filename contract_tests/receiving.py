"""The receiver of a run as the options want it: its place, its public name and its certificate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contract_tests import embedded
from contract_tests.kit.address import NOWHERE, is_url
from contract_tests.kit.verdicts import CannotStart

if TYPE_CHECKING:  # whoever only reads the options, or starts the mock, has no time to load them
    import ssl

    from contract_tests.kit.receiver import Receiver


class WrongReceiver(CannotStart):
    """The receiver cannot be as the options want it; the text is one line."""


@dataclass(frozen=True, slots=True)
class Reception:
    """The options about the receiver, as they are called on the command line."""

    bind: str = "127.0.0.1"
    url: str | None = None
    none: bool = False
    tls: bool = False
    ca_out: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Host and port of HOST[:PORT]; an IPv6 address stands in brackets when it has a port."""
        host, colon, port = self.bind.rpartition(":")
        is_address = self.bind.count(":") > 1 and not host.endswith("]")
        if not self.bind:
            raise WrongReceiver("--receiver-bind '': HOST or HOST:PORT is expected")
        if not colon or is_address:
            return self.bind.strip("[]"), 0
        if not port.isdecimal() or int(port) > 65535 or not host:
            raise WrongReceiver(f"--receiver-bind {self.bind!r}: HOST or HOST:PORT is expected")
        return host.strip("[]"), int(port)

    @property
    def is_secure(self) -> bool:
        """True when the receiver is to speak TLS."""
        return self.tls or self.cert is not None

    def refuse_contradictions(self) -> None:
        """WrongReceiver for options that do not go together."""
        if (self.cert is None) != (self.key is None):
            raise WrongReceiver("--receiver-cert and --receiver-key go together")
        if self.tls and self.cert is not None:
            raise WrongReceiver("give --receiver-tls or --receiver-cert, not both")
        if self.ca_out is not None and not self.tls:
            raise WrongReceiver("--receiver-ca-out goes with --receiver-tls")
        if self.url is not None and not is_url(self.url):
            raise WrongReceiver(f"--receiver-url {self.url!r}: a URL like https://host:port is expected")
        if self.url is None and _is_everywhere(self.place[0]) and not self.none:
            raise WrongReceiver(
                f"--receiver-bind {self.bind} listens on every address: say with --receiver-url which of "
                "them the target is to use"
            )


def _is_everywhere(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


@contextmanager
def authority(wanted: Reception) -> Iterator[Reception]:
    """The same options, and the file of the authority if there is to be one.

    It is made here, so that a mock that is started next and receivers of other processes know the same one.
    """
    with TemporaryDirectory(prefix="webhook-contract-") as directory:
        if wanted.tls:
            wanted = replace(wanted, ca_out=wanted.ca_out or Path(directory) / "ca.pem")
            _context(wanted)
        yield wanted


@contextmanager
def opened(wanted: Reception) -> Iterator[Receiver]:
    """The receiver for as long as the block runs; WrongReceiver when it cannot be opened."""
    wanted.refuse_contradictions()
    context = _context(wanted) if wanted.is_secure and not wanted.none else None
    receiver = _bound(wanted)
    if wanted.none:
        receiver.close()
        yield receiver
        return
    if context is not None:
        receiver.secure(context)
    with receiver.listening():
        yield receiver


def _bound(wanted: Reception) -> Receiver:
    from contract_tests.kit.receiver import Receiver

    if wanted.none:
        return Receiver(public=wanted.url or NOWHERE)
    host, port = wanted.place
    try:
        return Receiver(host, port, wanted.url)
    except OSError as error:
        raise WrongReceiver(f"--receiver-bind {wanted.bind}: cannot listen there: {error.strerror}") from None


def _context(wanted: Reception) -> ssl.SSLContext:
    from contract_tests.listening import certificate

    if wanted.cert is not None and wanted.key is not None:
        return _given(wanted.cert, wanted.key)
    names = dict.fromkeys(filter(None, (wanted.place[0], urlsplit(wanted.url or "").hostname)))
    try:
        return certificate.lasting(tuple(names), wanted.ca_out)
    except (certificate.NoCertificate, OSError, ValueError) as problem:
        raise WrongReceiver(f"--receiver-tls: {problem}") from None


def _given(cert: Path, key: Path) -> ssl.SSLContext:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key, password=_no_password)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise WrongReceiver(f"--receiver-cert {cert}, --receiver-key {key}: {reason}") from None
    return context


def _no_password() -> str:
    raise ValueError("the key is encrypted, and nobody is there to ask for its password")


def mock(wanted: Reception, clock_scale: float | None = None) -> AbstractContextManager[str]:
    """The embedded mock: it trusts the receiver, and tries it when a webhook is saved, as the pages say."""
    return embedded.serving(_command(wanted, clock_scale))


def mock_ahead(wanted: Reception, clock_scale: float | None = None) -> AbstractContextManager[None]:
    """Starts that mock while the suite is imported, unless it has to wait for an authority."""
    return nullcontext() if wanted.tls else embedded.begun(_command(wanted, clock_scale))


def _command(wanted: Reception, clock_scale: float | None) -> list[str]:
    tries = [] if wanted.none else [embedded.TRIES]
    scale = [] if clock_scale is None else [f"--clock-scale={clock_scale:g}"]
    return embedded.command(*tries, *scale, trusts=wanted.ca_out)
