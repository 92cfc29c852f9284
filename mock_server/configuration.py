"""Options of `webhook-mock` from the environment and from a file; the command line goes first."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from mock_server.errors import UpstreamError

PREFIX = "WEBHOOK_MOCK_"
SECRETS = ("password", "token", "ticket", "control-token")
# These say what the command does this time, not how the mock is.
MOMENTARY = ("config", "help", "version", "health", "list-faults", "json", "with-parent")
# Far from what tests and clusters call theirs, near to a slip of the finger.
ALIKE = 0.8

# What decides how a mock answers and delivers; a proxy does neither.
OF_THE_MOCK = frozenset(
    {"database", "queue", "user", "password", "ticket", "token", "no_auth"}
    | {"allow_targets", "ping_on_save", "require_https", "smtp", "clock_scale", "any_2xx"}
    | {"strict_accept", "seeds", "tenant_limit", "faults"}
)
OF_A_PROXY = frozenset(("upstream_timeout", "violations", "record", "har"))


def configured(command: click.Command) -> click.Command:
    """Let a command's options come from the environment and from the file of `--config`, too."""
    options = {key: option for key, option in _options(command).items() if key not in MOMENTARY}
    for key, option in options.items():
        option.envvar = name = variable(key)
        # Whoever has only set a variable looks for it in the message.
        option.get_error_hint = partial(_hint, f"'--{key}' (or {name})")  # type: ignore[method-assign]

    def apply(context: click.Context, _: click.Parameter, file: Path | None) -> None:
        _warn(options)
        if file is not None:
            context.default_map = _values(file, options)

    config = click.Option(
        ["--config"],
        metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        envvar=variable("config"),
        is_eager=True,  # before the options that it gives their values
        expose_value=False,
        callback=apply,
        help="Take options from FILE (TOML), under their long names.",
    )
    command.params.append(config)
    return command


def demand_sense(context: click.Context, upstream: str | None) -> None:
    """Refuses options that have nothing to do beside `--upstream` or without it, wherever they come from."""
    for option in context.command.params:
        if context.get_parameter_source(str(option.name)) is ParameterSource.DEFAULT:
            continue
        if upstream is not None and option.name in OF_THE_MOCK:
            raise UpstreamError(f"{option.opts[0]} is about a mock, and --upstream makes a proxy")
        if upstream is None and option.name in OF_A_PROXY:
            raise UpstreamError(f"{option.opts[0]} goes with --upstream")


def _hint(hint: str, _: click.Context | None) -> str:
    return hint


def variable(key: str) -> str:
    """The environment variable of an option."""
    return PREFIX + key.upper().replace("-", "_")


def _options(command: click.Command) -> dict[str, click.Option]:
    """Options by the key that they have in the file: the longest name, without its dashes."""
    found = [each for each in command.params if isinstance(each, click.Option)]
    return {max(each.opts, key=len).lstrip("-"): each for each in found}


def _warn(options: Mapping[str, click.Option]) -> None:
    """Tell of variables that nobody reads; others may begin with the same words, so it is no error."""
    known = {variable(key) for key in (*options, "config")}
    for name in sorted(each for each in os.environ if each.startswith(PREFIX) and each not in known):
        if near := get_close_matches(name, sorted(known), 1, ALIKE + (1 - ALIKE) * len(PREFIX) / len(name)):
            click.echo(f"webhook-mock: {name} is not read; did you mean {near[0]}?", err=True)


def _values(file: Path, options: Mapping[str, click.Option]) -> dict[str, Any]:
    values = {}
    for key, value in _table(file).items():
        _refuse_secret(file, key, value)
        if key not in options:
            raise click.UsageError(f"{file}: there is no option {key}{_nearest(key, options)}")
        values[str(options[key].name)] = _value(file, key, value, options[key])
    return values


def _table(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(f"{file}: {error}") from None


def _refuse_secret(file: Path, key: str, value: object) -> None:
    plain = key.lower().replace("_", "-")
    if plain in SECRETS:
        raise click.UsageError(
            f"{file}: {key} is a secret, and a file is no place for it: set {variable(plain)}"
        )
    if plain in ("database", "queue") and isinstance(value, str) and _has_password(value):
        raise click.UsageError(
            f"{file}: {key} has a password in it, and a file is no place for it: set {variable(plain)}"
        )


def _has_password(url: str) -> bool:
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return False


def _nearest(key: str, options: Mapping[str, click.Option]) -> str:
    near = get_close_matches(key.lower().replace("_", "-"), sorted(options), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _value(file: Path, key: str, value: object, option: click.Option) -> object:
    """The value if it can be the option's; click converts it, and has the last word."""
    kinds, words = _wanted(option)
    if type(value) not in kinds:
        raise click.UsageError(f"{file}: {key} = {value!r}: {words} is expected")
    try:
        option.type_cast_value(click.Context(click.Command(key)), value)
    except click.UsageError as error:
        raise click.UsageError(f"{file}: {key} = {value!r}: {error.message}") from None
    return value


def _wanted(option: click.Option) -> tuple[tuple[type, ...], str]:
    if option.is_flag:
        return (bool,), "true or false"
    if option.multiple:
        return (list,), "a list"
    if isinstance(option.type, click.types.IntParamType):
        return (int,), "a whole number"
    if isinstance(option.type, click.types.FloatParamType):
        return (float, int), "a number"
    return (str,), "a text"
