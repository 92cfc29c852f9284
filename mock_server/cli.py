"""The command `webhook-mock`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mock_server.configuration import configured, demand_sense
from mock_server.errors import CertificateError, StartError, UpstreamError
from mock_server.options import options
from mock_server.usage import Command

if TYPE_CHECKING:
    from socket import socket

    from flask import Flask

    from mock_server.certificates import Certificate
    from mock_server.service import Service
    from mock_server.settings import Settings
    from mock_server.upstream.watch import Upstream

EPILOG = """
Examples:

\b
  webhook-mock
      serves http://127.0.0.1:8080/api/v1, and forgets everything when it ends
  webhook-mock --port 0 --database sqlite:///hooks.db
      takes a free port, and keeps its webhooks in a file
  webhook-mock --database postgresql://me:secret@localhost/hooks
  webhook-mock --upstream https://sod.superoffice.com/Cust12345 --log text
      passes traffic to a real server and back, and tells what is not as documented
  webhook-mock --fault select-ignored
      is wrong in one way on purpose; --list-faults shows which ways there are
  curl -u tje0:Tje0 http://127.0.0.1:8080/api/v1/Webhook/default

Any path before /api is a tenant of its own: http://127.0.0.1:8080/Cust12345/api/v1/Webhook.
The mock sends events to addresses of this machine only, unless --allow-targets opens others.
Every option may stand in the environment as well, --no-auth as WEBHOOK_MOCK_NO_AUTH=1, and in the file
of --config, as no-auth = true; the command line goes first, then the environment, then the file.
"""
# What the mock asks a real server at once.
BRIDGE_THREADS = 128


@configured
@click.command(
    cls=Command,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@options
@click.option(
    "--with-parent",
    metavar="PID",
    type=int,
    envvar="WEBHOOK_MOCK_WITH_PARENT",
    help="End when PID is gone, the process that has started the mock.",
)
@click.option(
    "--health", is_flag=True, help="Ask the mock at --host and --port how it is, and end with 0 or 1."
)
@click.option("--list-faults", is_flag=True, help="Show the faults, each with the clause it breaks, and end.")
@click.option(
    "--json", "as_json", is_flag=True, help="Show them as JSON, with the variations of a good mock."
)
@click.version_option(package_name="superoffice-webhook-contract", prog_name="webhook-mock")
def main(*, list_faults: bool, as_json: bool, health: bool, **options: Any) -> None:
    """Serve a mock of the SuperOffice Webhook web API.

    It remembers webhooks, applies patches, and delivers signed events as the documentation says.
    """
    if as_json and not list_faults:
        raise click.UsageError("--json goes with --list-faults")
    if list_faults:
        _list_faults(as_json=as_json)
    elif health:
        _ask(**options)
    else:
        _serve(**options)


def _list_faults(*, as_json: bool) -> None:
    from mock_server.faults.told import as_text, as_value

    if as_json:
        import json

        click.echo(json.dumps(as_value(), indent=1))
    else:
        click.echo(as_text())


def _ask(*, host: str, port: int, tls: bool, tls_cert: Path | None, **_: Any) -> NoReturn:
    from mock_server.health import is_healthy

    try:
        healthy = is_healthy(host, port, tls=tls or tls_cert is not None)
        came = "something else than 200"
    except OSError as error:
        healthy, came = False, str(error)
    if not healthy:
        click.echo(f"webhook-mock: expected a healthy mock at {host}:{port}, got {came}", err=True)
    sys.exit(0 if healthy else 1)


def _serve(
    *,
    host: str,
    port: int,
    faults: tuple[str, ...],
    seeds: tuple[str, ...],
    with_parent: int | None,
    **options: Any,
) -> None:
    # A signal that comes before the server is there to take it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    if with_parent is not None:
        from mock_server.parent import end_with

        end_with(with_parent)
    # What is made while starting stays: to collect it costs a tenth of the start, and time ever after.
    gc.disable()
    with ExitStack() as stack:
        try:
            demand_sense(click.get_current_context(), options["upstream"])
            certificate = _certificate(
                stack, host, **_taken(options, "tls", "tls_ca_out", "tls_cert", "tls_key")
            )
            app, listener = _started(host, port, faults, **options)
            _seed(app, seeds)
        except StartError as error:
            click.echo(f"webhook-mock: {error}", err=True)
            sys.exit(2)
        gc.freeze()
        # Requests leave hardly any circles behind, and the journal much to look through for them.
        gc.set_threshold(10_000, 10, 10)
        gc.enable()
        status = _run(app, listener, host, certificate)
    # Granian's threads outlive the server, and would trip over an interpreter that is being taken down.
    os._exit(status)


def _taken(options: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: options.pop(name) for name in names}


def _certificate(
    stack: ExitStack,
    host: str,
    *,
    tls: bool,
    tls_ca_out: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> Certificate | None:
    if (tls_cert is None) != (tls_key is None):
        raise CertificateError("--tls-cert and --tls-key go together")
    if tls_ca_out and (tls_cert or not tls):
        raise CertificateError("--tls-ca-out goes with --tls, and not with --tls-cert")
    if tls_cert and tls_key:
        from mock_server.certificates import given

        return given(tls_cert, tls_key)
    if not tls:
        return None
    from tempfile import TemporaryDirectory

    from mock_server.certificates import issued

    return issued(host, Path(stack.enter_context(TemporaryDirectory(prefix="webhook-mock-"))), tls_ca_out)


def _started(host: str, port: int, faults: tuple[str, ...], **options: Any) -> tuple[Flask, socket]:
    from mock_server.serve import is_loopback, listen
    from mock_server.web.app import create_app

    listener = listen(host, port)
    return create_app(_settings(control=is_loopback(listener), **options), faults=faults), listener


def _seed(app: Flask, seeds: tuple[str, ...]) -> None:
    if seeds:
        from mock_server.control.snapshots import seed
        from mock_server.web.app import service_of

        for file in seeds:
            seed(service_of(app), file)


def _settings(*, no_auth: bool, allow_targets: tuple[str, ...], **options: Any) -> Settings:
    from mock_server.settings import Settings

    return Settings(authentication=not no_auth, targets=allow_targets, **options)


def _run(app: Flask, listener: socket, host: str, certificate: Certificate | None) -> int:
    """Serves to the end; the exit status."""
    from mock_server.serve import serve
    from mock_server.web.app import service_of, upstream_of

    service, upstream = service_of(app), upstream_of(app)
    shown, port = (f"[{host}]" if ":" in host else host), listener.getsockname()[1]

    def announce() -> None:
        before = f", before {upstream.address.url}" if upstream else ""
        click.echo(f"webhook-mock ready on http{'s' if certificate else ''}://{shown}:{port}/api/v1{before}")
        service.warm()

    patience = service.settings.body_timeout
    if upstream:
        from mock_server.upstream.sending import LIMIT
        from mock_server.web.bridge import bridged

        # A server that hangs must not keep everybody from the mock's own pages.
        asgi = bridged(app, threads=BRIDGE_THREADS, limit=LIMIT, body_timeout=patience)
        serve(asgi, listener, certificate, ready=announce, asgi=True)
    else:
        serve(app, listener, certificate, body_timeout=patience, ready=announce)
    status = _finished(upstream, service) if upstream else 0
    service.close()
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _finished(upstream: Upstream, service: Service) -> int:
    try:
        upstream.close(service)
    except UpstreamError as error:
        click.echo(f"webhook-mock: {error}", err=True)
        return 2
    click.echo(upstream.summary())
    return upstream.exit_status()
