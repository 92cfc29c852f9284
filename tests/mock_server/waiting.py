"""Words for tests of what happens in the background."""

from __future__ import annotations

import time
from contextlib import contextmanager

from mock_server.deliveries.courier import Outcome
from mock_server.deliveries.dispatch import Dispatch
from mock_server.deliveries.work import Work
from mock_server.entity import new
from mock_server.store import Store


def until(condition, seconds=5.0):
    """Waits until something is so, and returns what it was."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def disabled(api, webhook_id=1):
    """The webhook, once nothing is sent to it any more."""
    return until(lambda: (hook := api.read(webhook_id))["State"] == "TooManyErrors" and hook)


@contextmanager
def queue(attempt, delays=(0,), *, limit=10_000, hooks=3, database="sqlite://", count=None, **more):
    """A queue alone over some webhooks; `attempt(webhook_id, event, retry)` says whether it went well."""
    store = Store(database)
    with store.writing() as rows:
        for _ in range(hooks):
            number = rows.new_id("")
            rows.add("", {**new({"TargetUrl": "http://h/", "Name": ""}), "WebhookId": number})
    dispatch = Dispatch(store, delays=delays, limit=limit, **more)
    dispatch.start(Work(lambda *_: True, _carry(attempt), count or _count))
    dispatch.warm()
    try:
        yield dispatch
    finally:
        dispatch.close()
        store.close()


def _carry(attempt):
    def carry(tenant, webhook, event, retry):
        success = attempt(webhook["WebhookId"], event, retry)
        return Outcome(success, 200 if success else 500, "")

    return carry


def _count(rows, hook, event, outcome):
    rows.count(*hook, None if outcome.success else outcome.text)
    return lambda: None
