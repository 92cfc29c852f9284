"""Tenants that come and go leave nothing behind, and what began before a reset does not count after it."""

from __future__ import annotations

from mock_server.lives import Lives
from mock_server.shelves import Shelves


def test_a_life_ends_for_whoever_holds_it():
    """Others go on, and the next one of the same tenant is another."""
    lives = Lives()
    first, other = lives.of("a"), lives.of("b")
    assert lives.of("a") is first
    assert lives.lasts("a", first)
    lives.end("a")

    assert not lives.lasts("a", first)
    assert lives.lasts("b", other)
    second = lives.of("a")
    assert lives.lasts("a", second)
    assert not lives.lasts("a", first)


def test_nobody_remembers_who_is_gone():
    """A thousand tenants that were cleared weigh nothing."""
    shelves = Shelves(len, entries=10, weight=100, total=1000)
    for number in range(1000):
        tenant = f"tenant {number}"
        shelves.add(tenant, "item", 4, shelves.life(tenant))
        shelves.clear(tenant)

    assert not shelves.tenants()
    assert not len(shelves._lives._held)
