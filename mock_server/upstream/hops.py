"""Which headers belong to one connection, and which go all the way (RFC 9110, 7.6)."""

from __future__ import annotations

from collections.abc import Iterable

Headers = list[tuple[str, str]]

# RFC 9110, 7.6.1; what Connection names comes on top.
OF_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)


def end_to_end(headers: Headers) -> Headers:
    """The headers that the next server should see, in their order."""
    named = {
        word.strip().casefold()
        for name, value in headers
        if name.casefold() == "connection"
        for word in value.split(",")
    }
    left_out = OF_CONNECTION | named
    return [(name, value) for name, value in headers if name.casefold() not in left_out]


def forwarded(headers: Headers, authority: str, pseudonym: str, size: int) -> Headers:
    """The headers of a request as they go on: another Host, one more Via, a length for chunks."""
    chunked = value_of(headers, "transfer-encoding") is not None
    kept = [pair for pair in end_to_end(headers) if pair[0].casefold() not in ("host", "via")]
    if chunked:
        kept = [pair for pair in kept if pair[0].casefold() != "content-length"]
        kept.append(("Content-Length", f"{size}"))
    via = [value for name, value in headers if name.casefold() == "via"]
    return [("Host", authority), *kept, ("Via", ", ".join([*via, f"1.1 {pseudonym}"]))]


def has_passed(headers: Headers, pseudonym: str) -> bool:
    """Whether a request comes back to the proxy that has sent it."""
    return any(pseudonym in value for name, value in headers if name.casefold() == "via")


def value_of(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of a header, several joined by commas; None when it is not there."""
    found = [value for each, value in headers if each.casefold() == name]
    return ", ".join(found) if found else None
