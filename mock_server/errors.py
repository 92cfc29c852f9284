"""What keeps the mock from starting; each is one line on the terminal of whoever started it."""

from __future__ import annotations


class StartError(Exception):
    """An option of the command leads nowhere."""


class DatabaseError(StartError):
    """The database URL leads to nothing the mock can write to."""


class QueueError(StartError):
    """--queue names no Redis, or there is nothing to share through it."""


class PortError(StartError):
    """The address cannot be listened on."""


class CertificateError(StartError):
    """No certificates can be read from the file of --ca."""


class TargetsError(StartError):
    """--allow-targets names nothing that events could go to."""


class MailServerError(StartError):
    """--smtp names no host and port."""


class UnknownFaultError(StartError):
    """Somebody named a fault that does not exist."""


class SeedError(StartError):
    """--seed names no file of webhooks."""


class UpstreamError(StartError):
    """--upstream names no server, or stands beside options that it leaves nothing to do for."""
