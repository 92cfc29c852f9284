"""A certificate for the receiver, by an authority that lives as long as the run."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

NAMES = ("localhost", "127.0.0.1", "::1")


class NoCertificate(Exception):  # noqa: N818  # the option is at fault, nobody else
    """The library that makes certificates is not installed."""


@contextmanager
def issued(host: str) -> Iterator[tuple[ssl.SSLContext, Path]]:
    """A context with a certificate for the host, and the file of the authority that senders must trust."""
    try:
        import trustme
    except ImportError:
        raise NoCertificate(
            "--tls needs the package trustme: pip install 'superoffice-webhook-contract[tls]'"
        ) from None
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*dict.fromkeys((host, *NAMES))).configure_cert(context)
    with TemporaryDirectory(prefix="webhook-contract-") as directory:
        file = Path(directory) / "ca.pem"
        authority.cert_pem.write_to_path(str(file))
        yield context, file
