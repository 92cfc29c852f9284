"""Options come from the command line, the environment and a file, and secrets from the environment alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.strangers import running
from tests.targets.runs import Ran, check, run

# Nobody listens there, so that a run ends at once and names the target that it took.
FIRST, SECOND, THIRD = (f"http://127.0.0.1:{port}" for port in (1, 2, 3))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory to stand in."""
    return tmp_path


def configured(place: Path, *lines: str, table: str = "[check]") -> Path:
    """A file of options in the directory."""
    file = place / "webhook-contract.toml"
    file.write_text("\n".join([table, *lines]), encoding="utf-8")
    return file


def target_of(ran: Ran) -> str:
    """The target that a run tried to reach."""
    assert ran.status == 3, ran.err
    return ran.err.split()[1].removesuffix("/api/v1")


# ---- who goes first


def test_the_file_of_the_directory_is_taken(place):
    """Without an option the file says what the target is."""
    configured(place, f'target = "{FIRST}"')

    assert target_of(run("check", place=place)) == FIRST


def test_the_environment_goes_before_the_file(place):
    """A variable overrules the file."""
    configured(place, f'target = "{FIRST}"')

    assert target_of(run("check", place=place, WEBHOOK_CONTRACT_TARGET=SECOND)) == SECOND


def test_the_command_line_goes_before_everything(place):
    """An option overrules variable and file."""
    configured(place, f'target = "{FIRST}"')
    ran = run("check", "--target", THIRD, place=place, WEBHOOK_CONTRACT_TARGET=SECOND)

    assert target_of(ran) == THIRD


def test_another_file_can_be_named(place, tmp_path_factory):
    """--config goes before the file of the directory."""
    configured(place, f'target = "{FIRST}"')
    other = configured(tmp_path_factory.mktemp("other"), f'target = "{SECOND}"')

    assert target_of(run("check", "--config", str(other), place=place)) == SECOND


def test_one_way_to_log_in_overrules_another(place):
    """A token on the command line goes before a user in the file, without a contradiction."""
    configured(place, 'user = "somebody"', 'password-env = "PASSWORD"')
    ran = run("check", "--target", FIRST, "--token-env", "NO_SUCH", place=place)

    assert "NO_SUCH" in ran.err
    assert ran.status == 3


@pytest.mark.parametrize("option", ["--profile", "--only"])
def test_one_part_of_the_api_overrules_another(place, option):
    """A profile in the file is no contradiction to another option on the command line."""
    configured(place, 'profile = "rest"')

    assert target_of(run("check", "--target", FIRST, option, "core", place=place)) == FIRST


def test_the_other_commands_share_the_file(place):
    """doctor takes the target from there, and leaves alone what is for check."""
    configured(place, f'target = "{FIRST}"', 'profile = "rest"', "strict = true")
    ran = run("doctor", place=place)

    assert ran.status == 3
    assert "127.0.0.1:1 refuses" in ran.out


def test_every_kind_of_option_can_stand_there(place):
    """Texts, numbers and switches reach the run."""
    with running(offer="core") as url:
        configured(
            place,
            f'target = "{url}"',
            'profile = "core"',
            'k = "webhook.post.ok"',
            "seed = 7",
            "strict = true",
            "no-receiver = true",
            'junit = "report.xml"',
        )
        ran = check(place=place)

    assert ran.status == 0, ran.err
    assert ran.verdicts == {"webhook.post.ok": "kept"}
    assert (place / "report.xml").exists()


# ---- what is refused


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('target-url = "x"', "did you mean target?"),
        ('receiver_bind = "x"', "did you mean receiver-bind?"),
        ("zzz = 1", "knows no zzz"),
        ('seed = "many"', "seed = 'many'"),
        ('strict = "yes"', "true or false"),
        ('profile = "cor"', "'core'"),
        ("target = 7", "a text"),
        ("target", "webhook-contract.toml"),
    ],
)
def test_a_wrong_line_is_named(place, line, named):
    """The line says which key of which file is wrong, and what is right."""
    configured(place, line)
    ran = run("check", place=place)

    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert named in ran.err
    assert "webhook-contract.toml" in ran.err


@pytest.mark.parametrize("key", ["password", "token", "ticket", "secret", "Authorization"])
def test_a_secret_has_no_place_in_a_file(place, key):
    """It is refused without being shown, and the line says where secrets come from."""
    configured(place, f'{key} = "hidden"')
    ran = run("check", "--target", FIRST, place=place)

    assert ran.status == 2
    assert "-env" in ran.err
    assert "hidden" not in ran.err


def test_another_table_is_refused(place):
    """Options that stand in no table are not silently left out."""
    configured(place, f'target = "{FIRST}"', table="")

    assert "[check]" in run("check", place=place).err


# ---- secrets


@pytest.fixture
def descriptor() -> Iterator[int]:
    """A file descriptor from which the right password can be read once."""
    reading, writing = os.pipe()
    os.write(writing, b"Tje0\n")
    os.close(writing)
    yield reading
    os.close(reading)


LOCKED = {"quirks": ["wrong_credentials_401"]}
ONE = "-k", "webhook.post.ok"


def test_a_password_comes_from_a_variable():
    """--password-env names it."""
    with running(**LOCKED) as url:
        ran = check("--target", url, "--user", "tje0", "--password-env", "MINE", *ONE, MINE="Tje0")

    assert ran.status == 0, ran.err


def test_a_password_comes_from_a_descriptor(descriptor):
    """--password-fd reads it, its line end aside."""
    with running(**LOCKED) as url:
        options = ("--user", "tje0", "--password-fd", f"{descriptor}")
        ran = check("--target", url, *options, *ONE, pass_fds=(descriptor,))

    assert ran.status == 0, ran.err


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")], ids=["alone", "jobs"])
def test_a_token_comes_from_a_descriptor(descriptor, jobs):
    """--token-fd makes it a Bearer token."""
    with running(**LOCKED, credentials="Bearer Tje0") as url:
        ran = check("--target", url, "--token-fd", f"{descriptor}", *ONE, *jobs, pass_fds=(descriptor,))

    assert ran.status == 0, ran.err


@pytest.mark.parametrize("number", ["99", "x"])
def test_a_descriptor_that_is_none_is_named(number):
    """A number that nobody opened, and no number, are wrong usage."""
    ran = run("check", "--target", FIRST, "--token-fd", number)

    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "--token-fd" in ran.err
