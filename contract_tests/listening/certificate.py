"""A certificate for the receiver, by a private authority that lives as long as the run, or as its file."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustme import CA

NAMES = ("localhost", "127.0.0.1", "::1")


class NoCertificate(Exception):  # noqa: N818  # the option is at fault, nobody else
    """The library that makes certificates is not installed."""


@contextmanager
def issued(host: str) -> Iterator[tuple[ssl.SSLContext, Path]]:
    """A context with a certificate for the host, and the file of the authority that senders must trust."""
    authority = _new()
    with TemporaryDirectory(prefix="webhook-contract-") as directory:
        file = Path(directory) / "ca.pem"
        authority.cert_pem.write_to_path(str(file))
        yield _context(authority, (host,)), file


def lasting(hosts: Sequence[str], file: Path | None) -> ssl.SSLContext:
    """A context with a certificate for the hosts.

    The authority is written to the file and its key beside it, so that senders can be told to trust it before
    the next run, which uses it again.
    """
    if file is None:
        return _context(_new(), hosts)
    key = file.with_name(f"{file.name}.key")
    if file.exists() or key.exists():
        authority = _read(file, key)
    else:
        authority = _new()
        _write(authority, file, key)
    return _context(authority, hosts)


def _new() -> CA:
    try:
        from trustme import CA
    except ImportError:
        raise NoCertificate(
            "TLS needs the package trustme: pip install 'superoffice-webhook-contract[tls]'"
        ) from None
    return CA()


def _read(file: Path, key: Path) -> CA:
    kind = type(_new())
    try:
        return kind.from_pem(file.read_bytes(), key.read_bytes())
    except (OSError, ValueError):
        raise ValueError(f"{file} and {key} are no certificate and its key; move them away") from None


def _write(authority: CA, file: Path, key: Path) -> None:
    authority.cert_pem.write_to_path(str(file))
    key.touch(mode=0o600)
    authority.private_key_pem.write_to_path(str(key))


def _context(authority: CA, hosts: Sequence[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*dict.fromkeys((*hosts, *NAMES))).configure_cert(context)
    return context
