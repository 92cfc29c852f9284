"""The script that shows a failure again: what it needs, the requests, and what is to be seen."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from contract_tests.kit import curl, redaction
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.redaction import Hide
from contract_tests.kit.run import Run

CONDITIONS = {"if-unmodified-since", "if-modified-since"}
A_DAY = timedelta(days=1)
PAUSE, LONGEST_PAUSE = 1.0, 15  # seconds between two requests that are worth a wait, and that are enough
# GNU's date has -d, that of BSD and macOS has -r.
AT = (
    'at() { LC_ALL=C date -u -d "@$1" "$FORM" 2>/dev/null || LC_ALL=C date -u -r "$1" "$FORM"; }',
    "FORM='+%a, %d %b %Y %H:%M:%S GMT'",
)


def whole(exchanges: Sequence[Exchange], said: Sequence[str], run: Run | None, hide: Hide) -> tuple[str, ...]:
    """The lines of a script that bash runs; `said` stands at its head."""
    if not exchanges or run is None:
        return ()
    dates = _dates(exchanges)
    lines = _timed(exchanges, curl.script(exchanges, run.target.base, run.receiver.url, dates), dates)
    return tuple(hide(line) for line in (*_head(said, lines, run, dates), *lines))


def _head(said: Sequence[str], lines: Sequence[str], run: Run, dates: curl.Dates) -> list[str]:
    text = "\n".join(lines)
    comments = [f"# {_one_line(each)}" for each in said]
    unpacking = ", base64, gunzip" if "gunzip" in text else ""
    head = ["#!/usr/bin/env bash", *comments, f"# Needs bash, curl{unpacking} and sed."]
    head.append(f"BASE=${{BASE:-{redaction.without_user(run.target.base)}}}")
    if "$RECEIVER" in text:
        head.append("RECEIVER=${RECEIVER:-http://127.0.0.1:9000}  # webhook-contract listen --port 9000")
    head += [
        f': "${{{name}:?is to hold what the header {header} holds, without the scheme}}"'
        for header, name in curl.CREDENTIALS.items()
        if f"${name}" in text
    ]
    return head + (list(AT[::-1]) if dates else [])


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)


def _timed(exchanges: Sequence[Exchange], lines: Sequence[str], dates: curl.Dates) -> list[str]:
    """The lines with the pauses that were between them, and the times that dates are told from."""
    timed: list[str] = []
    told = " ".join(dates.values())
    for number, (exchange, line) in enumerate(zip(exchanges, lines, strict=True)):
        if (pause := _pause(exchanges[number - 1], exchange) if number else 0) > 0:
            timed.append(f"sleep {pause}")
        # An answer seldom ends its last line; one that is captured is not the last thing on it.
        timed.append(line if line.startswith("ID") else f"{line}; echo")
        if f"T{number} " in told:
            timed.append(f"T{number}=$(date +%s)")
    return [*(["T=$(date +%s)"] if "T " in told else []), *timed]


def _pause(before: Exchange, after: Exchange) -> int:
    seconds = (after.request.begun - before.received).total_seconds()
    return min(LONGEST_PAUSE, math.ceil(seconds)) if seconds > PAUSE else 0


def _dates(exchanges: Sequence[Exchange]) -> curl.Dates:
    """Conditions that are dates of this run, told from the time of an earlier exchange."""
    return {
        value: _told(_date(value), exchanges[:number])
        for number, exchange in enumerate(exchanges)
        for name, value in exchange.request.headers.items()
        if name.lower() in CONDITIONS and abs(_date(value) - exchange.received) < A_DAY
    }


def _date(text: str) -> datetime:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC) + A_DAY
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _told(date: datetime, before: Sequence[Exchange]) -> str:
    """A date as so many seconds after the last exchange that it is not before."""
    known = [(number, each.server_time) for number, each in enumerate(before)]
    name, origin = "", datetime.now(UTC)
    if known:
        number, origin = next((each for each in reversed(known) if each[1] <= date), known[0])
        name = str(number)
    seconds = round((date - origin).total_seconds())
    return f"$(at $((T{name} + {seconds})))".replace("+ -", "- ")
