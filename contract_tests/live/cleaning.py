"""Finds and removes what killed runs have left: webhooks with the tag of a run in their name or target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from contract_tests import credentials
from contract_tests.kit import removal, tag
from contract_tests.kit.interruption import finished_first, orderly
from contract_tests.kit.removal import Listed
from contract_tests.kit.target import Target
from contract_tests.kit.verdicts import Blocked, CannotStart, NoAnswer

GONE, FAULTY, LEFT = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be removed, and how many webhooks of younger runs are not."""

    webhooks: tuple[Listed, ...]
    younger: int


def target(url: str, chosen: Mapping[str, Any]) -> Target:
    """The target with the credentials of the options."""
    return Target(url, credentials.headers(**{name: chosen[name] for name in credentials.CREDENTIALS}))


def find(place: Target, only: str | None, age: timedelta) -> Found:
    """The webhooks of one run, or of all runs that are old enough; CannotStart when there is no list."""
    marked = [
        (each, mark) for each in _listed(place) if (mark := tag.find(f"{each.name}\n{each.target_url}"))
    ]
    latest = datetime.now(UTC) - age
    chosen = [each for each, mark in marked if (mark == only if only else tag.began(mark) <= latest)]
    return Found(tuple(chosen), 0 if only else len(marked) - len(chosen))


def _listed(place: Target) -> list[Listed]:
    try:
        found = removal.listed(place)
        if found is not None:
            return found
        exchange = place.send("POST", "/Agents/Webhook/GetAllWebhooks", json={})
    except NoAnswer as silence:
        raise CannotStart(f"{place.base} gives no answer: {silence.reason}") from None
    except Blocked as busy:
        raise CannotStart(str(busy)) from None
    raise CannotStart(f"{place.base} does not list its webhooks: {exchange} instead of 200 with an array")


def show(found: Found) -> int:
    """Print what would be removed."""
    for each in found.webhooks:
        click.echo(f"webhook {each.id} {each.name!r} of the run {_run_of(each)}")
    _summary(f"{len(found.webhooks)} webhooks would be removed", found)
    return GONE


def _run_of(each: Listed) -> str:
    mark = tag.find(f"{each.name}\n{each.target_url}") or ""
    return f"{mark}, begun {tag.began(mark):%Y-%m-%d %H:%M} UTC"


def _summary(text: str, found: Found) -> None:
    younger = (
        f"; {found.younger} of younger runs were left alone (--older-than, --tag)" if found.younger else ""
    )
    click.echo(f"{text}{younger}")


def clean(place: Target, found: Found) -> int:
    """Remove them, and say what became of each; the exit status."""
    for each in found.webhooks:
        place.ledger.claim(each.id, place.recent[-1])
    with orderly(), finished_first("webhook-contract: still removing; once more ends it\n"):
        left = {each.id: each for each in removal.remove_all(place, lambda: _still_there(place, found))}
    for each in found.webhooks:
        what = f"is left: {left[each.id].reason}" if each.id in left else "is removed or stopped"
        click.echo(f"webhook {each.id} {each.name!r} {what}")
    _summary(f"{len(found.webhooks) - len(left)} of {len(found.webhooks)} webhooks are removed", found)
    if any(each.is_faulty for each in left.values()):
        return FAULTY
    return LEFT if left else GONE


def _still_there(place: Target, found: Found) -> dict[int, bool]:
    ids = {each.id for each in found.webhooks}
    return {each.id: each.is_stopped for each in removal.listed(place) or found.webhooks if each.id in ids}
