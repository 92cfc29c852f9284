"""Nothing that others have on a tenant is touched, whatever a run draws: seen from outside."""

from __future__ import annotations

import json
import os
import re
from urllib.parse import unquote

import pytest

from contract_tests.kit.receiver import Receiver
from tests.kit.servers import Heard

from .tenants import finished, tenant

# What sends hostile and drawn requests, and what signals; `WHOLE_RUNS=1` asks about everything.
WORDS = [""] if os.environ.get("WHOLE_RUNS") else ["robust.", "agent.signal"]


def numbers_of_a_change(heard: Heard) -> set[int]:
    """All numbers in the places of a request where a change names its webhook, however they are written."""
    method, path, _, body = heard
    where, _, query = unquote(unquote(path)).partition("?")
    steps = where.lower().partition("/api/v1/")[2].split("/")
    reads = ("getwebhook", "getlasterror", "getallwebhooks", "createdefaultwebhook", "signalevent")
    if (
        method == "GET"
        or steps[-1] in reads
        or (method == "POST" and len(steps) > 2 and steps[0] == "webhook")
    ):
        return set()
    texts = [*steps[1:]] if steps[0] == "webhook" and method != "POST" else []
    texts += re.findall(r"(?i)webhookid=([^&]*)", query)
    texts += re.findall(r'(?i)"webhookid"\s*:\s*("[^"]*"|[^,}\]]*)', body.decode("utf-8", "replace"))
    texts += re.findall(r"(?i)<webhookid>([^<]*)", body.decode("utf-8", "replace"))
    return {int(run) for each in texts for run in re.findall(r"^\D*(\d+)", each)} | {
        int(float(run)) for each in texts for run in re.findall(r"[0-9.]+e[0-9]{1,2}(?![0-9])", each)
    }


def signalled(heard: Heard) -> list[str]:
    """The names of events that a request signals."""
    method, path, _, body = heard
    steps = unquote(path.partition("?")[0]).partition("/api/v1/")[2].split("/")
    if method == "POST" and steps[0].lower() == "webhook" and len(steps) > 2:
        return [steps[1]]
    if not path.lower().partition("?")[0].endswith("/signalevent"):
        return []
    return re.findall(r'(?i)"eventname"\s*:\s*\[?\s*"((?:[^"\\]|\\.)*)"', body.decode("utf-8", "replace"))


@pytest.mark.parametrize("seed", os.environ.get("SEEDS", "").split() or [None])
@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("quirks", [(), ("client_id_used", "any_media_type")], ids=["plain", "obliging"])
def test_what_others_have_is_as_before(quirks, word, seed):
    """Their webhooks are the same to the letter, no change named one of them, and none heard an event."""
    theirs = Receiver()
    with theirs.listening(), tenant(quirks) as place:
        before = place.populate(f"{theirs.url}/theirs")
        options = ["-k", word] if word else []
        options += [] if seed is None else ["--seed", seed]
        status, output, errors = finished("check", "--target", place.url, *options)
        after = place.hooks()

    assert status == 0, output + errors
    assert json.dumps(after) == json.dumps(before)
    assert theirs.events("/theirs") == []
    ids = {each["WebhookId"] for each in before}
    assert [each for each in place.recorder.heard if numbers_of_a_change(each) & ids] == []
    names = [name for each in place.recorder.heard for name in signalled(each)]
    assert [name for name in names if not re.search("wct[0-9a-f]{16}", name)] == []
    assert len(place.recorder.heard) > 50
