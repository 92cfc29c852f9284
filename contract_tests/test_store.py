"""Any order of writes and reads: what is read is what was last written, however it was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from contract_tests.kit.clause import checks
from contract_tests.kit.properties import History, as_dear_as, histories
from contract_tests.kit.shadow import Shadow, fresh

MEMBERS = ("Name", "Secret", "Events", "State", "TargetUrl")


def new(shadow, hook, member):
    """A new value for a member of a webhook."""
    return fresh(shadow.run, member, shadow.hooks[hook])


# What is done to two webhooks, before everything is looked at. What careless stores get wrong: a copy that
# one way to write forgets to renew, a draft that outlives its refusal, the row of another.
STORIES = {
    "merge after operations": ["replace a Name", "item a", "merge a Secret"],
    "operations after a merge": ["merge a Events", "listed a", "append a"],
    "two writers": ["replace a Name", "merge b Name", "merge a Secret", "replace b Secret"],
    "a conflict between": ["replace a Name", "conflict a Secret", "merge a Events"],
    "a conflict on the other": ["conflict a Name", "replace b Secret", "replace a Secret"],
    "too late, then in time": ["replace a Name", "stale a Secret", "merge a Events"],
    "there and back": ["filtered a", "replace a State", "filtered a", "merge a State", "clear a"],
    "whole, in part, whole": ["put a Name", "replace a Secret", "save a Events", "merge a Name"],
    "one is deleted": ["item b", "remove b", "merge a Name"],
    "the agent deletes one": ["replace b Name", "discard b", "replace a Name"],
    "an event between": ["replace a State", "signal a", "merge a Name", "signal a"],
}
# Steps that are more than a method of the shadow with a new value.
STEPS: dict[str, Callable[..., None]] = {
    "append": lambda shadow, hook: shadow.append(hook, "sale.changed"),
    "clear": lambda shadow, hook: shadow.merge(hook, {"Secret": None}),
    "listed": lambda shadow, _: shadow.listed(),
    "remove": lambda shadow, hook: shadow.supersede(hook, agent=False),
    "discard": lambda shadow, hook: shadow.supersede(hook, agent=True),
    "conflict": lambda shadow, hook, value: shadow.conflict(hook, value, last=True),
}


def tell(shadow, hook, verb, member=""):
    """Do one step of a story."""
    step = STEPS[verb] if verb in STEPS else getattr(Shadow, verb)
    step(shadow, hook, *([new(shadow, hook, member)] if member else []))


@checks("webhook.store.last-write")
@pytest.mark.parametrize("story", STORIES)
def test_after_a_story_everything_is_as_last_written(run, story):
    shadow = Shadow(run)
    who = {"a": shadow.create(), "b": shadow.create()}
    for line in STORIES[story]:
        verb, name, *member = line.split()
        tell(shadow, who[name], verb, *member)

    shadow.everything()


members = st.sampled_from(MEMBERS)
places = st.integers(0, 1)


class Writing(History):
    """Draws what is done next to one of two webhooks; the shadow does it and knows what is to be read."""

    def do(self, name, place, act):
        """One step: do it to the webhook at that place, and read both of them."""

        def done():
            act(self.shadow, sorted(self.shadow.hooks)[place])
            for hook in self.shadow.hooks:
                self.shadow.item(hook)

        self.step(f"{name} {place}", done)

    def write(self, name, place, member, **how):
        """One step: write a new value of a member."""

        def written(shadow, hook):
            getattr(shadow, name)(hook, new(shadow, hook, member), **how)

        self.do(f"{name} {member} {how}", place, written)

    @initialize()
    def two_webhooks(self):
        self.shadow = Shadow(self.run)
        self.step("create both", self.shadow.create_two)

    @rule(place=places, member=members)
    def replace(self, place, member):
        self.write("replace", place, member)

    @rule(place=places, member=members)
    def merge(self, place, member):
        self.write("merge", place, member)

    @rule(place=places, member=members, last=st.booleans())
    def conflict(self, place, member, last):
        self.write("conflict", place, member, last=last)

    @rule(place=places, member=members)
    def stale(self, place, member):
        self.write("stale", place, member)

    @rule(place=places, member=members)
    def put(self, place, member):
        self.write("put", place, member)

    @rule(place=places, member=members)
    def save(self, place, member):
        self.write("save", place, member)

    @rule(place=places)
    def append(self, place):
        self.do("append", place, lambda shadow, hook: shadow.append(hook, f"{self.run.entity()}.added"))

    @rule(place=places, agent=st.booleans())
    def supersede(self, place, agent):
        self.do(f"supersede {agent}", place, lambda shadow, hook: shadow.supersede(hook, agent=agent))

    @rule(place=places)
    def look(self, place):
        self.do("look", place, lambda shadow, hook: (shadow.listed(), shadow.filtered(hook)))


@checks("webhook.store.last-write")
@as_dear_as(30)
def test_after_any_history_what_is_read_is_what_was_last_written(run):
    histories(run, Writing, examples=6, steps=8)
