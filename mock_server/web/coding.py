"""Content codings: gzip and deflate in requests, gzip in answers that are worth it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from mock_server.formats.negotiation import quality
from mock_server.problems import Invalid, TooLarge, Unsupported, shown

Wsgi = Callable[..., Iterable[bytes]]

# What zlib has to expect: the header of gzip, or that of zlib.
WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
IDENTITY = ("", "identity")
# Below it an answer fits into a segment or two, and there is nothing to gain.
WORTH_IT = 2048
FASTEST = 1


def plain(body: bytes, coding: str, limit: int) -> bytes:
    """The body as it was before its sender coded it, up to the limit."""
    name = coding.strip().casefold()
    if name in IDENTITY or not body:
        return body
    if name not in WINDOWS:
        # RFC 9110, 12.5.3: what would be read is said in the refusal.
        raise Unsupported(
            f"Content-Encoding: expected gzip, deflate or identity, got {shown(coding)}",
            {"Accept-Encoding": "gzip, deflate, identity"},
        )
    try:
        return _inflated(body, WINDOWS[name], limit)
    except zlib.error as error:
        raise Invalid(f"body: expected {name}, got {error}") from None


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    found = b""
    while body:
        # Several members may follow each other (RFC 1952, 2.2).
        member = zlib.decompressobj(window)
        found += member.decompress(body, limit + 1 - len(found))
        if len(found) > limit:
            raise TooLarge(f"body: expected at most {limit} bytes when decoded, got more")
        if not member.eof:
            raise zlib.error("an incomplete stream")
        body = member.unused_data
    return found


def compressed(app: Wsgi) -> Wsgi:
    """The application with large answers in gzip, for whoever accepts that."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        if accepted is None or not _takes_gzip(accepted):
            return app(environ, start_response)
        begun: list[Any] = []
        body = app(environ, lambda *told: begun.extend(told))
        length = _length(begun[1])
        if length < WORTH_IT or environ["REQUEST_METHOD"] == "HEAD":
            start_response(*begun)
            return body
        return _coded(body, length, start_response, *begun)

    return answer


def _coded(
    body: Iterable[bytes], length: int, start_response: Any, status: str, headers: Any, *more: Any
) -> Iterable[bytes]:
    whole = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    if len(whole) == length:
        whole = zlib.compress(whole, FASTEST, WINDOWS["gzip"])
        kept = [pair for pair in headers if pair[0].lower() != "content-length"]
        added = {
            "Content-Length": f"{len(whole)}",
            "Content-Encoding": "gzip",
            "Vary": "Accept, Accept-Encoding",
        }
        headers = [*kept, *added.items()]
    start_response(status, headers, *more)
    return [whole]


def _length(headers: Iterable[tuple[str, str]]) -> int:
    """The length that an answer declares; 0 for one that is coded already, or does not say."""
    found = {name.lower(): value for name, value in headers}
    length = found.get("content-length", "")
    return 0 if "content-encoding" in found or not length.isdigit() else int(length)


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    return quality(accepted, ("gzip", "x-gzip", "*")) > 0
