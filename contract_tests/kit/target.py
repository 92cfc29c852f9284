"""The implementation under test: one door for every request, and a memory of what went through it."""

from __future__ import annotations

import json as jsonlib
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from urllib3 import HTTPHeaderDict
from urllib3.exceptions import NewConnectionError

from contract_tests.kit import connection, silence
from contract_tests.kit.address import api_url, is_loopback
from contract_tests.kit.exchange import Exchange, Json, Request
from contract_tests.kit.interruption import finished_first
from contract_tests.kit.ledger import NO_DEED, Deed, Ledger
from contract_tests.kit.pace import Pace
from contract_tests.kit.verdicts import NoAnswer

UNSET: Final = object()
CLAUSE = "X-Contract-Clause"  # the header that names the clause that a request is sent for
USER_AGENT = "webhook-contract/0.1"
FIRST_TIMEOUT = 10.0  # seconds
RECENT = 400  # exchanges kept of one check; a failure prints the last of them


@dataclass(slots=True)
class Target:
    """Sends requests to one implementation and keeps the exchanges of the current check.

    `ledger` knows whose webhooks are whose; nothing is sent against it, and `pace` says when.
    """

    base: str
    credentials: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    clause: str = ""
    requests: int = 0
    recent: list[Exchange] = field(default_factory=list)
    observers: list[Callable[[Exchange], None]] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    pace: Pace = field(default_factory=Pace)
    has_answered: bool = False
    has_webhooks: bool = True  # a receiver has none, so nothing there can be somebody else's
    _connections: connection.Connections = field(init=False)

    def __post_init__(self) -> None:
        self.base = api_url(self.base)
        self._connections = connection.Connections(self.base, self.timeout)

    @property
    def is_local(self) -> bool:
        """True when the target runs on this machine, so that it can reach our receiver."""
        return is_loopback(urlsplit(self.base).hostname or "")

    @property
    def made(self) -> dict[int, Exchange]:
        """The webhooks that the run has made, and the answers that told so."""
        return self.ledger.made

    def send(
        self,
        method: str,
        path: str,
        *,
        json: Json = UNSET,
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Send one request below the API's base path; NoAnswer when none comes back."""
        sent = dict(self.credentials if credentials is None else credentials)
        sent |= {"Accept": "application/json", "User-Agent": USER_AGENT}
        if self.clause:
            sent[CLAUSE] = self.clause
        if json is not UNSET:
            body = jsonlib.dumps(json, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        if query:
            path = f"{path}?{urlencode(query, quote_via=quote, safe='$,/')}"
        return self.exchange(Request(method, path, self.base + path, sent, body))

    def exchange(self, request: Request) -> Exchange:
        """Send what was prepared elsewhere and remember the exchange; Trespass, Busy, or NoAnswer."""
        deed = self.ledger.permit(request, self.base) if self.has_webhooks else NO_DEED
        exchange, attempt, spent = self._sent(request, deed), 0, 0.0
        while (pause := self.pace.pause(exchange, attempt, spent)) is not None:
            time.sleep(pause)
            exchange, attempt, spent = self._sent(request, deed), attempt + 1, spent + pause
        self._remember(exchange)
        return exchange

    def _sent(self, request: Request, deed: Deed) -> Exchange:
        self.pace.take_turn()
        self.requests += 1
        with finished_first():
            exchange = self._answer(request)
            self.ledger.note(deed, exchange)
        return exchange

    def _answer(self, request: Request) -> Exchange:
        for attempt in (1, 2):
            began = time.monotonic()
            try:
                exchange = self._connections.ask(request, self._patience)
            except connection.FAILURES as error:
                # A server may close an idle connection just as we use it (RFC 9112, section 9.3.1).
                if attempt == 1 and connection.is_broken(error) and time.monotonic() - began < 1:
                    continue
                raise self._silence(request, error) from None
            self.has_answered = True
            return exchange
        raise AssertionError  # pragma: no cover  # the second attempt returns or raises

    @property
    def _patience(self) -> float:
        """The seconds for an answer, fewer where none has ever come: nobody wants to watch a dead target."""
        return self.timeout if self.has_answered else min(self.timeout, FIRST_TIMEOUT)

    def _silence(self, request: Request, error: Exception) -> NoAnswer:
        lost = Exchange(request, 0, HTTPHeaderDict(), b"")
        self._remember(lost)
        is_gone = self.has_answered and isinstance(error, NewConnectionError)
        return NoAnswer(silence.reason(error, self._patience), lost, is_gone=is_gone)

    def _remember(self, exchange: Exchange) -> None:
        self.recent.append(exchange)
        del self.recent[:-RECENT]
        for observer in self.observers:
            observer(exchange)

    def begin(self) -> None:
        """Forget the exchanges so far: another check, or another example of one, begins."""
        self.recent.clear()


def basic(user: str, password: str) -> dict[str, str]:
    """Credentials of the scheme Basic (RFC 7617, in UTF-8)."""
    return scheme("Basic", b64encode(f"{user}:{password}".encode()).decode())


def scheme(name: str, value: str) -> dict[str, str]:
    """Credentials of a scheme that takes a token or a ticket as it is."""
    return {"Authorization": f"{name} {value}"}
