"""The certificate of the mock for https: files, or one by a private authority made for this start."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from mock_server.errors import CertificateError

NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its chain, and its key, both PEM files."""

    chain: Path
    key: Path


def issued(host: str, directory: Path, authority_out: Path | None) -> Certificate:
    """One for the host, this machine's name and loopback; clients trust it by the file of the authority."""
    try:
        from trustme import CA
    except ImportError:
        raise CertificateError(
            "--tls needs the package trustme: pip install 'superoffice-webhook-contract[tls]'"
        ) from None
    authority = CA()
    leaf = authority.issue_cert(*dict.fromkeys((host, socket.gethostname(), *NAMES)))
    made = Certificate(directory / "chain.pem", directory / "key.pem")
    for number, blob in enumerate(leaf.cert_chain_pems):
        blob.write_to_path(str(made.chain), append=number > 0)
    leaf.private_key_pem.write_to_path(str(made.key))
    if authority_out is not None:
        _keep(authority.cert_pem.bytes(), authority_out)
    return made


def _keep(pem: bytes, file: Path) -> None:
    try:
        file.write_bytes(pem)
    except OSError as error:
        raise CertificateError(f"--tls-ca-out: cannot write {file}: {error.strerror}") from None


def given(chain: Path, key: Path) -> Certificate:
    """The one in two files, if they belong together."""
    import ssl

    try:
        # Without a password of ours, OpenSSL would ask whoever sits at the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password="")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CertificateError(
            f"--tls-cert {chain}, --tls-key {key}: no certificate and its key: {reason}"
        ) from None
    return Certificate(chain, key)
