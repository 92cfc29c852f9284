"""The options that give a secret, which no output ever shows."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., None])


def options(command: Command) -> Command:
    """Give a command the two options."""
    variable = click.option("--secret-env", metavar="VAR", help="Environment variable with the secret.")
    return click.option("--secret", metavar="TEXT", help="The Secret of the webhook.")(variable(command))


def needed(secret: str | None, secret_env: str | None) -> str:
    """The secret of a command that cannot go without."""
    found = given(secret, secret_env)
    if found is None:
        raise click.UsageError("give --secret or --secret-env")
    return found


def given(secret: str | None, secret_env: str | None) -> str | None:
    """The secret, if there is one."""
    if secret is not None and secret_env is not None:
        raise click.UsageError("give one of --secret and --secret-env")
    found = secret if secret_env is None else _variable(secret_env)
    if found == "":
        raise click.UsageError("the secret is empty; a webhook with such a Secret is not signed")
    if found is not None and not _is_utf8(found):
        raise click.UsageError("the secret is not UTF-8")
    return found


def _variable(name: str) -> str:
    if name not in os.environ:
        raise click.UsageError(f"--secret-env {name}: there is no such environment variable")
    return os.environ[name]


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
