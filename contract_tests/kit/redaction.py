"""Takes out of texts what nobody but the run's owner may read: credentials, and what others have stored."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from urllib.parse import quote, unquote, urlsplit, urlunsplit

REDACTED = "(redacted)"
SECRET_HEADERS = {
    "authorization",
    "proxy-authorization",
    "so-apptoken",
    "x-xsrf-token",
    "cookie",
    "set-cookie",
}
# Printed in the documentation's own samples: nothing to hide.
PUBLIC = {"Basic dGplMDpUamUw", "dGplMDpUamUw", "tje0", "Tje0", "tje0:Tje0"}
LONG_ENOUGH = 6  # a shorter secret is hidden where it stands alone, since it is part of many words
# A webhook's members that hold secrets, as JSON has them and as Python prints them.
STORED = re.compile(
    r"""(['"])(Secret|SO-AppToken|Authorization)\1(\s*:\s*)(['"])((?:\\.|(?!\4)[^\\])+)\4""", re.IGNORECASE
)
HEADERS = re.compile(r"""(['"])Headers\1\s*:\s*\{[^{}]*\}""", re.IGNORECASE)
VALUE = re.compile(r"""(:\s*)(['"])((?:\\.|(?!\2)[^\\])+)\2""")

Hide = Callable[[str], str]


def secrets(headers: Mapping[str, str], base: str = "") -> frozenset[str]:
    """The secrets in the headers of a request, and in the user part of a URL."""
    found = {each for name, value in headers.items() if _is_secret(name) for each in _parts(value)}
    parts = urlsplit(base)
    found |= {each for each in (parts.password, parts.password and unquote(parts.password)) if each}
    return frozenset(found - PUBLIC)


def _is_secret(name: str) -> bool:
    return name.lower() in SECRET_HEADERS


def _parts(value: str) -> Iterator[str]:
    """A credential in all the forms in which an answer could repeat it."""
    scheme, _, rest = value.partition(" ")
    yield from filter(None, (value, rest))
    if scheme.lower() == "basic" and value not in PUBLIC:
        try:
            pair = b64decode(rest).decode()
        except (Error, ValueError):
            return
        yield from filter(None, (pair, pair.partition(":")[2]))


def without_user(url: str) -> str:
    """The URL without a user and a password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def hiding(hidden: Iterable[str], base: str = "", sent: Container[str] = "") -> Hide:
    """A function that takes secrets out of a text: those given, and stored ones that the run has not sent.

    What it has sent is a text that contains it, or a set.
    """
    forms = {form for each in hidden for form in (each, json.dumps(each)[1:-1], quote(each, safe=""))}
    patterns = [_pattern(each) for each in sorted(forms, key=len, reverse=True)]
    joined = re.compile("|".join(patterns)) if patterns else None
    user = urlsplit(base).netloc.rpartition("@")[0]

    def hide(text: str) -> str:
        text = text.replace(f"{user}@", "") if user else text
        text = text if joined is None else joined.sub(REDACTED, text)
        return _without_stored(text, sent)

    return hide


def _pattern(secret: str) -> str:
    escaped = re.escape(secret)
    return escaped if len(secret) >= LONG_ENOUGH else rf"(?<!\w){escaped}(?!\w)"


def _without_stored(text: str, sent: Container[str]) -> str:
    """The text without secrets and headers of webhooks that somebody else has saved on the target."""

    def stored(match: re.Match[str]) -> str:
        quote, name, colon, mark, value = match.groups()
        return f"{quote}{name}{quote}{colon}{mark}{value if value in sent else REDACTED}{mark}"

    def headers(match: re.Match[str]) -> str:
        return VALUE.sub(value, match[0])

    def value(match: re.Match[str]) -> str:
        return match[0] if match[3] in sent else f"{match[1]}{match[2]}{REDACTED}{match[2]}"

    return HEADERS.sub(headers, STORED.sub(stored, text))


def header(name: str, value: str, hide: Hide) -> tuple[str, str]:
    """A header as it may be shown."""
    return name, REDACTED if _is_secret(name) and value not in PUBLIC else hide(value)
