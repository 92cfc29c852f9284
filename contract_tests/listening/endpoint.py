"""The URL of a receiver under test, taken apart so that nothing but the host that was checked is reached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


class NotAllowed(ValueError):  # noqa: N818  # a refusal, not a failure
    """The URL is none, or its host is not to be written to."""


def endpoint(url: str, allowed: Iterable[str]) -> str:
    """The URL put together anew from its parts; only loopback and the allowed hosts pass."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotAllowed(f"{url!r}: {error}") from None
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(host):
        raise NotAllowed(f"{url!r}: a URL like http://127.0.0.1:5000/webhook is expected")
    if "@" in parts.netloc:
        raise NotAllowed("a URL without user and password is expected")
    if not _is_loopback(host) and host not in {each.strip("[]").lower() for each in allowed}:
        raise NotAllowed(f"{host} is not this machine; --allow-host {host} lets deliveries go there")
    name = f"[{host}]" if ":" in host else host
    place = f"{name}:{port}" if port is not None else name
    return f"{parts.scheme}://{place}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
