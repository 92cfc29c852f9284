"""A receiver that looks at each delivery as it comes, and tells what it saw before it answers."""

from __future__ import annotations

import ssl
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from urllib3 import HTTPHeaderDict

from contract_tests.kit.exchange import Delivery
from contract_tests.kit.receiver import Receiver
from contract_tests.listening.attempts import Answers, Attempt, Attempts
from contract_tests.listening.diagnosis import Finding, diagnose
from contract_tests.listening.incoming import Incoming

# What OpenSSL calls it, and what it means here.
HANDSHAKES = {
    "HTTP_REQUEST": "the sender spoke HTTP without TLS",
    "TLSV1_ALERT_UNKNOWN_CA": "the sender does not trust the authority of the certificate",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "the sender does not trust the certificate",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one delivery."""

    incoming: Incoming
    attempt: Attempt
    status: int
    finding: Finding
    differences: tuple[str, ...]


class Listener(Receiver):
    """Takes every request; `tell` hears of it before the answer, and `lost` of connections that fail."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tell: Callable[[Seen], None],
        lost: Callable[[str], None],
        answers: Answers,
        secret: str | None = None,
    ) -> None:
        super().__init__(host, port)
        self._tell, self._lost = tell, lost
        self._attempts, self._pause = Attempts(answers), answers.delay
        self._secret = secret
        self._server.handle_error = lambda *_: self._report()  # type: ignore[method-assign]

    def take(self, method: str, path: str, headers: HTTPHeaderDict, body: bytes) -> int:
        """Look at one delivery; the status that its sender gets."""
        at = time.monotonic()
        incoming = Incoming(Delivery(method, path, headers, body, 0, at))  # its status is yet to be settled
        attempt, status = self._attempts.count(incoming, at)
        finding = diagnose(self._secret, body, incoming.signature)
        self._tell(Seen(incoming, attempt, status, finding, tuple(incoming.differences())))
        time.sleep(self._pause)
        return status

    def _report(self) -> None:
        """Tell why a connection ended without an answer, unless its sender merely hung up."""
        error = sys.exc_info()[1]
        if isinstance(error, ssl.SSLError):
            self._lost(f"no TLS connection: {HANDSHAKES.get(error.reason, error.reason or str(error))}")
        elif not isinstance(error, OSError):
            self._lost(f"no answer: {error!r}")
