"""One exchange that has passed, as the checks see it, and what is found in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from mock_server.control.journal import cut, plain
from mock_server.upstream.hops import Headers, value_of
from mock_server.upstream.sending import Answered

Fault = Literal["client", "server", "network"]
FAULTS: tuple[Fault, ...] = ("client", "server", "network")


class Finding(NamedTuple):
    """One departure from the document: whose fault it is, where, what was expected and what came.

    `place` is a part of the exchange such as "answer body", `pointer` a JSON Pointer inside it, and
    `documented` a reference into `openapi/api.yaml`.
    """

    fault: Fault
    place: str
    pointer: str
    expected: str
    got: str
    documented: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A request, and its answer or the reason why there is none."""

    id: int
    tenant: str
    # Seconds since 1970.
    when: float
    seconds: float
    method: str
    # Without the tenant and decoded, with the fixed words as they are documented.
    path: str
    # Path and query as they were sent.
    target: str
    headers: Headers
    body: bytes
    answered: Answered | None
    # Why there is no answer: the type of RFC 9209 and a sentence.
    trouble: tuple[str, str] | None = None

    @property
    def status(self) -> int | None:
        """The status of the server's answer."""
        return self.answered.status if self.answered else None

    def header(self, name: str) -> str | None:
        """A header of the request, by its name in lower case."""
        return value_of(self.headers, name)


def decoded(body: bytes, headers: Headers) -> bytes | None:
    """A body without its coding; None for a coding that nobody here knows."""
    coding = (value_of(headers, "content-encoding") or "identity").strip().casefold()
    if coding not in ("identity", "gzip", "x-gzip", "deflate"):
        return None
    return plain(body, coding)


def text_of(body: bytes, headers: Headers) -> str:
    """A body as text, as much of it as is shown."""
    found = decoded(body, headers)
    return cut(body if found is None else found)
