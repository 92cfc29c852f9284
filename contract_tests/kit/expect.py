"""The words of the checks: each states an expectation and says what came instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from contract_tests.kit import stamps, values
from contract_tests.kit.exchange import Delivery, Exchange
from contract_tests.kit.values import Json, Members
from contract_tests.kit.verdicts import ContractViolation
from openapi import document

SHORT = 300
NOT_IMPLEMENTED = 501


def show(value: Any) -> str:
    """A value as a message shows it."""
    text = repr(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def status(exchange: Exchange, *accepted: int) -> None:
    """The answer has one of the statuses."""
    __tracebackhide__ = True
    if exchange.status not in accepted:
        wanted = " or ".join(map(str, accepted))
        raise ContractViolation(f"status {wanted}", f"status {exchange.status}", exchange)


def refused(exchange: Exchange) -> None:
    """The answer is a 4xx: which one is not documented."""
    __tracebackhide__ = True
    if not 400 <= exchange.status < 500:
        raise ContractViolation("a 4xx status", f"status {exchange.status}", exchange)


def no_server_error(exchange: Exchange) -> None:
    """The answer is no 5xx."""
    __tracebackhide__ = True
    if exchange.status >= 500:
        raise ContractViolation("no 5xx status", f"status {exchange.status}", exchange)


def no_breakdown(exchange: Exchange) -> None:
    """The answer is no 5xx, but for the 501 of who cannot do such a thing at all (RFC 9110, 15.6.2)."""
    __tracebackhide__ = True
    if exchange.status != NOT_IMPLEMENTED:
        no_server_error(exchange)


def no_body(exchange: Exchange) -> None:
    """The answer has no content, and announces none."""
    __tracebackhide__ = True
    if exchange.body or exchange.headers.get("Content-Length", "0") != "0":
        raise ContractViolation("no body", show(exchange.body or dict(exchange.headers)), exchange)


def json_content(exchange: Exchange) -> None:
    """The answer went well and its Content-Type is application/json."""
    __tracebackhide__ = True
    status(exchange, 200)
    media_type = exchange.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ContractViolation("Content-Type: application/json", show(media_type), exchange)


def json(seen: Exchange | Delivery) -> Json:
    """The body is JSON; its value."""
    __tracebackhide__ = True
    try:
        return seen.json
    except ValueError:
        raise ContractViolation("a JSON body", show(seen.body), seen) from None


def members(seen: Exchange | Delivery) -> dict[str, Json]:
    """The body is a JSON object; its members."""
    __tracebackhide__ = True
    value = json(seen)
    if not isinstance(value, dict):
        raise ContractViolation("a JSON object", show(value), seen)
    return value


def webhook_id(exchange: Exchange) -> int:
    """The answer is a webhook with an integer for its id."""
    __tracebackhide__ = True
    came = values.whole(members(exchange).get("WebhookId"))
    if type(came) is not int:
        raise ContractViolation("an integer WebhookId", show(came), exchange, where="$.WebhookId")
    return came


def elements(exchange: Exchange) -> list[Json]:
    """The body is a JSON array of objects; its elements."""
    __tracebackhide__ = True
    value = json(exchange)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ContractViolation("a JSON array of objects", show(value), exchange)
    return value


def shape(exchange: Exchange, reference: str, value: Json) -> None:
    """The value fits a schema of the document."""
    __tracebackhide__ = True
    difference = document.load().difference(reference, value)
    if difference is not None:
        where, _, problem = difference.partition(": ")
        raise ContractViolation(f"the shape {reference.rsplit('/', 1)[-1]}", problem, exchange, where=where)


def member(seen: Exchange | Delivery, name: str, expected: Json, value: Members | None = None) -> None:
    """A member has a value; of the body, or of the object given."""
    __tracebackhide__ = True
    holder = members(seen) if value is None else value
    came = holder.get(name)
    if not values.same_member(name, expected, came):
        raise ContractViolation(f"{name} {show(expected)}", show(came), seen, where=f"$.{name}")


def same_members(
    seen: Exchange | Delivery, expected: Members, came: Members, names: Iterable[str], *, when: str = ""
) -> None:
    """The named members have the values that they have in another answer."""
    __tracebackhide__ = True
    for name in values.differing(expected, came, names):
        wanted = f"{name} {show(expected.get(name))}{when and ' ' + when}"
        raise ContractViolation(wanted, show(came.get(name)), seen, where=f"$.{name}")


def emptied(exchange: Exchange, name: str, value: Members) -> None:
    """A member is null, empty or absent."""
    __tracebackhide__ = True
    if not values.is_empty(value.get(name)):
        raise ContractViolation(f"{name} null or empty", show(value.get(name)), exchange, where=f"$.{name}")


def now(seen: Exchange | Delivery, name: str, value: Members, instant: datetime) -> None:
    """A member is a stamp of this minute."""
    __tracebackhide__ = True
    if not stamps.is_now(value.get(name), instant):
        wanted = f"{name} at about {stamps.http_date(instant)}"
        raise ContractViolation(wanted, show(value.get(name)), seen, where=f"$.{name}")


def selected(exchange: Exchange, full: Members, came: Members, names: Sequence[str]) -> None:
    """The named members are there as in the full answer; all others that can be are null or absent."""
    __tracebackhide__ = True
    same_members(exchange, full, came, names, when="(selected)")
    nullable = {"Name", "Events", "TargetUrl", "Secret", "Type", "Headers", "Properties", "ErrorsEmail"}
    for name in sorted(nullable - set(names)):
        if came.get(name) is not None and not values.is_empty(came[name]):
            wanted = f"{name} null or absent (not selected)"
            raise ContractViolation(wanted, show(came[name]), exchange, where=f"$.{name}")


def header(delivery: Delivery, name: str, expected: str) -> None:
    """A delivery has a header of that value."""
    __tracebackhide__ = True
    came = delivery.headers.get(name)
    if came != expected:
        raise ContractViolation(f"header {name}: {expected}", show(came), delivery)


def event_ids(delivery: Delivery) -> tuple[Json, Json]:
    """The body is a JSON object; the id of the event in the header, and in the body."""
    __tracebackhide__ = True
    return delivery.headers.get("X-SuperOffice-EventId"), members(delivery).get("EventId")


def event_id(delivery: Delivery) -> Json:
    """The body is a JSON object; the id of the event, from there or else from the header."""
    __tracebackhide__ = True
    in_header, in_body = event_ids(delivery)
    return in_body or in_header


def that(holds: bool, expected: str, came: Any, seen: Exchange | Delivery | None = None) -> None:
    """A fact for which there is no word of its own."""
    __tracebackhide__ = True
    if not holds:
        raise ContractViolation(expected, came if isinstance(came, str) else show(came), seen)
