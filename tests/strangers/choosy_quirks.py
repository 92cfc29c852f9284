"""Legal variations, third part: what is refused by rules of the server's own, and what frameworks do."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from .change import quirk
from .hooks import id_of
from .problems import refused

WORD = re.compile(r"\w+")
MOST_HOOKS = 150


def nanoseconds(moment: datetime) -> str:
    """As Go writes a time by itself."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}789Z"


def basic_offset(moment: datetime) -> str:
    """As `%z` writes an offset."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S%z}"


def floating(value: Any) -> str:
    """Every number of a webhook as a language writes it that has one kind of numbers."""
    return re.sub(r'("\w*(?:Id|Idx|Rank)": ?)(\d+)(?=[,}])', r"\1\2.0", json.dumps(value))


def plain_text(name: str, value: Any) -> bool:
    """True for letters of the first plane, digits, blanks and what is in the samples' names."""
    allowed = r"[\w &,.-]*" if name == "Name" else r"[\w-]*"
    flags = re.ASCII if name == "Secret" else re.UNICODE
    return re.fullmatch(allowed, value or "", flags) is not None and max(value or "a") < "\U00010000"


def plain_values(values: dict[str, Any]) -> dict[str, Any]:
    """The values, unless a text is odd that this server has a rule for."""
    odd = [name for name in ("Name", "Secret") if not plain_text(name, values.get(name))]
    odd += [each for each in values.get("Events") or () if not re.fullmatch(r"\w+(\.\w+)*", each)]
    odd += [each for each in keys(values.get("Properties")) if not WORD.fullmatch(each)]
    if odd:
        raise refused(400, f"{odd} cannot be saved")
    return values


def keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for each in value.values() for key in keys(each))]
    return [key for each in value for key in keys(each)] if isinstance(value, list) else []


def no_empty_secret(values: dict[str, Any]) -> dict[str, Any]:
    if values.get("Secret") == "":
        raise refused(400, "a secret has at least one character")
    return values


def while_there_is_room(office: Any, values: dict[str, Any]) -> Any:
    if len(office.hooks) >= MOST_HOOKS:
        raise refused(403, f"a tenant has at most {MOST_HOOKS} webhooks")
    return office.insert(values)


def same_id(hook_id: int, document: Any) -> int:
    """What scaffolded code asks of a PUT: the id of the path, in the body too."""
    if id_of(document) != hook_id:
        raise refused(400, "the ids in the path and in the body differ")
    return hook_id


def without_associates(entity: dict[str, Any]) -> dict[str, Any]:
    return entity | dict.fromkeys({"RegisteredAssociate", "UpdatedAssociate"} & {*entity})


def with_short_associates(entity: dict[str, Any]) -> dict[str, Any]:
    who = {name: entity[name] for name in ("RegisteredAssociate", "UpdatedAssociate") if entity.get(name)}
    return entity | {name: {"AssociateId": each["AssociateId"]} for name, each in who.items()}


CHOOSY = (
    quirk(
        "plain_values_only", "Odd names, secrets, events and keys are refused.", "15.27", on_read=plain_values
    ),
    quirk("empty_secret_refused", "An empty Secret is refused.", "15.26", on_create=no_empty_secret),
    quirk(
        "hundred_and_fifty", "A tenant has at most 150 webhooks.", "section 12", created=while_there_is_room
    ),
    quirk("put_names_its_id", "A PUT has to name its id in the body.", "15.14", put_id=same_id),
    quirk("stamps_nanoseconds", "Dates have 9 digits of fraction.", "14.33", stamp=nanoseconds),
    quirk("stamps_basic_offset", "Offsets have no colon.", "14.32", stamp=basic_offset),
    quirk("floating_numbers", "Integers are written as 1.0.", "RFC 8259, 6", text=floating),
    quirk("associates_when_read", "Saving answers no associates.", "14.15", told=without_associates),
    quirk("associates_short", "Saving answers their ids alone.", "14.15", told=with_short_associates),
    quirk("date_lags", "The Date header is nearly a second old.", "RFC 9110, 6.6.1", date_lag=0.95),
    quirk("unheard_of_501", "What is not there is answered 501.", "RFC 9110, 15.6.2", unheard_of_status=501),
    quirk("unheard_of_400", "A dispatcher knows no such method: 400.", "section 10", unheard_of_status=400),
    quirk("unheard_of_403", "A gateway answers 403 for no route.", "RFC 9110, 15.5.4", unheard_of_status=403),
    quirk("no_default", "Nothing proposes a webhook.", "only four seeds", lacks=("Webhook/default",)),
    quirk("bad_id_422", "An id that is no number is answered 422.", "15.19", bad_id_status=422),
)
