"""Renders exchanges as shell lines that run, with credentials in a variable and new ids captured."""

from __future__ import annotations

import gzip
import json
import re
import shlex
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence

from contract_tests.kit.exchange import Exchange, Request

# Sent with every request, and of no use to somebody who repeats it.
OWN_HEADERS = {
    "accept-encoding",
    "connection",
    "content-length",  # curl counts, and what it sends may have another id in it
    "user-agent",
    "x-contract-clause",
    "x-schemathesis-testcaseid",
}
# What stands after the scheme, if there is one, is in a variable.
CREDENTIALS = {"authorization": "TOKEN", "so-apptoken": "APP_TOKEN"}
# `tje0:Tje0` is printed in the documentation's own samples: nothing to hide.
PUBLIC_CREDENTIALS = "dGplMDpUamUw"
CAPTURE = """| tee /dev/stderr | sed -n 's/.*"WebhookId" *: *\\([0-9]*\\).*/\\1/p'"""
LONG = 8_000
# What curl would read as a pattern or tidy away.
TIDIED = re.compile(r"[\[\]{}]|/\.{1,2}(/|$)")

Names = Mapping[int, str]  # ids that a script has captured, and the variables that hold them
Dates = Mapping[str, str]  # values of headers that are dates, and what the shell works them out with


def line(
    request: Request,
    names: Names | None = None,
    base: str = "",
    receiver: str = "",
    dates: Dates | None = None,
) -> str:
    """One request as a curl command; ids that have a name are written as that variable.

    So are the two addresses, where they are given: as $BASE and as $RECEIVER.
    """
    parts = ["curl -sS -i" if request.method != "HEAD" else "curl -sS -I"]
    if TIDIED.search(request.url):
        parts.append("-g --path-as-is")
    parts += [f"-X {request.method}", _url(request.url, names or {}, base)]
    headers = ((name, value) for name, value in request.headers.items() if _telling(name))
    parts += [f"-H {_header(name, value, dates or {})}" for name, value in headers]
    if request.body is not None:
        parts += [*_no_type(request), _body(request.body, names or {}, receiver)]
    return " ".join(parts)


def _url(url: str, names: Names, base: str) -> str:
    # Double quotes, so that a captured id can stand in it.
    short = bool(base) and url.startswith(base)
    text = re.sub(r'([$`"\\])', r"\\\1", url.removeprefix(base) if short else url)
    for number, name in names.items():
        text = re.sub(rf"(?i)(/Webhook/|webhookId=){number}(?=[/?&]|$)", rf"\g<1>${{{name}}}", text)
    return f'"$BASE{text}"' if short else f'"{text}"'


def _telling(name: str) -> bool:
    return name.lower() not in OWN_HEADERS


def _header(name: str, value: str, dates: Dates) -> str:
    if value in dates:
        return f'"{name}: {dates[value]}"'
    if not value:
        return shlex.quote(f"{name};")  # curl's way to send a header without a value
    variable = CREDENTIALS.get(name.lower())
    scheme, blank, secret = value.partition(" ")
    if variable is None or secret == PUBLIC_CREDENTIALS:
        return shlex.quote(f"{name}: {value}")
    return f'"{name}: {scheme} ${variable}"' if blank and scheme.isalnum() else f'"{name}: ${variable}"'


def _no_type(request: Request) -> list[str]:
    """Keeps curl from calling a body a form when the request did not say what it is."""
    return [] if any(name.lower() == "content-type" for name in request.headers) else ["-H 'Content-Type:'"]


def _body(body: bytes, names: Names, receiver: str) -> str:
    if len(body) > LONG:
        return f"--data-binary {_packed(body)}"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\0"
    if not text.isprintable():
        escaped = "".join(f"\\{byte:03o}" for byte in body)
        return f"--data-binary @<(printf '{escaped}')"
    quoted = shlex.quote(text)
    for number, name in names.items():
        quoted = re.sub(rf'("WebhookId": ?){number}(?=[,}}])', rf"""\g<1>'"${{{name}}}"'""", quoted)
    if receiver and quoted.startswith("'"):
        quoted = quoted.replace(f"{receiver}/", """'"$RECEIVER"'/""")
    return f"--data-raw {quoted}"  # unlike --data-binary, it takes a leading @ for what it is


def _packed(body: bytes) -> str:
    """A long body, if it gets short: most of them repeat themselves. Nobody could hide a secret in it."""
    packed = b64encode(gzip.compress(body, mtime=0)).decode()
    if len(packed) > LONG or b'"Secret"' in body:
        return f"@body-of-{len(body)}-bytes"
    return f"@<(base64 -d <<< {packed} | gunzip)"


def script(
    exchanges: Sequence[Exchange], base: str = "", receiver: str = "", dates: Dates | None = None
) -> tuple[str, ...]:
    """Curl commands to run one after the other; ids that the server gave are captured as $ID1, $ID2, …"""
    names: dict[int, str] = {}
    lines = []
    for exchange in exchanges:
        text = line(exchange.request, names, base, receiver, dates)
        made = _made(exchange)
        if made is not None and made not in names:
            names[made] = f"ID{len(names) + 1}"
            text = f"{names[made]}=$({text.replace('curl -sS -i', 'curl -sS', 1)} {CAPTURE})"
        lines.append(text)
    return tuple(lines)


def _made(exchange: Exchange) -> int | None:
    """The id in an answer that may have created it."""
    if exchange.request.method != "POST" or not 200 <= exchange.status < 300:
        return None
    try:
        answer = exchange.json
    except ValueError:
        return None
    number = answer.get("WebhookId") if isinstance(answer, dict) else None
    return number if type(number) is int and number > 0 else None


def relevant(exchanges: Iterable[Exchange], made: dict[int, Exchange]) -> list[Exchange]:
    """The exchanges of a check, preceded by those that created the webhooks they name."""
    listed = list(exchanges)
    named = {
        int(number) for each in listed for number in re.findall(r"/Webhook/(\d{1,9})", each.request.path)
    }
    before = [made[number] for number in sorted(named) if number in made and made[number] not in listed]
    return before + listed


def pretty(body: bytes, longest: int = LONG) -> str:
    """A body as people read it, cut where it gets long."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):  # thousands of levels are a question that we ask
        text = body.decode(errors="backslashreplace")
    # Half of a surrogate pair can be written in JSON, but in no encoding.
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= longest else f"{text[:longest]}… ({len(body)} bytes)"
