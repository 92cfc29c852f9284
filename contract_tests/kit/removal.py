"""The end of what a run has made: removed, stopped where nothing removes, and told where it stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from contract_tests.kit.exchange import Exchange, Json
from contract_tests.kit.ledger import as_id
from contract_tests.kit.target import CLAUSE, UNSET, Target
from contract_tests.kit.verdicts import Blocked, ContractViolation

Way = Callable[[Target, int], Exchange]
Look = Callable[[], Mapping[int, bool]]

DELETE, AGENT_DELETE = "v1Webhook_DeleteWebhook", "v1WebhookAgent_DeleteWebhook"
PATCH = "v1Webhook_PatchWebhook"
# How a webhook is removed or at least silenced, best first.
WAYS: Mapping[str, Way] = {
    DELETE: lambda target, number: target.send("DELETE", f"/Webhook/{number}"),
    AGENT_DELETE: lambda target, number: target.send(
        "POST", f"/Agents/Webhook/DeleteWebhook?webhookId={number}"
    ),
    PATCH: lambda target, number: target.send("PATCH", f"/Webhook/{number}", json={"State": "Stopped"}),
}
# How a server says that it has no such operation.
ABSENT = {404, 405, 501}
ROUNDS = (0.0, 0.0, 0.5, 2.0)  # seconds before each look at what is left; a target may be late to forget


@dataclass(frozen=True, slots=True)
class Remnant:
    """A webhook that is still there: its id, why, and whether the target said that it would be gone."""

    id: int
    reason: str
    is_faulty: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list tells of a webhook."""

    id: int
    name: str
    target_url: str
    is_stopped: bool

    def has(self, tag: str) -> bool:
        """True when the tag is in the name or in the target."""
        return bool(tag) and tag in f"{self.name}\n{self.target_url}".lower()


def listed(target: Target) -> list[Listed] | None:
    """All webhooks, as the agent lists them or else GET; None when neither does."""
    for method, path, body in (("POST", "/Agents/Webhook/GetAllWebhooks", {}), ("GET", "/Webhook", UNSET)):
        try:
            exchange = target.send(method, path, json=body)
            if exchange.status == 200 and isinstance(exchange.json, list):
                return [*_read(exchange.json)]
        except (ContractViolation, ValueError):
            continue
    return None


def _read(elements: Iterable[Json]) -> Iterable[Listed]:
    for each in elements:
        told = {name.lower(): value for name, value in each.items()} if isinstance(each, dict) else {}
        number = as_id(told.get("webhookid"))
        if number is not None:
            name, url, state = (str(told.get(key)) for key in ("name", "targeturl", "state"))
            yield Listed(number, name, url, state.lower() in {"stopped", "2"})


@dataclass(frozen=True, slots=True)
class End:
    """How removing one went: the last answer, and the first one that refused to delete."""

    answer: Exchange | None = None
    refused: Exchange | None = None

    @property
    def is_silenced(self) -> bool:
        """True when it was stopped, since the target deletes nothing."""
        stopped = self.answer is not None and self.answer.request.method == "PATCH"
        return stopped and self.went_well and self.refused is None

    @property
    def went_well(self) -> bool:
        return self.answer is not None and 200 <= self.answer.status < 300

    def remnant(self, number: int) -> Remnant:
        """Why it is still there."""
        said = self.refused or self.answer
        if said is None:
            return Remnant(number, "the target gives no answer")
        if 200 <= said.status < 300:
            return Remnant(number, f"{said.request} is answered {said.status}, and it is as before", True)
        return Remnant(number, f"{said.request} is answered {said.status}")


def remove(target: Target, number: int, offered: Collection[str] = ()) -> End:
    """Delete a webhook, or stop it where nothing deletes; `offered` spares calls of what is not there."""
    end = End()
    for operation, way in WAYS.items():
        if not offered or operation in offered:
            end = _next(end, target, number, way)
        if end.went_well:
            break
    return end


def _next(end: End, target: Target, number: int, way: Way) -> End:
    try:
        answer = way(target, number)
    except ContractViolation:
        return end
    refuses = answer.request.method != "PATCH" and answer.status >= 300 and answer.status not in ABSENT
    return End(answer, end.refused or (answer if refuses else None))


def remove_all(target: Target, look: Look, offered: Collection[str] = ()) -> tuple[Remnant, ...]:
    """Remove what is looked for, the newest first, and look again; what is still there."""
    ends: dict[int, End] = {}
    deletes = not offered or not {DELETE, AGENT_DELETE}.isdisjoint(offered)
    target.pace.busy = ""  # a busy target gets another chance
    try:
        for pause in ROUNDS:
            time.sleep(pause if ends else 0)
            left = _left(look(), ends, deletes=deletes)
            if not left:
                return ()
            for number in reversed(left):
                ends[number] = remove(target, number, offered)
        return tuple(ends[number].remnant(number) for number in _left(look(), ends, deletes=deletes))
    except Blocked as busy:
        return tuple(Remnant(number, str(busy)) for number in ours(target) if number not in ends)


def _left(found: Mapping[int, bool], ends: Mapping[int, End], *, deletes: bool) -> list[int]:
    """Those of the found ones, with whether they are stopped, for which there is more to do."""
    silenced = {each for each, end in ends.items() if end.is_silenced}
    return [each for each, stopped in found.items() if not stopped or (deletes and each not in silenced)]


def remove_checked(target: Target, offered: Collection[str], before: int) -> None:
    """Remove what a check has made beyond so many webhooks; not what is observed for longer.

    Lists stay short that way, and a tenant is never given all webhooks of a run at once.
    """
    if {DELETE, AGENT_DELETE}.isdisjoint(offered):
        return
    ledger = target.ledger
    for number in [*islice(ledger.made, before, None)][::-1]:
        checked = CLAUSE in ledger.made[number].request.headers
        if checked and ledger.owns(number) and number not in ledger.gone:
            with suppress(Blocked):  # a busy target is asked again when the run ends
                remove(target, number, offered)


def left_of(target: Target) -> dict[int, bool]:
    """What the run has made and is still there, the oldest first; true for what is stopped."""
    found, ledger = listed(target), target.ledger
    if found is None:
        return dict.fromkeys(ours(target), True)
    for each in found:
        if each.has(ledger.tag) and each.id not in ledger.foreign:
            ledger.claim(each.id, ledger.made.get(each.id, target.recent[-1]))
    stopped = {each.id: each.is_stopped for each in found}
    return {each: stopped[each] for each in ours(target) if each in stopped}


def stopped(target: Target, offered: Collection[str], left: Iterable[Remnant]) -> int:
    """How many webhooks of the run stay on a target that deletes nothing: all of them but the remnants."""
    if not offered or not {DELETE, AGENT_DELETE}.isdisjoint(offered):
        return 0
    return len({*ours(target)} - {each.id for each in left})


def ours(target: Target) -> list[int]:
    """The ids of what the run has made and, as far as it knows, not removed."""
    ledger = target.ledger
    return [each for each in ledger.made if ledger.owns(each) and each not in ledger.gone]
