"""A target for the deliveries of the long run: good, moody or bad, as its path says."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Thread

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BAD = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 9\r\n\r\nno thanks"
# Every so many requests to a moody target fail, and some connections just end.
MOOD = 4


class Handler(socketserver.StreamRequestHandler):
    """Reads requests as the mock writes them: a head, and a body of the declared length."""

    number = count().__next__

    def handle(self) -> None:
        """Answers until the other side ends the connection."""
        while path := self._asked():
            turn = self.number()
            if path.endswith(b"moody") and turn % (MOOD * 10) == 0:
                return
            fails = path.endswith(b"bad") or (path.endswith(b"moody") and turn % MOOD == 0)
            self.wfile.write(BAD if fails else GOOD)

    def _asked(self) -> bytes:
        try:
            line, length = self.rfile.readline(), 0
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            self.rfile.read(length)
        except OSError:
            return b""
        return line.split()[1] if line else b""


class Target(socketserver.ThreadingTCPServer):
    """Lets many connections wait, and none outlive the run."""

    request_queue_size = 128
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """Says nothing of connections that were broken."""


@contextmanager
def receiving() -> Iterator[str]:
    """The URL of a target, for as long as the block runs."""
    with Target(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
