"""Reads `webhook-contract.toml`: the options that a project always wants."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, MutableMapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

FILE = "webhook-contract.toml"
TABLE = "check"
SECRETS = ("password", "token", "ticket", "secret", "authorization", "app-token")
PREFIX = "WEBHOOK_CONTRACT"

# What each command knows: all share the table of `check`, and leave alone what is not theirs.
KEYS: dict[str, frozenset[str]] = {}
# Of each group one is meant; what stands nearer to the command line wins.
EITHER = (
    ("user", "token_env", "token_fd", "ticket_env", "ticket_fd"),
    ("password", "password_env", "password_fd"),
    ("only", "profile", "offers"),
)


def configured(command: click.Command) -> click.Command:
    """Let a command's options come from the environment and from a file, too."""
    KEYS[str(command.name)] = frozenset(_names(command.params))
    for key, option in _names(command.params).items():
        option.envvar = f"{PREFIX}_{key.upper().replace('-', '_')}"
    option = click.Option(
        ["--config"],
        metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        envvar=f"{PREFIX}_CONFIG",
        is_eager=True,  # before the options that it gives their values
        expose_value=False,
        callback=lambda context, _option, file: _apply(context, file),
        help=f"Take options from [{TABLE}] of FILE, not from {FILE} of this directory.",
    )
    command.params.append(option)
    return command


def settle(given: MutableMapping[str, Any]) -> None:
    """Forget what a nearer source overrules: a token on the command line, a user in the file."""
    source = click.get_current_context().get_parameter_source
    for group in EITHER:
        present = [name for name in group if given.get(name) is not None]
        ranks = {name: _NEAREST.index(source(name) or _NEAREST[-1]) for name in present}
        for name in present:
            if ranks[name] > min(ranks.values()):
                given[name] = None
    for name in EITHER[1]:
        if given.get("user") is None and source(name) is not ParameterSource.COMMANDLINE:
            given[name] = None


_NEAREST = (
    ParameterSource.COMMANDLINE,
    ParameterSource.ENVIRONMENT,
    ParameterSource.DEFAULT_MAP,
    ParameterSource.DEFAULT,
)


def _apply(context: click.Context, file: Path | None) -> None:
    """Make the file's values the defaults: the command line and the environment go before them."""
    chosen = file or Path(FILE)
    if chosen.is_file():
        known = _names(context.command.params)
        context.default_map = _values(chosen, known, KEYS[TABLE])


def _names(parameters: Iterable[click.Parameter]) -> dict[str, click.Parameter]:
    """Options by the key that they have in the file: the longest name, without its dashes."""
    return {
        max(each.opts, key=len).lstrip("-"): each
        for each in parameters
        if isinstance(each, click.Option) and each.name not in {"config", "help"}
    }


def _values(file: Path, known: Mapping[str, click.Parameter], keys: frozenset[str]) -> dict[str, Any]:
    values = {}
    for key, value in _table(file).items():
        _refuse_secret(file, key)
        if key not in keys:
            raise click.UsageError(f"{file}: [{TABLE}] knows no {key}{_nearest(key, keys)}")
        if key in known:
            values[str(known[key].name)] = _value(file, key, value, known[key])
    return values


def _table(file: Path) -> Mapping[str, Any]:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(f"{file}: {error}") from None
    for name, table in found.items():
        if name != TABLE or not isinstance(table, dict):
            raise click.UsageError(f"{file}: there is no table or key {name}; options stand in [{TABLE}]")
    table = found.get(TABLE, {})
    return table if isinstance(table, dict) else {}


def _refuse_secret(file: Path, key: str) -> None:
    plain = key.lower().replace("_", "-")
    if plain in SECRETS:
        kind = plain if plain in {"password", "token", "ticket"} else "token"
        raise click.UsageError(
            f"{file}: {key} is a secret, and a file is no place for it: name an environment variable with "
            f"{kind}-env, or give --{kind}-fd"
        )


def _nearest(key: str, known: Iterable[str]) -> str:
    near = get_close_matches(key.lower().replace("_", "-"), sorted(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _value(file: Path, key: str, value: object, option: click.Parameter) -> object:
    """The value if it can be the option's; click has the last word when it converts it."""
    wanted = _wanted(option)
    if type(value) not in wanted:
        names = " or ".join(_WORDS[each] for each in wanted)
        raise click.UsageError(f"{file}: {key} = {value!r}: {names} is expected")
    try:
        option.type_cast_value(click.Context(click.Command(key)), value)
    except click.UsageError as error:
        raise click.UsageError(f"{file}: {key} = {value!r}: {error.message}") from None
    return value


_WORDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
}


def _wanted(option: click.Parameter) -> tuple[type, ...]:
    if isinstance(option, click.Option) and option.is_flag:
        return (bool,)
    if option.multiple if isinstance(option, click.Option) else False:
        return (list,)
    if isinstance(option.type, click.types.IntParamType):
        return (int,)
    return (float, int) if isinstance(option.type, click.types.FloatParamType) else (str,)
