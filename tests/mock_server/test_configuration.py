"""Options of the command from the environment and from a file."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from mock_server import cli, configuration
from mock_server.cli import main

SECRETS = {"password", "token", "ticket", "control-token"}
OPTIONS = {max(each.opts, key=len).lstrip("-"): each for each in main.params}
LASTING = [key for key in OPTIONS if key not in configuration.MOMENTARY]
# A value of each option that is not its default, as the environment has it.
VALUES = {
    "port": "18080",
    "clock-scale": "2.5",
    "log": "json",
    "database": "sqlite:///x.db",
    "tenant-limit": "3",
    "upstream-timeout": "5",
    "violations": "all",
    "body-timeout": "2.5",
}


@pytest.fixture(name="asked")
def _asked(monkeypatch, tmp_path):
    """Runs the command up to the point where it would serve, and returns what it would serve with."""
    monkeypatch.chdir(tmp_path)

    def asked(*arguments, file=None, **environment):
        got = {}
        monkeypatch.setattr(cli, "_serve", lambda **options: got.update(options))
        if file is not None:
            (tmp_path / "mock.toml").write_text(file, encoding="utf-8")
            arguments = (*arguments, "--config", "mock.toml")
        done = CliRunner().invoke(main, arguments, env=environment)
        return got, done

    return asked


def text(key):
    """A value for the environment."""
    option = OPTIONS[key]
    return "1" if option.is_flag else VALUES.get(key, "some.pem" if "tls" in key else "x")


@pytest.mark.parametrize("key", LASTING)
def test_every_option_has_a_variable(asked, key):
    """What the environment says is what the option would have said."""
    flag = OPTIONS[key].is_flag
    by_option, _ = asked(*([f"--{key}"] if flag else [f"--{key}", text(key)]))
    by_variable, done = asked(**{configuration.variable(key): text(key)})

    assert done.exit_code == 0, done.output
    assert by_variable == by_option != asked()[0]


@pytest.mark.parametrize("key", [each for each in LASTING if each not in SECRETS])
def test_every_option_but_secrets_has_a_place_in_the_file(asked, key):
    """A file says the same under the option's long name, in TOML's types."""
    option, value = OPTIONS[key], text(key)
    if option.is_flag:
        value = "true"
    elif option.multiple:
        value = f'["{value}"]'
    elif not isinstance(option.type, click.types.IntParamType | click.types.FloatParamType):
        value = f'"{value}"'
    by_file, done = asked(file=f"{key} = {value}\n")

    assert done.exit_code == 0, done.output
    assert by_file == asked(**{configuration.variable(key): text(key)})[0]


def test_the_nearest_source_wins(asked):
    """Command line, environment, file, default."""
    file = 'port = 1\nuser = "file"\nhost = "file"\nfault = ["a", "b"]\nno-auth = true\n'
    environment = {"WEBHOOK_MOCK_PORT": "2", "WEBHOOK_MOCK_USER": "environment", "WEBHOOK_MOCK_NO_AUTH": "0"}
    got, _ = asked("--port", "3", file=file, **environment)

    assert (got["port"], got["user"], got["host"], got["smtp"]) == (3, "environment", "file", None)
    assert (got["faults"], got["no_auth"]) == (("a", "b"), False)


def test_several_values_in_a_variable(asked):
    """Blanks stand between them; an empty variable says nothing."""
    got, _ = asked(WEBHOOK_MOCK_ALLOW_TARGETS="10.0.0.0/8 example.com", WEBHOOK_MOCK_TOKEN="")

    assert (got["allow_targets"], got["token"]) == (("10.0.0.0/8", "example.com"), None)


def test_a_variable_names_the_file(asked, tmp_path):
    """Where there is no command line, as in a container."""
    (tmp_path / "other.toml").write_text("port = 7\n", encoding="utf-8")

    assert asked(WEBHOOK_MOCK_CONFIG="other.toml")[0]["port"] == 7


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("prot = 1\n", "there is no option prot; did you mean port?"),
        ("PING_ON_SAVE = true\n", "did you mean ping-on-save?"),
        ("zzz = 1\n", "there is no option zzz"),
        ("[mock]\nport = 1\n", "there is no option mock"),
        ("list-faults = true\n", "there is no option list-faults"),
        ('port = "1"\n', "port = '1': a whole number is expected"),
        ("port = 70000\n", "port = 70000"),
        ("no-auth = 1\n", "true or false is expected"),
        ('fault = "a"\n', "a list is expected"),
        ('log = "loud"\n', "log = 'loud'"),
        ("port\n", "mock.toml"),
        ('password = "hidden"\n', "set WEBHOOK_MOCK_PASSWORD"),
        ('Token = "hidden"\n', "set WEBHOOK_MOCK_TOKEN"),
        ('ticket = "hidden"\n', "set WEBHOOK_MOCK_TICKET"),
        ('control-token = "hidden"\n', "set WEBHOOK_MOCK_CONTROL_TOKEN"),
        ('database = "postgresql://me:hidden@h/x"\n', "set WEBHOOK_MOCK_DATABASE"),
        ('queue = "redis://:hidden@h/0"\n', "set WEBHOOK_MOCK_QUEUE"),
    ],
)
def test_files_that_say_something_wrong(asked, file, words):
    """One sentence names the file and the key, and repeats no secret."""
    got, done = asked(file=file)

    assert (got, done.exit_code) == ({}, 2)
    assert words in done.stderr
    assert "mock.toml" in done.stderr
    assert "hidden" not in done.stderr


def test_variables_that_say_something_wrong(asked):
    """The variable is named."""
    _, done = asked(WEBHOOK_MOCK_PORT="tcp://10.0.0.1:80")

    assert done.exit_code == 2
    assert "WEBHOOK_MOCK_PORT" in done.stderr


def test_a_slip_in_a_variable_is_told(asked):
    """It is no error, because others may use the same prefix; tests and clusters do."""
    _, done = asked(WEBHOOK_MOCK_PASWORD="x", WEBHOOK_MOCK_TEST_DATABASE="x", WEBHOOK_MOCK_SERVICE_HOST="x")

    assert done.exit_code == 0
    assert (
        done.stderr == "webhook-mock: WEBHOOK_MOCK_PASWORD is not read; did you mean WEBHOOK_MOCK_PASSWORD?\n"
    )
