"""The headers that authenticate, from what the options name."""

from __future__ import annotations

import os

from contract_tests.kit.target import basic, scheme
from contract_tests.kit.verdicts import CannotStart

CREDENTIALS = ("user", "password", "password_env", "token_env", "ticket_env")
# The user of the documentation's own samples.
SAMPLE_USER, SAMPLE_PASSWORD = "tje0", "Tje0"


def headers(
    *,
    user: str | None = None,
    password: str | None = None,
    password_env: str | None = None,
    token_env: str | None = None,
    ticket_env: str | None = None,
) -> dict[str, str]:
    """The header of the credentials that are named; the samples' user when none are."""
    if token_env is not None:
        return scheme("Bearer", _carried(f"--token-env {token_env}", token_env))
    if ticket_env is not None:
        return scheme("SoTicket", _carried(f"--ticket-env {ticket_env}", ticket_env))
    if user is None:
        return basic(SAMPLE_USER, SAMPLE_PASSWORD)
    if password_env is not None:
        password = _value(f"--password-env {password_env}", password_env)
    return basic(user, password or "")


def _value(option: str, variable: str) -> str:
    if not os.environ.get(variable):
        raise CannotStart(f"{option}: that environment variable is not set")
    return os.environ[variable]


def _carried(option: str, variable: str) -> str:
    value = _value(option, variable)
    if not value.isprintable():
        raise CannotStart(f"{option}: its value has characters that no header can carry")
    return value
