"""Whose webhook is whose: a request that would touch what the run has not made is not sent."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from contract_tests.kit import readings
from contract_tests.kit.exchange import LOOKS, Exchange, Json, Request
from contract_tests.kit.values import whole
from openapi import document

# What checks take for an unknown id: one of these int32 numbers that is far from all ids that are there.
UNKNOWN_IDS = (2_147_483_000, 1_999_999_000, 1_610_612_000, 1_073_741_000)
FAR = 1_000_000
INT32 = 2**31
OVERRIDES = {"x-http-method-override", "x-method-override", "x-http-method"}
AGENT = "v1WebhookAgent_"
READS = {
    f"{AGENT}{name}" for name in ("GetWebhook", "GetAllWebhooks", "CreateDefaultWebhook", "GetLastError")
}
SIGNALS = {"v1Webhook_SignalEvent", f"{AGENT}SignalEvent"}
CREATES = {"v1Webhook_PostWebhook", f"{AGENT}SaveWebhook"}
CHANGES = {"v1Webhook_PatchWebhook", "v1Webhook_PutWebhook", f"{AGENT}SaveWebhook"}
TESTS = {"v1Webhook_TestWebhook", f"{AGENT}TestWebhook"}
IDS = {"id", "ids"}  # of a webhook where they stand at the top; deeper they belong to something else
WEBHOOK_IDS = {"webhookid", "webhookids"}
EVENT = "eventname"
TELLING = WEBHOOK_IDS | {EVENT}  # wherever they stand in a body


class Trespass(Exception):  # noqa: N818  # said of a request, and our fault
    """A request of the suite would have touched what the run has not made; it was not sent."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a request would do: the operation that it calls, the ids and the names of events that it names."""

    operation: str
    ids: frozenset[int] = frozenset()
    events: tuple[str, ...] = ()
    all: bool = False


NO_DEED = Deed("")


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run has done: calls by operation, webhooks made, changed and removed, and names signalled."""

    calls: dict[str, int]
    made: int
    changed: int
    removed: int
    signalled: int


NOTHING = Tally({}, 0, 0, 0, 0)


@dataclass(slots=True)
class Ledger:
    """What the run has made and removed, what others had before, what ids are nobody's, what was done."""

    tag: str = ""
    made: dict[int, Exchange] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    foreign: set[int] = field(default_factory=set)
    nobodys: set[int] = field(default_factory=lambda: {UNKNOWN_IDS[0]})
    calls: Counter[str] = field(default_factory=Counter)
    changed: set[int] = field(default_factory=set)
    signalled: set[str] = field(default_factory=set)

    @property
    def unknown(self) -> int:
        """An id that no webhook has."""
        return min(self.nobodys, key=UNKNOWN_IDS.index)

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        numbers = map(len, (self.made, self.changed, self.gone, self.signalled))
        return Tally(dict(self.calls.most_common()), *numbers)

    def survey(self, listed: set[int]) -> None:
        """Take down the ids of others, and choose an id that is far from all of them."""
        self.foreign = listed

        def distance(number: int) -> int:
            return min((abs(number - each) for each in listed), default=FAR)

        self.nobodys = {max(UNKNOWN_IDS, key=lambda each: min(distance(each), FAR))} - listed

    def owns(self, number: int) -> bool:
        """True for a webhook that the run has made; an answer may name somebody else's."""
        return number in self.made and number not in self.foreign

    def claim(self, number: int, exchange: Exchange) -> None:
        """Take a webhook for ours: an answer to its creation, or its tag, says so."""
        self.made[number] = exchange
        self.gone.discard(number)

    def trespass(self, request: Request, base: str) -> str:
        """What speaks against sending a request; empty when nothing does."""
        return self._examined(request, base)[1]

    def _examined(self, request: Request, base: str) -> tuple[Deed, str]:
        """What a request would do, and what speaks against it."""
        try:
            deed = read(request, base)
        except readings.Unreadable as problem:
            return NO_DEED, str(problem)
        return deed, self._against(request, deed)

    def _against(self, request: Request, deed: Deed) -> str:
        if deed.operation in CREATES and self._is_traceless(request):
            return (
                "a new webhook that could not be found again: no tag of the run, and an answer without its id"
            )
        if deed.all:
            return "a change of more than one webhook"
        others = {each for each in deed.ids if 0 < each < INT32 and not self._may_touch(each)}
        if others:
            return f"webhook {min(others)}, which the run has not made"
        late = {*filter(self.gone.__contains__, deed.ids)} if deed.operation in CHANGES else ()
        if late and not _is_guarded(request):
            return f"webhook {min(late)}, which was removed: its id may be somebody else's by now"
        strange = [each for each in deed.events if each.strip() and self.tag not in each.casefold()]
        return f"the event {strange[0]!r}, which has not the tag of the run" if strange else ""

    def _is_traceless(self, request: Request) -> bool:
        selects = "select" in request.url.partition("?")[2].lower()
        return selects and self.tag not in (request.body or b"").decode(errors="replace").lower()

    def _may_touch(self, number: int) -> bool:
        return self.owns(number) or number in self.nobodys

    def permit(self, request: Request, base: str) -> Deed:
        """Count what a request does that may be sent; Trespass for one that may not."""
        deed, why = self._examined(request, base)
        if why:
            raise Trespass(f"{request} would have touched {why}; it was not sent")
        self.calls[label(deed.operation, request)] += 1
        self.signalled.update(deed.events)
        if deed.operation in CHANGES:
            self.changed.update(filter(self.owns, deed.ids))
        return deed

    def note(self, deed: Deed, exchange: Exchange) -> None:
        """Take down what an exchange that went well has made or removed."""
        if not 200 <= exchange.status < 300:
            return
        number = made_by(exchange) if deed.operation in CREATES else None
        if number is not None and (number not in self.made or number in self.gone):
            self.claim(number, exchange)
        if deed.operation.endswith("DeleteWebhook"):
            self.gone.update(filter(self.owns, deed.ids))


def _is_guarded(request: Request) -> bool:
    """True for a change that a date, or a test at its very beginning, keeps from others' webhooks."""
    begins_with_a_test = re.match(rb'\s*\[\s*\{\s*"op"\s*:\s*"test"', request.body or b"")
    return bool(begins_with_a_test) or "if-unmodified-since" in map(str.lower, request.headers)


def made_by(exchange: Exchange) -> int | None:
    """The WebhookId of an answer that shows a webhook, else None."""
    try:
        answer = exchange.json
    except ValueError:
        return None
    told = {name.lower(): value for name, value in answer.items()} if isinstance(answer, dict) else {}
    number = as_id(told.get("webhookid"))
    return number or None


def as_id(told: Json) -> int | None:
    """An id as an answer tells it, also as a text; None for what is no id."""
    if isinstance(told, str) and re.fullmatch("[0-9]{1,19}", told):
        return int(told)
    number = whole(told)
    return number if type(number) is int and number >= 0 else None


def label(operation: str, request: Request) -> str:
    """How people name what was called: `PATCH /Webhook/{id}`."""
    known = document.load().operations.get(operation)
    return f"{request.method} (another path)" if known is None else known.label


# ---- what a request says


def read(request: Request, base: str) -> Deed:
    """What a request would do, in every way in which a server might understand it."""
    path, _, query = request.url.removeprefix(base).partition("?")
    steps = [each for each in re.split(r"[/\\]", readings.decoded(path.partition("#")[0])) if each.strip()]
    operation = called(request.method, steps)
    overridden = OVERRIDES & {name.lower() for name in request.headers}
    if (request.method in LOOKS or operation in READS) and not overridden:
        return Deed(operation)
    if not request.url.startswith(base) or {".", ".."} & set(steps):
        return Deed(operation, all=True)
    said = readings.query(query) + readings.members(request.body or b"", {"webhookid", EVENT})
    if operation in SIGNALS:
        return Deed(operation, events=_events(operation, steps, said))
    return _change(request.method, operation, steps, said)


def _events(operation: str, steps: list[str], said: readings.Members) -> tuple[str, ...]:
    path = [steps[1]] if operation == "v1Webhook_SignalEvent" else []
    return (
        *path,
        *(str(value) for name, value in said if readings.last(name) == EVENT and value is not None),
    )


def _change(method: str, operation: str, steps: list[str], said: readings.Members) -> Deed:
    named = [value for name, value in said if name in IDS or readings.last(name) in WEBHOOK_IDS]
    if operation.startswith(AGENT) or operation in CREATES | TESTS:
        return Deed(operation, readings.numbers(named))
    # Without an id, DELETE and PUT are about the whole collection (RFC 9110, sections 9.3.4 and 9.3.5).
    everything = not steps[1:] and method != "PATCH"
    return Deed(operation, readings.numbers([*named, *steps[1:]]), all=everything)


def called(method: str, steps: list[str]) -> str:
    """The operationId of what a method and the steps of a path call; empty when it is none of them."""
    path = "/".join(each.strip().casefold() for each in steps)
    if method == "POST" and len(steps) > 2 and path.startswith("webhook/"):
        return "v1Webhook_SignalEvent"  # a name may have a slash of its own
    return next((each for each, verb, form in _forms() if verb == method and form.fullmatch(path)), "")


@cache
def _forms() -> list[tuple[str, str, re.Pattern[str]]]:
    """Operations, their methods and what their paths look like; those without parameters first."""
    found = [
        (each.id, each.method, re.compile(re.sub(r"\{\w+\}", "[^/]+", each.path.strip("/").casefold())))
        for each in document.load().operations.values()
    ]
    return sorted(found, key=lambda each: each[2].pattern.count("[^/]+"))
