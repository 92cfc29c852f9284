"""The header of an answer, read at a glance where there is nothing odd about it.

The library reads every header with a parser of e-mail, which takes longer than all the rest of an answer.
Whatever is not as plain as nearly all are is left to it.
"""

from __future__ import annotations

import re
from http.client import HTTPMessage, HTTPResponse
from typing import Any

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
LINE = re.compile(rb"(%b):[ \t]*([\t -~]*)\r\n" % TOKEN)
HEAD = re.compile(rb"HTTP/1\.1 ([2-5][0-9]{2}) ([\t -~]*)\r\n((?:%b:[\t -~]*\r\n){,99})\r\n" % TOKEN)
LENGTH = re.compile("[0-9]{1,18}")
NOTHING = {204, 304}  # they have no body, whatever their header says (RFC 9112, section 6.3)
LONGEST = 2**16  # bytes; the library refuses longer lines
ELSEWHERE = "Transfer-Encoding", "Connection"  # what else says where an answer ends, or its connection


class Answer(HTTPResponse):
    """One that begins as the library's do, but sooner."""

    def begin(self, **limits: Any) -> None:
        """Read the header: at once if it is plain and has come as a whole, else as the library does.

        Newer versions of it hand over limits, if somebody has set any; nobody has.
        """
        head = HEAD.match(self.fp.peek(), 0, LONGEST)
        if head is None or not self._begin(int(head[1]), head[3]):
            super().begin(**limits)
            return
        self.reason = head[2].decode().strip()
        self.fp.read(head.end())

    def _begin(self, status: int, lines: bytes) -> bool:
        """Take a header over; False for one that does not say plainly how long the body is."""
        message = HTTPMessage()
        for name, value in LINE.findall(lines):
            message.set_raw(name.decode(), value.decode())
        has_none = status in NOTHING or self._method == "HEAD"  # type: ignore[attr-defined]  # the library's
        lengths = message.get_all("Content-Length", ["0"] if has_none else [])
        if len(lengths) != 1 or not LENGTH.fullmatch(lengths[0]) or any(map(message.get, ELSEWHERE)):
            return False
        self.headers = self.msg = message
        self.code = self.status = status
        self.length = 0 if has_none else int(lengths[0])
        self.version, self.chunked, self.will_close = 11, False, False
        return True
