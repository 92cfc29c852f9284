"""What is wrong with a call of `webhook-mock`, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class WrongUsage(click.ClickException):
    """What click says in four lines."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Prints the line."""
        click.echo(f"webhook-mock: {self.message}", file=file, err=file is None)


class Command(click.Command):
    """A command whose wrong usage is one line."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Reads the options."""
        with _in_one_line():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        with _in_one_line():
            return super().invoke(ctx)


@contextmanager
def _in_one_line() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        raise WrongUsage(" ".join(error.format_message().split())) from None
