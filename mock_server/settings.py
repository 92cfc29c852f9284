"""What a user may decide about the mock; every field has an option of `webhook-mock` or a reason here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which database, which credentials, and how deliveries go out."""

    database: str = "sqlite://"
    # A Redis URL, through which several mocks over one PostgreSQL database share the work of deliveries.
    queue: str | None = None
    # The documentation's own samples send `Basic dGplMDpUamUw`, which is this pair.
    user: str = "tje0"
    password: str = "Tje0"  # noqa: S105  # printed in the documentation
    # None accepts every value that begins as SuperOffice's tickets and tokens do.
    ticket: str | None = None
    token: str | None = None
    authentication: bool = True
    # Names, addresses or networks that deliveries may reach beside this machine.
    targets: tuple[str, ...] = ()
    # Whether a target has to answer the test event with 200 before its webhook is saved.
    ping_on_save: bool = False
    # Whether only https targets may be saved.
    require_https: bool = False
    # A file of certificates that are believed beside those of the machine.
    ca: str | None = None
    # Host and port of a mail server; without one, mails are kept and shown, and not sent.
    smtp: str | None = None
    # Seconds before each attempt, counted from the failure of the one before.
    attempt_delays: tuple[float, ...] = (0.0, 1.0, 4.0)
    # How many times faster the waits between attempts pass.
    clock_scale: float = 1.0
    attempt_limit: float = 10.0
    # How often an event whose attempts all failed goes to the back of the queue and through them again.
    cycles: int = 3
    # Whether 201, 202, 204 and their like are successes, too.
    any_2xx: bool = False
    # Whether an Accept that nothing fits is refused; JSON is answered otherwise.
    strict_accept: bool = False
    # "text" or "json": a line for each request on standard error.
    log: str = "off"
    # Seconds that the body of a request may take to arrive, where `webhook-mock` serves it.
    body_timeout: float = 30.0
    body_limit: int = 4 * MEGABYTE
    entity_limit: int = MEGABYTE
    # How many webhooks a tenant may have; None is as many as it likes.
    tenant_limit: int | None = None
    # Whether `/_mock` is open to everybody who can reach the mock; the command opens it on loopback only.
    control: bool = True
    # What opens it otherwise, and is then asked for wherever the mock listens.
    control_token: str | None = None
    queue_limit: int = 10_000
    # A server to pass everything on to but `/_mock`; its answers are held against the document.
    upstream: str | None = None
    # Seconds without a byte from it, after which the answer is 504.
    upstream_timeout: float = 30.0
    # Whose violations make the end of the command a bad one.
    violations: Literal["server", "all", "none"] = "server"
    # Where what was learned of its webhooks is written at the end, and its traffic as it passes.
    record: Path | None = None
    har: Path | None = None
