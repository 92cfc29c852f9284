"""What a run is about: the operations that the options name, and their clauses."""

from __future__ import annotations

from pathlib import Path

from contract_tests import tiers
from contract_tests.kit.profiles import Asked, operations
from contract_tests.offers import offers
from openapi import clauses


def asked(only: str, profile: str | None, file: Path | None) -> Asked:
    """What the options ask about; `only` insists on nothing."""
    if file is not None:
        return offers(file)
    return Asked(operations(profile or only), f"the profile {profile}" if profile else "")


def selection(asked: Asked, word: str | None, tier: str = "standard") -> list[str]:
    """The ids of the clauses that a run is about, in the order of the file."""
    within = asked.clauses & tiers.smoke() if tier == "smoke" else asked.clauses
    return [
        each.id
        for each in clauses.load().values()
        if each.id in within and (not word or word.lower() in f"{each.id} {each.says}".lower())
    ]
