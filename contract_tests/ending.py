"""How every command ends: with a status that says what happened, and one line where something went wrong."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

import click

from contract_tests.kit import interruption

USAGE, FAILED = 2, 3
ENDED = 128  # and the number of the signal, as shells have it
HERE = Path(__file__).parent
LENGTH = 300  # characters that are told of an error of ours


class WrongUsage(click.ClickException):
    """What click says in three lines, in one."""

    exit_code = USAGE

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        click.echo(f"webhook-contract: {self.message}", file=file, err=file is None)


class Commands(click.Group):
    """Commands that never end with more than one line about what went wrong."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the options before the command."""
        with _one_line_for_wrong_usage():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Read the command and its options, and run it."""
        _prepare_streams()
        with _one_line_for_anything(), _one_line_for_wrong_usage():
            return super().invoke(ctx)


def _prepare_streams() -> None:
    """A stream that is closed is empty, and what an encoding lacks is printed as an escape."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # until the end
        elif mode == "w" and hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(errors="backslashreplace")


@contextmanager
def _one_line_for_wrong_usage() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise WrongUsage(" ".join(error.format_message().split())) from None


@contextmanager
def _one_line_for_anything() -> Iterator[None]:
    try:
        with interruption.orderly():
            yield
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except KeyboardInterrupt as end:
        _leave("interrupted", getattr(end, "status", ENDED + signal.SIGINT))
    except BrokenPipeError:
        _hush(sys.stdout)
        sys.exit(ENDED + getattr(signal, "SIGPIPE", 13))
    except Exception as error:  # a status of 1 would be a verdict on the target
        if sys.flags.dev_mode:
            traceback.print_exc()
        _leave(_described(error), FAILED)


def _described(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    said = " ".join(str(error).split())[:LENGTH]
    return f"the suite itself failed: {type(error).__name__}: {said} ({_place(error)})"


def _place(error: Exception) -> str:
    """The innermost line of ours; `python -X dev -m contract_tests` shows the others."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if HERE in Path(each.filename).parents]
    return (
        f"{Path(ours[-1].filename).relative_to(HERE)}, line {ours[-1].lineno}" if ours else "not in our code"
    )


def _leave(why: str, status: int) -> NoReturn:
    for each in interruption.SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    click.echo(f"webhook-contract: {why}", err=True)
    sys.exit(status)


def _hush(stream: IO[str] | None) -> None:
    """Nobody reads any more: what is still to be written there goes nowhere, without another complaint."""
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
