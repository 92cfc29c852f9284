"""Mail about failing webhooks: kept for whoever looks, and handed to a mail server if there is one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from queue import Full, Queue
from threading import Lock, Thread
from typing import Any

from mock_server.clock import ticks
from mock_server.errors import MailServerError
from mock_server.lives import Life
from mock_server.shelves import Shelves

SENDER = "webhook-mock@localhost"
PORT = 25
SECONDS = 10.0
WAITING = 1000
# What a tenant may keep, in number and bytes, and what all of them together.
KEPT = 200
BYTES = 1024 * 1024
TOTAL = 16 * BYTES
# What a mail weighs beside its text.
FRAME = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message, and what became of it; without a mail server it is not sent."""

    when: datetime
    webhook_id: int
    reason: str
    to: tuple[str, ...]
    subject: str
    text: str
    sent: bool = False
    error: str | None = None

    def weight(self) -> int:
        """About how many bytes it takes."""
        return FRAME + len(self.text)

    def shown(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "When": ticks(self.when),
            "WebhookId": self.webhook_id,
            "Reason": self.reason,
            "To": list(self.to),
            "Subject": self.subject,
            "Text": self.text,
            "Sent": self.sent,
            "Error": self.error,
        }


class Mails:
    """The latest mails of each tenant, and the way out."""

    def __init__(self, server: str | None) -> None:
        self._server = None if server is None else address(server)
        self._lock = Lock()
        self._kept: Shelves[Mail] = Shelves(Mail.weight, entries=KEPT, weight=BYTES, total=TOTAL)
        # None ends the worker.
        self._waiting: Queue[tuple[str, Mail, Life] | None] = Queue(WAITING)
        self._worker: Thread | None = None

    def post(self, tenant: str, mail: Mail) -> None:
        """Sends it in the background, or just keeps it."""
        life = self._kept.life(tenant)
        if self._server is None:
            self._keep(tenant, mail, life)
            return
        try:
            self._waiting.put_nowait((tenant, mail, life))
        except Full:
            self._keep(tenant, replace(mail, error="too many mails wait for the mail server"), life)
        self._start()

    def find(self, tenant: str, limit: int) -> list[Mail]:
        """The latest mails of a tenant, oldest first."""
        return self._kept.items(tenant)[-limit:] if limit else []

    def clear(self, tenant: str) -> None:
        """Forgets the mails of a tenant, those that wait for the mail server too."""
        self._kept.clear(tenant)

    def close(self) -> None:
        """Sends no more; what waits behind many others may be lost."""
        with suppress(Full):
            self._waiting.put_nowait(None)

    def _keep(self, tenant: str, mail: Mail, life: Life) -> None:
        self._kept.add(tenant, mail, mail.weight(), life)

    def _start(self) -> None:
        with self._lock:
            if self._worker is None:
                self._worker = Thread(target=self._work, name="webhook-mock-mail", daemon=True)
                self._worker.start()

    def _work(self) -> None:
        while (next_one := self._waiting.get()) is not None:
            tenant, mail, life = next_one
            if self._kept.lasts(tenant, life):
                error = self._failure(mail)
                self._keep(tenant, replace(mail, sent=error is None, error=error), life)

    def _failure(self, mail: Mail) -> str | None:
        """Hands it to the mail server, and says what went wrong."""
        try:
            _send(self._server or ("", 0), mail)
        except Exception as error:  # addresses are whatever somebody stored, and email breaks in many ways
            return f"{type(error).__name__}: {error}"
        return None


def address(text: str) -> tuple[str, int]:
    """The host and port of a mail server."""
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = text, str(PORT)
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise MailServerError(f"--smtp: expected host:port, got {text!r}")
    return host, int(port)


def _send(server: tuple[str, int], mail: Mail) -> None:
    # Few mocks ever send one.
    from email.message import EmailMessage
    from email.utils import format_datetime
    from smtplib import SMTP

    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = ", ".join(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.when)
    message.set_content(mail.text)
    with SMTP(*server, timeout=SECONDS) as connection:
        connection.send_message(message, to_addrs=list(mail.to))
