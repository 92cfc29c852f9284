"""What may be given as an address of a target, and where a run may go."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

NOWHERE = "https://receiver.invalid"  # a name that never resolves (RFC 2606)


def is_url(text: str) -> bool:
    """True for an http or https URL that names a host."""
    from urllib3.util import parse_url  # which takes a while to load

    try:
        parts = parse_url(text)
        _ = urlsplit(text).port  # a backslash, say, is refused by this one alone
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.host)


def beside_the_base(url: str) -> str:
    """What a URL has that no base URL can have; empty when there is nothing."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return "no user and password are expected in it, but --user, and --password-env or --password-fd"
    return "no ? and no # are expected in it" if parts.query or parts.fragment else ""


def api_url(base: str) -> str:
    """The URL of the API below any base a person may type: host, tenant, or the whole of it."""
    base = base.rstrip("/")
    return base if base.lower().endswith("/api/v1") else f"{base}/api/v1"


def is_loopback(host: str) -> bool:
    """True for this machine: `localhost`, 127.0.0.0/8 and ::1."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def not_allowed(url: str | None, allowed: Iterable[str]) -> str:
    """Why a run may not go to a URL, and what to add; empty for this machine and the allowed hosts."""
    host = (urlsplit(url).hostname or "").lower() if url else "localhost"
    if is_loopback(host) or host in {each.strip("[]").lower() for each in allowed}:
        return ""
    return (
        f"{host} is not this machine, and webhooks would be made, changed and removed there: "
        f"--allow-host {host} says that this is meant"
    )
