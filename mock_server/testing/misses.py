"""What a failed assertion says: what was expected, what came, and what came nearest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from mock_server.control.comparing import differences as of_json
from mock_server.problems import shown

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A delivery that went well; None is any."""

    event: str | None
    target: str | None
    hook: int | None
    payload: Mapping[str, Any] | None

    def words(self) -> str:
        """As a message names it."""
        named = {"event": self.event, "target": self.target, "hook": self.hook, "payload": self.payload}
        return ", ".join(f"{name} {shown(value)}" for name, value in named.items() if value is not None)


def differences(wanted: Wanted, delivery: Told) -> list[str]:
    """What an attempt differs in from the delivery that is wanted."""
    return list(_differences(wanted, delivery))


def _differences(wanted: Wanted, delivery: Told) -> Iterator[str]:
    if wanted.event is not None and wanted.event.casefold() != delivery["Event"].casefold():
        yield f"event: expected {shown(wanted.event)}, got {shown(delivery['Event'])}"
    if wanted.target not in (None, delivery["Target"]):
        yield f"target: expected {shown(wanted.target)}, got {shown(delivery['Target'])}"
    if wanted.hook not in (None, delivery["WebhookId"]):
        yield f"hook: expected {wanted.hook}, got {delivery['WebhookId']}"
    if wanted.payload is not None:
        yield from of_json(wanted.payload, _json(delivery["Request"]["Body"]), "payload", part=True)
    if not delivery["Success"]:
        came = delivery["Error"] or f"status {delivery['Status']}"
        yield f"outcome: expected a success, got {came} on attempt {delivery['Retry'] + 1}"


def of_deliveries(wanted: Wanted, times: int | None, count: int, deliveries: Sequence[Told]) -> str:
    """Why deliveries are not as asserted."""
    lines = [f"expected {_number(times)} with {wanted.words() or 'anything'}, got {count}"]
    others = [(found, each) for each in reversed(deliveries) if (found := differences(wanted, each))]
    if others and count < (1 if times is None else times):
        found, nearest = min(others, key=lambda other: len(other[0]))
        lines.append(f"nearest: {nearest['Event']} for webhook {nearest['WebhookId']} at {nearest['When']}")
        lines += [f"  {line}" for line in found]
    elif not deliveries:
        lines.append("nothing was delivered or tried")
    return "\n".join(lines)


def _number(times: int | None) -> str:
    return "a delivery" if times is None else "1 delivery" if times == 1 else f"{times} deliveries"


def of_requests(said: Told, answer: Told) -> str:
    """Why requests are not as asserted."""
    wanted = ", ".join(f"{name} {shown(value)}" for name, value in said.items())
    lines = [f"expected a request with {wanted or 'anything'}, got {answer['count']}"]
    if nearest := answer["nearest"]:
        request = nearest["request"]
        lines.append(
            f"nearest: {request['method']} {request['path']} at {request['when']}, {request['status']}"
        )
        lines += [f"  {line}" for line in nearest["differences"]]
    elif not answer["count"]:
        lines.append("nothing was asked")
    return "\n".join(lines)


def of_waiting(waiting: Sequence[Told], seconds: float) -> str:
    """What a tenant did not finish in time."""
    lines = [f"expected nothing queued or tried after {seconds:g} s, got {len(waiting)}"]
    return "\n".join([*lines, *map(_waits, waiting[:10])])


def _waits(each: Told) -> str:
    state = "is tried" if each["running"] else f"waits {each['seconds']:g} s"
    return f"  {each['event']} for webhook {each['webhookId']} {state}, attempt {each['retry'] + 1}"


def message(body: bytes) -> str:
    """The message of a refusal."""
    found = _json(body.decode(errors="replace"))
    return str(found.get("Message", found)) if isinstance(found, dict) else shown(found)


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
