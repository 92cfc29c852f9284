"""The options that say how the mock is, in the order of its help."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
WRITTEN = click.Path(path_type=Path, dir_okay=False)


class Finite(click.FloatRange):
    """A number of its range; `nan` is in every one for click."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, or what is wrong with it."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


SERVED = (
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    click.option(
        "--port",
        default=8080,
        show_default=True,
        type=click.IntRange(0, 65535),
        help="Port; 0 takes a free one.",
    ),
    click.option(
        "--database", default="sqlite://", show_default=True, metavar="URL", help="Where webhooks are kept."
    ),
    click.option(
        "--queue",
        metavar="URL",
        help="A Redis (redis://...) through which mocks over one PostgreSQL database share deliveries.",
    ),
    click.option(
        "--seed",
        "seeds",
        multiple=True,
        metavar="FILE",
        help="Begin with webhooks of this snapshot; repeatable.",
    ),
    click.option(
        "--tenant-limit",
        metavar="N",
        type=click.IntRange(min=0),
        help="Refuse more webhooks than N in a tenant.",
    ),
    click.option(
        "--body-timeout",
        default=30.0,
        show_default=True,
        metavar="SECONDS",
        type=Finite(min=0.1, max=3600),
        help="Answer 408 when the body of a request takes longer to arrive.",
    ),
    click.option(
        "--log",
        default="off",
        show_default=True,
        type=click.Choice(("text", "json", "off")),
        help="Write a line for each request to standard error, with its X-Request-Id.",
    ),
)
CALLERS = (
    click.option("--user", default="tje0", show_default=True, help="User of Basic credentials."),
    click.option("--password", default="Tje0", show_default=True, help="Password of Basic credentials."),
    click.option(
        "--ticket", metavar="TEXT", help="The SoTicket to take; by default any that begins with 7T:."
    ),
    click.option("--token", metavar="TEXT", help="The Bearer token to take; by default any of 8A: or 7A:."),
    click.option("--no-auth", is_flag=True, help="Take every request, with any credentials or none."),
    click.option(
        "--control-token",
        metavar="TEXT",
        help="The Bearer token that /_mock asks for; without one it is open, and on loopback only.",
    ),
)
TARGETS = (
    click.option(
        "--allow-targets",
        multiple=True,
        metavar="TARGET",
        help="A network (10.0.0.0/8), an address or a host that events may go to; repeatable.",
    ),
    click.option(
        "--ping-on-save", is_flag=True, help="Save a webhook only if its target answers a test event."
    ),
    click.option("--require-https", is_flag=True, help="Refuse webhooks with http targets."),
    click.option(
        "--ca", metavar="FILE", help="Certificates (PEM) to believe targets by, beside the system's."
    ),
    click.option("--smtp", metavar="HOST:PORT", help="Send mail about failing webhooks through this server."),
    click.option(
        "--clock-scale",
        default=1.0,
        metavar="N",
        type=Finite(min=0.1, max=10_000),
        help="Let the waits between attempts pass N times faster.",
    ),
    click.option("--any-2xx", is_flag=True, help="Take 201, 202 or 204 for a success, not only 200."),
)
ANSWERS = (
    click.option("--strict-accept", is_flag=True, help="Answer 406, not JSON, when Accept fits nothing."),
    click.option("--fault", "faults", multiple=True, metavar="ID", help="Be wrong in this way; repeatable."),
)
PROXY = (
    click.option(
        "--upstream",
        metavar="URL",
        help="Pass everything on to this server, and hold what passes against the document.",
    ),
    click.option(
        "--upstream-timeout",
        default=30.0,
        show_default=True,
        metavar="SECONDS",
        type=Finite(min=0.1, max=3600),
        help="Answer 504 after so long without a byte from it.",
    ),
    click.option(
        "--violations",
        default="server",
        show_default=True,
        type=click.Choice(("server", "all", "none")),
        help="Whose violations make the exit status 1: the server's, the clients' as well, or nobody's.",
    ),
    click.option(
        "--record", type=WRITTEN, metavar="FILE", help="Write what its answers told, for --seed, at the end."
    ),
    click.option(
        "--har", type=WRITTEN, metavar="FILE", help="Write what passes as HTTP Archive, without secrets."
    ),
)
TLS = (
    click.option("--tls", is_flag=True, help="Serve https, with a certificate by a private authority."),
    click.option(
        "--tls-ca-out", type=WRITTEN, metavar="FILE", help="Write that authority to FILE (PEM), for clients."
    ),
    click.option(
        "--tls-cert", type=WRITTEN, metavar="FILE", help="Serve https with this certificate (PEM), and ..."
    ),
    click.option("--tls-key", type=WRITTEN, metavar="FILE", help="... with its key."),
)


def options(command: Command) -> Command:
    """Give a command all of them."""
    for option in reversed((*SERVED, *CALLERS, *TARGETS, *ANSWERS, *PROXY, *TLS)):
        command = option(command)
    return command
