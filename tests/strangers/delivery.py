"""Telling the targets: the body, its signature, the attempts and what follows from failures."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import re
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .hooks import WEB_PROTOCOLS, Hook

if TYPE_CHECKING:
    from .rules import Rules

OURS = {"host", "content-length", "transfer-encoding", "connection", "content-type"}
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it is told to anybody."""

    name: str
    key: int = 0
    changes: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    test: bool = False
    about_hook: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a target answered; status 0 when it could not be asked."""

    status: int
    text: str


class Courier:
    """Delivers events in the background until it is stopped."""

    def __init__(self, rules: Rules, on_disable: Callable[[Hook], None]) -> None:
        self.rules = rules
        self.on_disable = on_disable
        self.stopping = threading.Event()
        self.turn = threading.Lock()

    def send(self, hook: Hook, event: Event) -> None:
        values = self.rules.delivered(hook)
        thread = threading.Thread(target=self.in_turn, args=(hook, values, event), daemon=True)
        thread.start()
        if not self.rules.background:
            thread.join()

    def in_turn(self, hook: Hook, values: dict[str, Any], event: Event) -> None:
        with self.turn if self.rules.one_by_one else contextlib.nullcontext():
            self.cycle(hook, values, event)

    def cycle(self, hook: Hook, values: dict[str, Any], event: Event) -> None:
        """Attempt, wait, attempt again; then give the event up or queue it anew."""
        if self.stopping.wait(self.rules.delay()):
            return
        waits = (0.0, *self.rules.retry_waits)
        while True:
            for retry, wait in enumerate(waits):
                if self.stopping.wait(wait) or not self.is_due(hook, retry):
                    return
                outcome = self.attempt(values, self.rules.event_of_attempt(event, retry), retry)
                if self.note(hook, outcome):
                    return
            if self.rules.error_unit == "cycle":
                self.count(hook)
            if not self.rules.requeues:
                return

    def is_due(self, hook: Hook, retry: int) -> bool:
        state = hook.values["State"]
        return self.rules.reached(state) or (retry > 0 and self.rules.tried_again(state))

    def note(self, hook: Hook, outcome: Outcome) -> bool:
        """Keep the statistics; true when no further attempt is due."""
        hook.calls += 1
        if self.rules.succeeded(outcome.status):
            hook.consecutive = 0 if self.rules.success_resets else hook.consecutive
            return True
        hook.errors += 1
        hook.last_error = self.rules.error_kept(hook.last_error, outcome.text[:4000])
        if outcome.status == 410 and self.rules.gone_disables:
            self.on_disable(hook)
        elif self.rules.error_unit == "attempt":
            self.count(hook)
        return False

    def count(self, hook: Hook) -> None:
        hook.consecutive += 1
        if hook.consecutive >= self.rules.failures_allowed and hook.values["State"] == "Active":
            self.on_disable(hook)

    def attempt(self, values: dict[str, Any], event: Event, retry: int = 0) -> Outcome:
        """One POST to the target."""
        rules = self.rules
        body = rules.payload_text(rules.payload(values, event, rules)).encode()
        headers = delivery_headers(values, event, body, retry, rules)
        try:
            connection, path = opened(values["TargetUrl"] or "", rules.authorities)
        except (ValueError, http.client.InvalidURL) as error:
            return Outcome(0, str(error))
        if rules.http10:
            connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"
        sent: Any = pieces(body) if rules.chunked_deliveries else body
        try:
            connection.request("POST", path, sent, headers, encode_chunked=rules.chunked_deliveries)
            answer = connection.getresponse()
            text = f"{answer.headers}{answer.read(4000).decode(errors='replace')}"
            return Outcome(answer.status, text)
        except (OSError, ValueError, http.client.HTTPException) as error:
            return Outcome(0, f"{type(error).__name__}: {error}")
        finally:
            connection.close()


def opened(url: str, authorities: str | None = None) -> tuple[http.client.HTTPConnection, str]:
    """A connection to a target, not made yet, and the path to ask it for."""
    target = urlsplit(url)
    if target.scheme not in WEB_PROTOCOLS or not target.hostname:
        raise ValueError(f"{url!r} is no URL")
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    if target.scheme == "http":
        return http.client.HTTPConnection(target.hostname, target.port, timeout=TIMEOUT), path
    context = ssl.create_default_context(cafile=authorities)
    return http.client.HTTPSConnection(target.hostname, target.port, timeout=TIMEOUT, context=context), path


def delivery_headers(
    values: dict[str, Any], event: Event, body: bytes, retry: int, rules: Rules
) -> dict[str, Any]:
    """The headers of one attempt: ours, the custom ones, the signature."""
    headers: dict[str, Any] = {
        "User-Agent": "NetServer-Webhook/11.3.8811.1200",
        "Content-Type": "application/json; charset=utf-8",
        "X-SuperOffice-Event": "".join(filter(str.isprintable, event.name)).encode(),
        "X-SuperOffice-EventId": rules.header_event_id(event),
    }
    if retry or rules.first_retry_header:
        headers["X-SuperOffice-Retry"] = str(retry)
    signature = rules.sign(values["Secret"], body)
    if signature is not None and (rules.test_signed or not event.test):
        headers["X-SuperOffice-Signature"] = signature
    if event.test and rules.test_header:
        headers["X-Hook-Test"] = "true"
    if rules.chunked_deliveries:
        headers["Transfer-Encoding"] = "chunked"
    headers = {rules.header_case(name): value for name, value in headers.items()}
    taken = {name.lower() for name in headers} | OURS
    if rules.custom_headers_win:
        taken = OURS
    custom = rules.custom_headers(values["Headers"] or {})
    for name, value in custom.items():
        if name.lower() not in taken and HEADER_NAME.fullmatch(name) and not set(value) & set("\r\n\0"):
            headers = {known: kept for known, kept in headers.items() if known.lower() != name.lower()}
            headers[name] = value.encode()
    return headers | dict(rules.extra_delivery_headers)


def payload(values: dict[str, Any], event: Event, rules: Rules) -> dict[str, Any]:
    """The documented members, with the webhook's own Properties injected."""
    told: dict[str, Any] = {
        "EventId": event.id,
        "Timestamp": (datetime.now(UTC) + timedelta(seconds=rules.skew)).isoformat().replace("+00:00", "Z"),
        "Changes": list(event.changes),
        "Event": event.name,
        "PrimaryKey": event.key,
        "Entity": event.name.rpartition(".")[0] or event.name,
        "ContextIdentifier": "Default",
        "ChangedByAssociateId": 0 if event.about_hook else 7,
        "WebhookName": values["Name"],
    }
    if rules.field_values and not event.test:
        told["FieldValues"] = {}
    if event.about_hook:
        del told["Entity"]
        if not rules.state_event_with_id:
            told["Event"] = "webhook." + event.name.rpartition(".")[2]
    custom = values["Properties"] or {}
    if rules.properties_at == "member":
        return told | {"Properties": custom}
    return told | custom if rules.properties_win else custom | told


def signature(secret: str | None, body: bytes) -> str | None:
    """Base64 of the HMAC-SHA256 over the bytes sent, for a webhook with a secret."""
    if not secret:
        return None
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pieces(body: bytes) -> Iterator[bytes]:
    """Chunks that end inside a character now and then."""
    for start in range(0, len(body), 61):
        yield body[start : start + 61]
