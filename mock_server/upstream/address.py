"""The server that `--upstream` names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from mock_server.errors import UpstreamError


@dataclass(frozen=True, slots=True)
class Address:
    """Where requests go; `base` stands before each path, and is empty or begins with a slash."""

    scheme: str
    host: str
    port: int
    base: str

    @property
    def authority(self) -> str:
        """What the header Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """As messages name it."""
        return f"{self.scheme}://{self.authority}{self.base}"


PORTS = {"http": 80, "https": 443}
# Who copies the address of the API means the server that it is on.
API = "/api/v1"


def parsed(text: str) -> Address:
    """The address of a URL that somebody wrote."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UpstreamError(f"--upstream: expected an http or https URL, got {text!r}: {error}") from None
    if parts.scheme not in PORTS or not host:
        raise UpstreamError(f"--upstream: expected an http or https URL, got {text!r}")
    if "@" in parts.netloc:
        raise UpstreamError(
            "--upstream: expected a URL without a user; credentials are those of each request"
        )
    if parts.query or parts.fragment:
        raise UpstreamError(f"--upstream: expected a URL without a query and a fragment, got {text!r}")
    base = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
    base = base[: -len(API)] if base.lower().endswith(API) else base
    return Address(parts.scheme, host, port or PORTS[parts.scheme], base)
