"""Compares what the API answers, with the freedom that the documents leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contract_tests.kit import stamps

Json = Any
Members = Mapping[str, Json]

# What a client sets, and what nobody but a client changes.
SETTABLE = (
    "Name",
    "Events",
    "TargetUrl",
    "Secret",
    "State",
    "Type",
    "Headers",
    "Properties",
    "ErrorsEmail",
    "Description",
)
IDENTITY = ("WebhookId", "Registered", "RegisteredAssociate")
STAMPS = {"Registered", "Updated"}
ASSOCIATES = {"RegisteredAssociate", "UpdatedAssociate"}


def whole(value: Json) -> Json:
    """A number as an integer where it is one: for JSON, 2.0 is as good as 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_empty(value: Json) -> bool:
    """True for all that stands for nothing: the documents do not choose between null and empty."""
    return value is None or value in ("", [], {})


def equal(one: Json, other: Json) -> bool:
    """Equality of JSON values: the truth values are no numbers, 1 and 1.0 are one number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def same_member(name: str, one: Json, other: Json) -> bool:
    """True when a member has one value in two answers, however emptiness and stamps are written."""
    if is_empty(one) and is_empty(other):
        return True
    return stamps.same(one, other) if name in STAMPS else equal(one, other)


def differing(one: Members, other: Members, names: Iterable[str]) -> list[str]:
    """The names among those given whose values are not the same in both."""
    return [name for name in names if not same_member(name, one.get(name), other.get(name))]


def with_ids_of_associates(webhook: Members) -> Members:
    """The webhook with the AssociateId alone of each associate that has one."""
    whole_ones = {name: webhook[name] for name in ASSOCIATES if isinstance(webhook.get(name), dict)}
    return {**webhook, **{name: each.get("AssociateId", each) for name, each in whole_ones.items()}}


def anywhere(name: str, value: Json) -> list[Json]:
    """The values of the members of a name in all objects of a JSON value, however deep."""
    if isinstance(value, dict):
        own = [value[name]] if name in value else []
        return own + [found for each in value.values() for found in anywhere(name, each)]
    return [found for each in value for found in anywhere(name, each)] if isinstance(value, list) else []
