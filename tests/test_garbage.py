"""A run looks for garbage only where there is some: not in all that it has loaded."""

from __future__ import annotations

import gc

import pytest

from contract_tests import garbage


@pytest.fixture(autouse=True)
def _as_before():
    """Whatever a test does to the collector is undone."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    gc.enable()


def test_nothing_is_collected_while_things_are_loaded():
    """The collector is off until all is settled; then it is on, and seldom looks."""
    with garbage.left_alone():
        assert not gc.isenabled()
        garbage.settled()
        assert gc.isenabled()
        assert gc.get_threshold() == garbage.SELDOM


def test_what_is_settled_is_not_looked_through():
    """A circle that was there when all was settled is still there after a collection."""
    with garbage.left_alone():
        circle: list[object] = []
        circle.append(circle)
        number = id(circle)
        garbage.settled()
        assert gc.get_freeze_count() > 0
        assert all(id(each) != number for each in gc.get_objects())


@pytest.mark.parametrize("was_on", [True, False])
def test_afterwards_all_is_as_before(was_on):
    """Whoever runs the suite in a process of theirs keeps their own settings, also when it fails."""
    gc.set_threshold(701, 11, 12)
    if not was_on:
        gc.disable()
    with pytest.raises(LookupError):
        _broken_off()

    assert (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()) == (was_on, (701, 11, 12), 0)


def _broken_off():
    with garbage.left_alone():
        garbage.settled()
        raise LookupError
