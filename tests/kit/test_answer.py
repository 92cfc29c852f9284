"""Headers of answers: read at a glance or as the library does, what is found in them is the same."""

from __future__ import annotations

import http.client
import io
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract_tests.kit.answer import Answer

BUFFER = 2**17  # bytes, as in the newest versions; in older ones it holds less than the longest line
FOUND = ("status", "reason", "version", "chunked", "will_close", "length")
PLAIN = {
    "with a body": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "without a body": b"HTTP/1.1 204 No Content\r\nDate: Sun, 22 Nov 2026 12:00:00 GMT\r\n\r\n",
    "a length of nothing": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
    "no words": b"HTTP/1.1 404 \r\ncontent-length:0\r\n\r\n",
    "blanks around the words": b"HTTP/1.1 200 \tOK \r\nContent-Length: 0\r\n\r\n",
    "names twice": b"HTTP/1.1 200 OK\r\nVary: a\r\nvary:\tb \r\nX:\r\nContent-Length: 0\r\n\r\n",
    "as many lines as may be": b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 98 + b"Content-Length: 2\r\n\r\n{}",
}
ODD = {
    "a version of old": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "an end": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunks and a length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n0\r\n",
    "no length": b"HTTP/1.1 200 OK\r\n\r\n{}",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length below nothing": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
    "a length in words": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
    "a length in other digits": "HTTP/1.1 200 OK\r\nContent-Length: ٢\r\n\r\n{}".encode(),
    "an endless length": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n{}",
    "a word before": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a hint before": b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    "lines of old": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    "a fold": b"HTTP/1.1 200 OK\r\nX: one\r\n two\r\nContent-Length: 2\r\n\r\n{}",
    "a blank before the colon": b"HTTP/1.1 200 OK\r\nX : one\r\nContent-Length: 2\r\n\r\n{}",
    "no colon": b"HTTP/1.1 200 OK\r\nX\r\nContent-Length: 2\r\n\r\n{}",
    "no name": b"HTTP/1.1 200 OK\r\n: one\r\nContent-Length: 2\r\n\r\n{}",
    "another script": "HTTP/1.1 200 Så\r\nX: ø\r\nContent-Length: 2\r\n\r\n{}".encode(),
    "a long line": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
    "a line that is too long": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
    "many lines": b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 101 + b"Content-Length: 2\r\n\r\n{}",
    "a line too many": b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 99 + b"Content-Length: 2\r\n\r\n{}",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a high status": b"HTTP/1.1 600 Odd\r\nContent-Length: 2\r\n\r\n{}",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "half a header": b"HTTP/1.1 200 OK\r\nContent-Le",
    "nothing": b"",
}
TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("\t\r\n:\x85å"), max_size=9
)
NAME = st.sampled_from(["Content-Length", "Connection", "Transfer-Encoding", "X-A", "x-a", "Vary"]) | TEXT
STATUS = st.sampled_from(["200 OK", "201 ", "204", "304 ", "99 x", "500 é"])
PLAINLY = st.sampled_from(
    [("Content-Length", "2"), ("X-B", "plain"), ("Date", "Sun, 22 Nov 2026 12:00:00 GMT")]
)
VALUE = st.sampled_from(["2", "close", "chunked", " a ", "identity", "keep-alive"]) | TEXT


class Wire:
    """A socket from which an answer comes, as a whole or in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(Pieces(iter(self.pieces)), BUFFER)


class Pieces(io.RawIOBase):
    """One piece for each time that somebody reads."""

    def __init__(self, left: Iterator[bytes]) -> None:
        self.left = left

    def readable(self) -> bool:
        return True

    def readinto(self, into) -> int:
        piece = next(self.left, b"")
        into[: len(piece)] = piece
        return len(piece)


def read(kind: type[HTTPResponse], *pieces: bytes, method: str = "GET") -> object:
    """All that is found in an answer, and its body; or the kind of the failure."""
    answer = kind(Wire(*pieces), method=method)
    try:
        answer.begin()
        found = [getattr(answer, name) for name in FOUND]
        return found, answer.headers.items(), answer.code == answer.status, answer.read()
    except HTTPException as problem:
        return type(problem), str(problem)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", [*PLAIN, *ODD])
def test_an_answer_is_what_the_library_finds_in_it(kind, method):
    whole = (PLAIN | ODD)[kind]

    assert read(Answer, whole, method=method) == read(HTTPResponse, whole, method=method)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_answer_is_read_at_a_glance(kind, monkeypatch):
    wanted = read(HTTPResponse, PLAIN[kind])
    monkeypatch.setattr(http.client, "parse_headers", None)

    assert read(Answer, PLAIN[kind]) == wanted


@pytest.mark.parametrize("at", [1, 9, 20, 45, 68])
def test_an_answer_may_come_in_pieces(at):
    whole = PLAIN["with a body"]

    assert read(Answer, whole[:at], whole[at:]) == read(HTTPResponse, whole)


@given(st.lists(st.tuples(NAME, VALUE) | PLAINLY, max_size=4), STATUS)
@example([("a", "b\rContent-Length: 3")], "200 OK")
def test_whatever_comes_is_what_the_library_finds_in_it(headers, status):
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    whole = f"HTTP/1.1 {status}\r\n{lines}\r\n2\r\n{{}}\r\n0\r\n\r\n".encode()

    assert read(Answer, whole) == read(HTTPResponse, whole)
