"""Which values any server takes: they are written like those of the samples; others may be refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_tests.kit.exchange import Exchange
from contract_tests.kit.values import Json, Members

# Letters and digits of any script, and what stands in printed names; no signs, no marks, no emoji.
WORDS = re.compile(r"[\w &,.:/-]*")
KEY = re.compile(r"\w+")
SECRET = re.compile(r"[\w-]{2,64}", re.ASCII)
FIRST_PLANE = "\uffff"


def is_ordinary(name: str, value: Json) -> bool:
    """True for a value of a member that no rule of a server's own is about; headers are ASCII anyway."""
    form = SECRET if name == "Secret" else WORDS
    return name == "Headers" or all(
        rule.fullmatch(text) and max(text, default="") <= FIRST_PLANE for rule, text in _texts(value, form)
    )


def _texts(value: Json, form: re.Pattern[str]) -> Iterator[tuple[re.Pattern[str], str]]:
    """The texts in a value, each with how it is usually written."""
    if isinstance(value, dict):
        yield from ((KEY, key) for key in value)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each, form)
    elif isinstance(value, str):
        yield form, value


def refused_as_odd(exchange: Exchange, members: Members) -> bool:
    """True for a 4xx to a request that sets a member to what is not ordinary."""
    return 400 <= exchange.status < 500 and not all(map(is_ordinary, members, members.values()))
