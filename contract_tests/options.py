"""The options that say which target, with what credentials, and how it reaches the receiver."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, TypeVar

import click

from contract_tests.kit.address import beside_the_base, is_url, not_allowed
from contract_tests.kit.redaction import without_user
from contract_tests.receiving import Reception, WrongReceiver

Command = TypeVar("Command", bound=Callable[..., Any])
READABLE = click.Path(path_type=Path, exists=True, dir_okay=False)
SECRETS = ("token", "ticket", "password")
# Where a secret stands that came through a file descriptor.
PASSED_ON = "WEBHOOK_CONTRACT_PASSED_{}"

CREDENTIALS = (
    click.option("--user", metavar="U", help="User of the scheme Basic."),
    click.option(
        "--password", metavar="P", help="Its password; others on this machine can see it, so better:"
    ),
    click.option("--password-env", metavar="VAR", help="Environment variable with the password."),
    click.option("--password-fd", metavar="N", type=int, help="File descriptor to read the password from."),
    click.option("--token-env", metavar="VAR", help="Environment variable with a Bearer token."),
    click.option("--token-fd", metavar="N", type=int, help="File descriptor to read a Bearer token from."),
    click.option("--ticket-env", metavar="VAR", help="Environment variable with a SoTicket ticket."),
    click.option("--ticket-fd", metavar="N", type=int, help="File descriptor to read a ticket from."),
)
RECEIVER = (
    click.option(
        "--receiver-bind",
        metavar="HOST[:PORT]",
        default="127.0.0.1",
        show_default=True,
        help="Where deliveries are received.",
    ),
    click.option(
        "--receiver-url", metavar="URL", help="How the target reaches it: a tunnel, or another name."
    ),
    click.option("--no-receiver", is_flag=True, help="Observe no deliveries."),
    click.option(
        "--receiver-tls", is_flag=True, help="Receive https, with a certificate by a private authority."
    ),
    click.option(
        "--receiver-ca-out",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Keep this authority in FILE, for the target to trust, and its key in FILE.key.",
    ),
    click.option(
        "--receiver-cert", metavar="FILE", type=READABLE, help="Receive https with this certificate."
    ),
    click.option("--receiver-key", metavar="FILE", type=READABLE, help="The key of that certificate."),
)


TARGET = click.option(
    "--target", metavar="URL", help="Base URL of the implementation; without it a mock is started."
)
ALLOWED = click.option(
    "--allow-host", metavar="HOST", multiple=True, help="A host beside this machine; repeatable."
)


def target_options(command: Command) -> Command:
    """Give a command the options above."""
    return _with(command, (TARGET, *CREDENTIALS, ALLOWED, *RECEIVER))


def credential_options(command: Command) -> Command:
    """Give a command that receives nothing those of them that it needs, but for the target."""
    return _with(command, (*CREDENTIALS, ALLOWED))


def _with(command: Command, options: Iterable[Callable[[Command], Command]]) -> Command:
    for option in reversed([*options]):
        command = option(command)
    return command


def refuse_bad_usage(given: Mapping[str, Any]) -> None:
    """UsageError for what does not go together."""
    target = given["target"]
    if target is not None and not is_url(target):
        raise click.UsageError(f"--target {target!r}: a URL like http://host:port/tenant is expected")
    if target is not None and (trouble := beside_the_base(target)):
        raise click.UsageError(f"--target {without_user(target)}: {trouble}")
    _refuse_two(given, ("user", "token_env", "token_fd", "ticket_env", "ticket_fd"))
    _refuse_two(given, ("password", "password_env", "password_fd"))
    _refuse_two(given, ("profile", "offers", "only"))
    if given["user"] is None and any(given[each] is not None for each in _of("password")):
        raise click.UsageError("--password goes with --user")
    if refusal := not_allowed(target, given["allow_host"]):
        raise click.UsageError(refusal)
    try:
        if "receiver_bind" in given:
            reception(given).refuse_contradictions()
    except WrongReceiver as problem:
        raise click.UsageError(str(problem)) from None


def _refuse_two(given: Mapping[str, Any], names: Iterable[str]) -> None:
    twice = [f"--{name.replace('_', '-')}" for name in names if given.get(name) is not None]
    if len(twice) > 1:
        raise click.UsageError(f"give one of {' and '.join(twice)}")


def _of(secret: str) -> tuple[str, ...]:
    return (secret, f"{secret}_env", f"{secret}_fd")


def reception(given: Mapping[str, Any]) -> Reception:
    """The options about the receiver."""
    return Reception(
        bind=given["receiver_bind"],
        url=given["receiver_url"],
        none=given["no_receiver"],
        tls=given["receiver_tls"],
        ca_out=given["receiver_ca_out"],
        cert=given["receiver_cert"],
        key=given["receiver_key"],
    )


def read_descriptors(given: MutableMapping[str, Any]) -> None:
    """Read the secrets that come through file descriptors, once; later they are found in the environment."""
    for secret in SECRETS:
        number = given.pop(f"{secret}_fd")
        if number is not None:
            variable = PASSED_ON.format(secret.upper())
            os.environ[variable] = _read(number, f"--{secret}-fd {number}")
            given[f"{secret}_env"] = variable


def _read(number: int, option: str) -> str:
    try:
        with os.fdopen(number, encoding="utf-8") as source:
            text = source.read(65_536).rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise click.UsageError(f"{option}: cannot be read: {reason}") from None
    if not text:
        raise click.UsageError(f"{option}: there is nothing to read")
    return text


def arguments(given: Mapping[str, Any]) -> list[str]:
    """The options as the pytest plugin takes them."""
    named = ((name.replace("_", "-"), each) for name, value in given.items() for each in _each(value))
    return [f"--{name}" if value is True else f"--{name}={value}" for name, value in named]


def _each(value: object) -> Iterable[object]:
    if isinstance(value, tuple):
        return value
    return () if value is None or value is False else (value,)
