"""One run of the listener, from its ready line to its summary."""

from __future__ import annotations

from contextlib import ExitStack

import click
from rich.console import Console

from contract_tests.listening import certificate
from contract_tests.listening.attempts import Answers
from contract_tests.listening.ending import Ending
from contract_tests.listening.listener import Listener
from contract_tests.listening.printed import Printed


def serve(host: str, port: int, *, secret: str | None, answers: Answers, tls: bool) -> None:
    """Print what comes until somebody ends it."""
    ending = Ending()
    printed = Printed(Console(highlight=False), answers.delay, ending.ask)
    with ExitStack() as stack:
        listener = _listener(host, port, printed=printed, answers=answers, secret=secret)
        trust = _secured(listener, host, stack) if tls else ""
        stack.enter_context(listener.listening())
        checked = "signatures are checked" if secret else "signatures are not checked without a secret"
        click.echo(f"webhook-contract listens on {listener.url}/ ({checked}{trust})")
        ending.wait()
    click.echo(printed.summary())


def _listener(host: str, port: int, *, printed: Printed, answers: Answers, secret: str | None) -> Listener:
    if not host:
        raise click.UsageError("--host: an address is expected, such as 127.0.0.1; 0.0.0.0 is all of them")
    try:
        return Listener(host, port, tell=printed.tell, lost=printed.lost, answers=answers, secret=secret)
    except OSError as error:
        raise click.UsageError(f"cannot listen on {host}:{port}: {error.strerror or error}") from None


def _secured(listener: Listener, host: str, stack: ExitStack) -> str:
    """What the ready line says of the certificate."""
    try:
        context, authority = stack.enter_context(certificate.issued(host))
    except certificate.NoCertificate as problem:
        raise click.UsageError(str(problem)) from None
    listener.secure(context)
    return f"; senders have to trust {authority}"
