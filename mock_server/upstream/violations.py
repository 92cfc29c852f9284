"""Violations: what was found, by whom it was done, and how to see it again."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Any

from mock_server.clock import ticks
from mock_server.control.hiding import CREDENTIALS, cleared, credentials, hidden_text
from mock_server.shelves import Shelves
from mock_server.upstream.address import Address
from mock_server.upstream.hops import OF_CONNECTION
from mock_server.upstream.passed import FAULTS, Fault, Finding, Passed, text_of
from mock_server.upstream.plans import plan_of

MEGABYTE = 1024 * 1024
ENTRIES = 1000
BYTES = 2 * MEGABYTE
TOTAL = 16 * MEGABYTE
FRAME = 1000
DOCUMENT = "openapi/api.yaml"
# How many kinds of violations the summary can tell apart.
KINDS = 1000
LONG = 8000
# Sent with every request, and of no use to somebody who repeats it.
OWN_HEADERS = OF_CONNECTION | {"accept-encoding", "content-encoding", "content-length", "host", "via"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One finding, and the exchange that it was made in; `request` is its id in the journal."""

    id: int
    when: float
    request: int
    operation: str | None
    method: str
    target: str
    status: int | None
    finding: Finding
    curl: str

    def shown(self) -> dict[str, Any]:
        """As JSON tells it."""
        finding = self.finding
        return {
            "id": self.id,
            "when": ticks(datetime.fromtimestamp(self.when, UTC)),
            "request": self.request,
            "fault": finding.fault,
            "operation": self.operation,
            "method": self.method,
            "target": self.target,
            "status": self.status,
            "place": finding.place,
            "pointer": finding.pointer,
            "expected": finding.expected,
            "got": finding.got,
            "documented": f"{DOCUMENT}{finding.documented}",
            "curl": self.curl,
        }

    def line(self) -> str:
        """As one line of a log."""
        finding = self.finding
        place = f"{finding.place} {finding.pointer}".rstrip()
        when, whose = ticks(datetime.fromtimestamp(self.when, UTC)), WHOSE[finding.fault]
        text = (
            f"{when} {whose}: {self.method} {self.target} {self.status or '-'}: "
            f"{place}: expected {finding.expected}, got {finding.got}; "
            f"{DOCUMENT}{finding.documented}; request {self.request}"
        )
        return "".join(each if each.isprintable() else "?" for each in text)


@dataclass(slots=True)
class Tally:
    """What was counted since the mock began; nobody can take it back."""

    exchanges: int = 0
    unchecked: int = 0
    faults: Counter[Fault] = field(default_factory=Counter)
    kinds: Counter[tuple[Fault, str, str]] = field(default_factory=Counter)


class Violations:
    """What was found for each tenant, bounded as the journal is."""

    def __init__(self) -> None:
        self._shelves: Shelves[Violation] = Shelves(_weight, entries=ENTRIES, weight=BYTES, total=TOTAL)
        self._next = count(1).__next__
        self._lock = Lock()
        self._tally = Tally()

    def add(self, passed: Passed, findings: Iterable[Finding], address: Address) -> list[Violation]:
        """Keeps what was found in an exchange."""
        made = [*_made(self._next, passed, findings, address)]
        for each in made:
            self._shelves.add(passed.tenant, each, _weight(each))
        with self._lock:
            self._tally.exchanges += 1
            for each in made:
                self._tally.faults[each.finding.fault] += 1
                self._count(each)
        return made

    def _count(self, violation: Violation) -> None:
        finding = violation.finding
        # An item of a list is as wrong as the next.
        steps = [("*" if step.isdigit() else step) for step in finding.pointer.split("/")]
        place = f"{finding.place} {'/'.join(steps)}".rstrip()
        what = f"{place}: expected {finding.expected}, got {finding.got}"
        kind = finding.fault, violation.operation or violation.method, what
        if kind in self._tally.kinds or len(self._tally.kinds) < KINDS:
            self._tally.kinds[kind] += 1

    def fail(self) -> None:
        """Counts an exchange that could not be checked."""
        with self._lock:
            self._tally.exchanges += 1
            self._tally.unchecked += 1

    def find(self, tenant: str, wanted: Callable[[Violation], bool]) -> list[Violation]:
        """The violations of a tenant that are wanted, oldest first."""
        return [each for each in self._shelves.items(tenant) if wanted(each)]

    def clear(self, tenant: str) -> None:
        """Forgets the violations of a tenant; what was counted stays."""
        self._shelves.clear(tenant)

    def tally(self) -> Tally:
        """The numbers as they are now."""
        with self._lock:
            now = self._tally
            return Tally(now.exchanges, now.unchecked, Counter(now.faults), Counter(now.kinds))


def _weight(violation: Violation) -> int:
    finding = violation.finding
    return FRAME + len(violation.curl) + len(violation.target) + len(finding.got) + len(finding.expected)


def _made(number: Callable[[], int], passed: Passed, findings: Iterable[Finding], address: Address) -> Any:
    secrets, line = credentials(passed.headers), ""
    for finding in findings:
        line = line or curl(passed, address)
        yield Violation(
            id=number(),
            when=passed.when,
            request=passed.id,
            operation=plan.id if (plan := plan_of(passed.method, passed.path)) else None,
            method=passed.method,
            target=passed.target,
            status=passed.status,
            finding=finding._replace(pointer=cleared(finding.pointer, ()), got=cleared(finding.got, secrets)),
            curl=line,
        )


def curl(passed: Passed, address: Address) -> str:
    """The request as a shell line that goes to the server itself; credentials are left to a variable."""
    parts = ["curl -sS -I" if passed.method == "HEAD" else f"curl -sS -i -X {shlex.quote(passed.method)}"]
    parts.append(f"-g --path-as-is {shlex.quote(address.url + passed.target)}")
    parts += [header(name, value) for name, value in passed.headers if name.casefold() not in OWN_HEADERS]
    if passed.body:
        parts.append(_body(passed))
    return " ".join(parts)


def header(name: str, value: str) -> str:
    """A header as curl's option; credentials are left to a variable."""
    if name.casefold() not in CREDENTIALS:
        return f"-H {shlex.quote(f'{name}: {value}' if value else f'{name};')}"
    scheme, blank, _ = value.partition(" ")
    variable = f"${name.upper().replace('-', '_')}"
    words = f"{scheme} {variable}" if blank and scheme.isalnum() else variable
    return f'-H "{name}: {words}"'


def _body(passed: Passed) -> str:
    text = hidden_text(text_of(passed.body, passed.headers))
    kind = "" if passed.header("content-type") is not None else "-H 'Content-Type:' "
    if len(text) > LONG or not text.isprintable():
        return f"{kind}--data-binary @body-of-{len(passed.body)}-bytes"
    return f"{kind}--data-raw {shlex.quote(text)}"


def summary(tally: Tally, address: Address, most: int = 20) -> str:
    """What is said at the end: how much has passed, and each kind of violation with its number."""
    counts = ", ".join(f"{tally.faults[fault]} {WORDS[fault]}" for fault in FAULTS)
    lines = [f"webhook-mock: {tally.exchanges} exchanges with {address.url}; violations: {counts}"]
    if tally.unchecked:
        lines.append(f"  {tally.unchecked} exchanges could not be checked; the log says why")
    for (fault, operation, what), number in tally.kinds.most_common(most):
        lines.append(f"  {number} x {fault}, {operation}, {what}")
    if len(tally.kinds) > most:
        lines.append(f"  and {len(tally.kinds) - most} other kinds")
    return "\n".join("".join(each if each.isprintable() else "?" for each in line) for line in lines)


WHOSE = {"client": "client violation", "server": "server violation", "network": "no answer"}
WORDS = {"client": "by clients", "server": "by the server", "network": "without an answer"}
